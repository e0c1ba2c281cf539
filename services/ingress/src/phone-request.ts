import type { PhoneEvidence } from '@strowger/schema'

/** Longest text of a request that is looked at: what identification’s patterns are bounded to. */
const maxTextBytes = 512

export interface HttpPhoneRequest {
  readonly evidence: PhoneEvidence
  /** Everything that the answer depends on. */
  readonly cacheKey: string
}

/**
 * Reads what a phone shows in an HTTP request. Returns a reason instead when the path cannot be one of a file:
 * overlong, badly encoded, with control characters or leaving the root.
 */
export function httpPhoneRequest(
  url: string,
  address: string,
  userAgent: string | undefined,
  certificateMac?: string,
): HttpPhoneRequest | 'too-long' | 'malformed' {
  if (url.length > maxTextBytes) return 'too-long'
  const mark = url.indexOf('?')
  const rawPath = mark < 0 ? url : url.slice(0, mark)
  const path = decodedPath(rawPath)
  if (path === undefined) return 'malformed'
  const evidence: PhoneEvidence = { transport: 'http', address, path }
  if (mark >= 0) evidence.query = url.slice(mark + 1)
  if (userAgent !== undefined) evidence.userAgent = userAgent.slice(0, maxTextBytes)
  if (certificateMac !== undefined) evidence.mac = certificateMac
  return { evidence, cacheKey: httpCacheKey(url, address, userAgent, certificateMac) }
}

/** By (transport, certificate, address, agent, path with query); lengths are bounded by the caller’s parser. */
export function httpCacheKey(
  url: string,
  address: string,
  userAgent: string | undefined,
  certificateMac: string | undefined,
): string {
  return `h${certificateMac ?? ''} ${address} ${url} ${userAgent ?? ''}`
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
