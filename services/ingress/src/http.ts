import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Admission } from './admission.ts'
import type { Answer } from './answer-cache.ts'
import { fileResponse } from './file-response.ts'
import type { CertificateMac } from './https.ts'
import type { IdentifyingHeaders } from './identifying-headers.ts'
import type { Observations } from './observations.ts'
import type { PhoneFiles } from './phone-files.ts'
import { type HttpShown, httpCacheKey, httpPhoneRequest } from './phone-request.ts'
import { sourceAddress } from './source-address.ts'

/** Counts answers by status; a plain number for each, read when metrics are asked for. */
export type CountAnswer = (status: number) => void

/**
 * HTTP for phones: GET and HEAD of files, for whichever ports they ask on. Phones are tiny clients: errors are one line
 * of text, and a busy moment is 503 with Retry-After.
 */
export function createPhoneListener(parts: {
  files: PhoneFiles
  admission: Admission
  observations: Observations
  count: CountAnswer
  /** Wraps the work of a request that must be asked for in a span, when traces are made. */
  traced: <T>(work: () => Promise<T>) => Promise<T>
  /** How many proxies of ours stand before us. */
  trustedProxies: number
  now: () => number
  identifyingHeaders: IdentifyingHeaders
  /** Over TLS: whom the phone’s verified certificate was made out to. */
  certificateMac?: CertificateMac
}): RequestListener {
  const { files, admission, observations, count, traced, trustedProxies, now, identifyingHeaders } = parts
  // Behind a proxy the certificate would be the proxy’s.
  const certificateMac = trustedProxies === 0 ? parts.certificateMac : undefined

  function answerPhone(request: IncomingMessage, response: ServerResponse): void {
    const address = sourceAddress(request.socket.remoteAddress, request.headers, trustedProxies)
    if (address === undefined) return sendText(response, 400, 'The proxy did not say whose request this is')
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      // What it would send is not worth reading to its end: the connection closes behind the answer.
      request.resume()
      return sendText(response, 405, 'Method not allowed', { allow: 'GET, HEAD', connection: 'close' })
    }
    switch (admission.admit(address)) {
      case 'banned':
        return sendText(response, 403, 'Forbidden')
      case 'too-many':
        return sendText(response, 429, 'Too many requests', { 'retry-after': '5' })
    }
    const url = request.url ?? '/'
    const shown: HttpShown = {
      address,
      userAgent: request.headers['user-agent'],
      certificateMac: certificateMac?.(request.socket),
      headers: identifyingHeaders(request.headers),
    }
    const cached = files.cached(httpCacheKey(url, shown))
    if (cached) return deliver(cached, request, response, address)

    const parsed = httpPhoneRequest(url, shown)
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
        const method = request.method === 'HEAD' ? 'HEAD' : 'GET'
        const { status, headers, body, isComplete } = fileResponse(method, request.headers, answer, now())
        count(status)
        response.writeHead(status, headers)
        response.end(body)
        if (isComplete) observations.fetched(answer, 'http', address)
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

  return answerPhone
}
