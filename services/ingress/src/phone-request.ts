import type { PhoneEvidence } from '@strowger/schema'

/** Longest text of a request that is looked at: what identification’s patterns are bounded to. */
const maxTextBytes = 512

export interface HttpPhoneRequest {
  readonly evidence: PhoneEvidence
  /** Everything that the answer depends on. */
  readonly cacheKey: string
}

/** What a request shows beside its address in the line of the request. */
export interface HttpShown {
  readonly address: string
  readonly userAgent: string | undefined
  /** Whom a verified certificate was made out to. */
  readonly certificateMac?: string | undefined
  /** Those other headers that a plugin looks at. */
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/**
 * Reads what a phone shows in an HTTP request. Returns a reason instead when the path cannot be one of a file:
 * overlong, badly encoded, with control characters or leaving the root.
 */
export function httpPhoneRequest(url: string, shown: HttpShown): HttpPhoneRequest | 'too-long' | 'malformed' {
  if (url.length > maxTextBytes) return 'too-long'
  const mark = url.indexOf('?')
  const rawPath = mark < 0 ? url : url.slice(0, mark)
  const path = decodedPath(rawPath)
  if (path === undefined) return 'malformed'
  const { address, userAgent, certificateMac, headers } = shown
  const evidence: PhoneEvidence = { transport: 'http', address, path }
  if (mark >= 0) evidence.query = url.slice(mark + 1)
  if (userAgent !== undefined) evidence.userAgent = userAgent.slice(0, maxTextBytes)
  if (headers !== undefined) evidence.headers = { ...headers }
  if (certificateMac !== undefined) evidence.mac = certificateMac
  return { evidence, cacheKey: httpCacheKey(url, shown) }
}

/** By (transport, certificate, address, path with query, agent, headers); lengths are bounded by the caller’s parser. */
export function httpCacheKey(url: string, { address, userAgent, certificateMac, headers }: HttpShown): string {
  const key = `h${certificateMac ?? ''} ${address} ${url} ${userAgent ?? ''}`
  return headers === undefined ? key : `${key} ${JSON.stringify(headers)}`
}

/** TFTP names have no encoding of their own: what is not printable ASCII names no file of ours. */
export function tftpPhoneRequest(filename: string, address: string): HttpPhoneRequest | 'too-long' | 'malformed' {
  if (filename.length > maxTextBytes) return 'too-long'
  if (!isPathOfFile(`/${filename.replace(/^\/+/, '')}`)) return 'malformed'
  return { evidence: { transport: 'tftp', address, filename }, cacheKey: `t ${address} ${filename}` }
}

function decodedPath(rawPath: string): string | undefined {
  let path = rawPath
  if (rawPath.includes('%')) {
    try {
      path = decodeURIComponent(rawPath)
    } catch {
      return undefined
    }
  }
  return isPathOfFile(path) ? path : undefined
}

function isPathOfFile(path: string): boolean {
  if (!path.startsWith('/') || !/^[\x20-\x7e\u00a0-\uffff]*$/.test(path) || path.includes('\\')) return false
  return !path.split('/').includes('..')
}
