import { type PhoneEvidence, splitKey } from '@strowger/schema'
import { credentialDigest } from '@strowger/service'

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
  authorization?: string,
): HttpPhoneRequest | 'too-long' | 'malformed' {
  if (url.length > maxTextBytes) return 'too-long'
  const mark = url.indexOf('?')
  const rawPath = mark < 0 ? url : url.slice(0, mark)
  const path = decodedPath(rawPath)
  if (path === undefined) return 'malformed'
  const { key, path: rest } = splitKey(path)
  const evidence: PhoneEvidence = { transport: 'http', address, path: rest }
  if (key !== undefined) evidence.key = credentialDigest(key)
  const login = authorization === undefined ? undefined : loginOf(authorization)
  if (login !== undefined) evidence.login = login
  if (mark >= 0) evidence.query = url.slice(mark + 1)
  if (userAgent !== undefined) evidence.userAgent = userAgent.slice(0, maxTextBytes)
  if (certificateMac !== undefined) evidence.mac = certificateMac
  return { evidence, cacheKey: httpCacheKey(url, address, userAgent, certificateMac, authorization) }
}

/** By (transport, certificate, credential digest, address, agent, path with query); lengths are bounded by the caller’s parser. */
export function httpCacheKey(
  url: string,
  address: string,
  userAgent: string | undefined,
  certificateMac: string | undefined,
  authorization?: string,
): string {
  const credential = authorization === undefined ? '' : credentialDigest(authorization)
  return `h${certificateMac ?? ''} ${credential} ${address} ${url} ${userAgent ?? ''}`
}

/** TFTP names have no encoding of their own: what is not printable ASCII names no file of ours. */
export function tftpPhoneRequest(filename: string, address: string): HttpPhoneRequest | 'too-long' | 'malformed' {
  if (filename.length > maxTextBytes) return 'too-long'
  if (!isPathOfFile(`/${filename.replace(/^\/+/, '')}`)) return 'malformed'
  const { key, path } = splitKey(filename)
  const evidence: PhoneEvidence = { transport: 'tftp', address, filename: path }
  if (key !== undefined) evidence.key = credentialDigest(key)
  return { evidence, cacheKey: `t ${address} ${filename}` }
}

/** Of HTTP basic authentication (RFC 7617); the password leaves this process as a digest only. */
function loginOf(authorization: string): PhoneEvidence['login'] | undefined {
  const [, encoded = ''] = /^Basic +([A-Za-z0-9+/]+={0,2}) *$/i.exec(authorization) ?? []
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  if (colon < 0) return undefined
  return { username: text.slice(0, Math.min(colon, 64)), password: credentialDigest(text.slice(colon + 1)) }
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
