import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { newSecret } from '@strowger/service'

/** What a secret text opens: a token, a session, or once a session. */
export type SecretKind = 'token' | 'session' | 'code'

/** The prefix lets scanners of repositories recognise a token that was committed by mistake. */
const prefixes: Readonly<Record<SecretKind, string>> = {
  token: 'strowger_',
  session: 'strowger-session_',
  code: 'strowger-code_',
}
/** 32 random bytes in base64url. */
const secretLength = 43

/** 256 random bits and a checksum over them and the prefix. */
export function newSecretText(kind: SecretKind): string {
  const text = `${prefixes[kind]}${newSecret()}`
  return text + checksum(text)
}

/** What the text says that it is. */
export function kindOfSecret(text: string): SecretKind {
  if (text.startsWith(prefixes.session)) return 'session'
  return text.startsWith(prefixes.code) ? 'code' : 'token'
}

/**
 * False for a text with a mistake in it: it needs no look into the database. Tokens from before there was a checksum,
 * and those that an operator chose, have another length and are looked up.
 */
export function mayBeValid(text: string): boolean {
  const secret = text.slice(prefixes[kindOfSecret(text)].length)
  if (!/^strowger[-_]/.test(text) || secret.length !== secretLength + 6) return true
  return checksum(text.slice(0, -6)) === text.slice(-6)
}

/** CRC-32 in base64url: against mistakes, not against anybody. */
function checksum(text: string): string {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(crc32(text))
  return bytes.toString('base64url')
}

/** SHA-256: all that is kept of a token. */
export function tokenHash(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
