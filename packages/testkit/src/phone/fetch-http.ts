import { request } from 'node:http'

export interface HttpAttempt {
  readonly host: string
  readonly port: number
  /** With its slash, and a query if there is one. */
  readonly path: string
  readonly userAgent: string
  /** Of the phone: any of 127.0.0.0/8. */
  readonly localAddress: string
  readonly timeoutMs: number
}

/** One GET on a connection of its own, as a phone makes it. Rejects for whatever is not a whole 200. */
export function fetchOverHttp({ userAgent, timeoutMs, ...where }: HttpAttempt): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { ...where, agent: false, headers: { 'user-agent': userAgent }, signal: AbortSignal.timeout(timeoutMs) },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.once('error', reject)
        response.once('end', () => {
          const body = Buffer.concat(chunks)
          if (response.statusCode === 200) resolve(body)
          else reject(new Error(`${response.statusCode}: ${body.toString().trim()}`))
        })
      },
    )
    sent.once('error', reject)
    sent.end()
  })
}
