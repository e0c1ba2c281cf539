import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { readTftpFile } from '@strowger/tftp'
import type { HousePorts } from '../house/start-house.ts'

/** One request as anybody may make it, not only a phone. */
export interface HttpAsk {
  readonly port: number
  /** Any of 127.0.0.0/8. */
  readonly address: string
  /** As it stands in the request line: nothing is encoded or tidied. */
  readonly path: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** PEM; over HTTPS then, whoever the server is. */
  readonly certificate?: { readonly cert: string; readonly key: string } | 'none'
}

export interface HttpAnswered {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
}

const timeoutMs = 5_000

/** Asks once and resolves to whatever the answer is. */
export function askHttp({
  port,
  address,
  path,
  method = 'GET',
  headers,
  body,
  certificate,
}: HttpAsk): Promise<HttpAnswered> {
  const common = {
    host: '127.0.0.1',
    port,
    localAddress: address,
    path,
    method,
    headers: { ...headers },
    agent: false,
    signal: AbortSignal.timeout(timeoutMs),
  } as const
  const ofPhone = certificate === undefined || certificate === 'none' ? {} : certificate
  return new Promise((resolve, reject) => {
    const sent =
      certificate === undefined
        ? requestHttp(common)
        : requestHttps({ ...common, ...ofPhone, rejectUnauthorized: false })
    sent.once('error', reject)
    sent.once('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.once('error', reject)
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      )
    })
    sent.end(body)
  })
}

/** Asks once; an error packet, or silence, is a text. */
export async function askTftp(ask: {
  ports: Pick<HousePorts, 'tftpPort'>
  address: string
  file: string
}): Promise<Buffer | string> {
  const { ports, address, file } = ask
  try {
    return await readTftpFile({ host: '127.0.0.1', port: ports.tftpPort, localAddress: address, file, timeoutMs })
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
