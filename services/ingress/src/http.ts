import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Admission } from './admission.ts'
import type { Answer } from './answer-cache.ts'
import type { Observations } from './observations.ts'
import type { PhoneFiles } from './phone-files.ts'
import { httpCacheKey, httpPhoneRequest, plainAddress } from './phone-request.ts'

export interface PhoneHttpServer {
  readonly port: number
  /** Ends when the requests in flight have been answered. */
  close(): Promise<void>
}

/** Counts answers by status; a plain number for each, read when metrics are asked for. */
export type CountAnswer = (status: number) => void

/**
 * HTTP for phones: GET and HEAD, ETag, keep-alive. Phones are tiny clients: no Host header is asked of them, errors
 * are one line of text, and a busy moment is 503 with Retry-After.
 */
export async function listenHttp(parts: {
  host: string | undefined
  port: number
  files: PhoneFiles
  admission: Admission
  observations: Observations
  count: CountAnswer
  /** Wraps the work of a request that must be asked for in a span, when traces are made. */
  traced: <T>(work: () => Promise<T>) => Promise<T>
}): Promise<PhoneHttpServer> {
  const { files, admission, observations, count, traced } = parts

  function answerPhone(request: IncomingMessage, response: ServerResponse): void {
    const address = plainAddress(request.socket.remoteAddress ?? '')
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      request.resume()
      return sendText(response, 405, 'Method not allowed', { allow: 'GET, HEAD' })
    }
    switch (admission.admit(address)) {
      case 'banned':
        return sendText(response, 403, 'Forbidden')
      case 'too-many':
        return sendText(response, 429, 'Too many requests', { 'retry-after': '5' })
    }
    const url = request.url ?? '/'
    const userAgent = request.headers['user-agent']
    const cached = files.cached(httpCacheKey(url, address, userAgent))
    if (cached) return deliver(cached, request, response, address)

    const parsed = httpPhoneRequest(url, address, userAgent)
    if (parsed === 'too-long') return sendText(response, 414, 'The address is too long')
    if (parsed === 'malformed') return sendText(response, 400, 'The address is not one of a file')
    void traced(async () => {
      deliver(await files.get(parsed.cacheKey, parsed.evidence), request, response, address)
    })
  }

  function deliver(answer: Answer, request: IncomingMessage, response: ServerResponse, address: string): void {
    if (!observations.isSensitive(answer)) return send(answer, request, response, address)
    observations.sensitive(answer, address, () => send(answer, request, response, address))
  }

  function send(answer: Answer, request: IncomingMessage, response: ServerResponse, address: string): void {
    switch (answer.outcome) {
      case 'absent':
        return sendText(response, 404, 'No such file for this phone')
      case 'refused':
        return sendText(response, 403, 'Not for this phone')
      case 'unavailable':
        return sendText(response, 503, 'Come back soon', { 'retry-after': '2' })
      case 'served': {
        const etag = `"${answer.digest ?? ''}"`
        if (answer.digest !== undefined && request.headers['if-none-match'] === etag) {
          count(304)
          response.writeHead(304, ['etag', etag])
          response.end()
        } else {
          count(200)
          response.writeHead(200, [
            'content-type',
            answer.contentType ?? 'application/octet-stream',
            'content-length',
            String(answer.body.byteLength),
            'etag',
            etag,
          ])
          response.end(request.method === 'HEAD' ? undefined : answer.body)
        }
        // HEAD shows that the file is there; it does not give it to the phone.
        if (request.method === 'GET') observations.fetched(answer, 'http', address)
      }
    }
  }

  function sendText(
    response: ServerResponse,
    status: number,
    text: string,
    headers: Record<string, string> = {},
  ): void {
    count(status)
    const body = `${text}\n`
    response.writeHead(status, { 'content-type': 'text/plain', 'content-length': Buffer.byteLength(body), ...headers })
    response.end(response.req.method === 'HEAD' ? undefined : body)
  }

  const server = createServer(
    // Cuts off who sends slowly or much; phones send a few hundred bytes at once.
    {
      requireHostHeader: false,
      maxHeaderSize: 8_192,
      headersTimeout: 10_000,
      requestTimeout: 15_000,
      keepAliveTimeout: 30_000,
      connectionsCheckingInterval: 5_000,
    },
    answerPhone,
  )
  server.maxRequestsPerSocket = 0
  const port = await listening(server, parts.port, parts.host)
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeIdleConnections()
      }),
  }
}

function listening(server: Server, port: number, host: string | undefined): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    const done = () => {
      server.off('error', reject)
      resolve((server.address() as AddressInfo).port)
    }
    if (host === undefined) server.listen(port, done)
    else server.listen(port, host, done)
  })
}
