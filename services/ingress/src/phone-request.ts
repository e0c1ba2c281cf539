import { type PhoneEvidence, splitKey } from '@strowger/schema'
import { credentialDigest } from '@strowger/service'

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
  readonly authorization?: string | undefined
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
  const path = decodedPath(rawPath.startsWith('/') ? rawPath : originForm(rawPath))
  if (path === undefined) return 'malformed'
  const { address, userAgent, certificateMac, authorization, headers } = shown
  const { key, path: rest } = splitKey(path)
  const evidence: PhoneEvidence = { transport: 'http', address, path: rest }
  if (key !== undefined) evidence.key = credentialDigest(key)
  const login = authorization === undefined ? undefined : loginOf(authorization)
  if (login !== undefined) evidence.login = login
  if (mark >= 0) evidence.query = url.slice(mark + 1)
  if (userAgent !== undefined) evidence.userAgent = userAgent.slice(0, maxTextBytes)
  if (headers !== undefined) evidence.headers = { ...headers }
  if (certificateMac !== undefined) evidence.mac = certificateMac
  return { evidence, cacheKey: httpCacheKey(url, shown) }
}

/**
 * By (transport, certificate, credential digest, address, path with query, agent, headers); lengths are bounded by the
 * caller’s parser.
 */
export function httpCacheKey(url: string, shown: HttpShown): string {
  const { address, userAgent, certificateMac, authorization, headers } = shown
  const credential = authorization === undefined ? '' : credentialDigest(authorization)
  const key = `h${certificateMac ?? ''} ${credential} ${address} ${url} ${userAgent ?? ''}`
  return headers === undefined ? key : `${key} ${JSON.stringify(headers)}`
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

/** RFC 9112 §3.2.2: every server takes the absolute form, too, which phones send that are told of a proxy. */
function originForm(rawPath: string): string {
  const [, path] = /^https?:\/\/[^/]+(\/.*)?$/i.exec(rawPath) ?? []
  return path ?? rawPath
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
