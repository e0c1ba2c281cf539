import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { PhoneEvidence } from '@strowger/schema'
import type { Admission } from './admission.ts'
import type { Answer } from './answer-cache.ts'
import { fileResponse } from './file-response.ts'
import type { CertificateMac } from './https.ts'
import type { IdentifyingHeaders } from './identifying-headers.ts'
import type { Observations } from './observations.ts'
import type { PhoneFiles } from './phone-files.ts'
import { type HttpShown, httpCacheKey, httpPhoneRequest } from './phone-request.ts'
import { sourceAddress } from './source-address.ts'
import type { UploadAnswer, Uploads } from './uploads.ts'

const uploadStatus: Readonly<Record<Exclude<UploadAnswer & string, 'received'>, number>> = {
  'not-named': 405,
  absent: 404,
  'too-many': 429,
  'too-large': 413,
  busy: 503,
  away: 503,
}
const uploadTexts: Readonly<Record<number, string>> = {
  404: 'No known phone',
  405: 'Method not allowed',
  413: 'Too large',
  429: 'Too many requests',
  503: 'Come back soon',
}

/** Counts answers by status; a plain number for each, read when metrics are asked for. */
export type CountAnswer = (status: number) => void

/**
 * HTTP for phones: GET and HEAD of files, and what they send of themselves, for whichever ports they ask on. Phones are tiny clients: errors are one line
 * of text, and a busy moment is 503 with Retry-After.
 */
export function createPhoneListener(parts: {
  files: PhoneFiles
  admission: Admission
  observations: Observations
  uploads: Uploads
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
  const { files, admission, observations, uploads, count, traced, trustedProxies, now, identifyingHeaders } = parts
  // Behind a proxy the certificate would be the proxy’s.
  const certificateMac = trustedProxies === 0 ? parts.certificateMac : undefined

  function answerPhone(request: IncomingMessage, response: ServerResponse): void {
    const address = sourceAddress(request.socket.remoteAddress, request.headers, trustedProxies)
    if (address === undefined) return sendText(response, 400, 'The proxy did not say whose request this is')
    const isUpload = request.method === 'PUT' || request.method === 'POST'
    if (!isUpload && request.method !== 'GET' && request.method !== 'HEAD') return sendUnread(request, response, 405)
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
      authorization: request.headers.authorization,
      certificateMac: certificateMac?.(request.socket),
      headers: identifyingHeaders(request.headers),
    }
    const cached = isUpload ? undefined : files.cached(httpCacheKey(url, shown))
    if (cached) return deliver(cached, request, response, address)

    const parsed = httpPhoneRequest(url, shown)
    if (parsed === 'too-long') return sendText(response, 414, 'The address is too long')
    if (parsed === 'malformed') return sendText(response, 400, 'The address is not one of a file')
    if (isUpload) return void traced(() => takeUpload(request, response, parsed.evidence))
    void traced(async () => {
      deliver(await files.get(parsed.cacheKey, parsed.evidence), request, response, address)
    })
  }

  async function takeUpload(request: IncomingMessage, response: ServerResponse, evidence: PhoneEvidence) {
    const answer = await uploads.take(request, response, evidence)
    if (answer === undefined) return
    if (typeof answer === 'object') {
      request.resume()
      response.setHeader('connection', 'close')
      return deliver(answer, request, response, evidence.address)
    }
    if (answer !== 'received') return sendUnread(request, response, uploadStatus[answer])
    count(204)
    response.writeHead(204)
    response.end()
  }

  /** What it would send is not worth reading to its end: the connection closes behind the answer. */
  function sendUnread(request: IncomingMessage, response: ServerResponse, status: number): void {
    request.resume()
    const headers: Record<string, string> = { connection: 'close' }
    if (status === 405) headers['allow'] = 'GET, HEAD'
    if (status === 429 || status === 503) headers['retry-after'] = '60'
    sendText(response, status, uploadTexts[status] ?? 'No', headers)
  }

  function deliver(answer: Answer, request: IncomingMessage, response: ServerResponse, address: string): void {
    // A phone shows its password only when it has been asked for it.
    if (answer.outcome === 'refused' && answer.refusal !== 'password-needed') observations.refused(address)
    if (!observations.isSensitive(answer)) return send(answer, request, response, address)
    observations.sensitive(answer, address, () => send(answer, request, response, address))
  }

  function send(answer: Answer, request: IncomingMessage, response: ServerResponse, address: string): void {
    switch (answer.outcome) {
      case 'absent':
        return sendText(response, 404, 'No such file for this phone')
      case 'refused':
        if (answer.refusal === 'password-needed' || answer.refusal === 'wrong-password') {
          return sendText(response, 401, 'A password is needed', { 'www-authenticate': 'Basic realm="phones"' })
        }
        return sendText(response, 403, 'Not for this phone')
      case 'too-many':
        return sendText(response, 429, 'Too many new phones', { 'retry-after': '120' })
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
