import { randomBytes, randomUUID } from 'node:crypto'

/** A new UUID, version 4 (RFC 9562 §5.4), as 36 characters. */
export function newUuid(): string {
  return randomUUID()
}

/** A new object id: a UUID, version 4, as 32 hexadecimal digits. */
export function newId(): string {
  return randomUUID().replaceAll('-', '')
}

/** A secret of `byteLength` random bytes, in base64url (RFC 4648 §5). */
export function newSecret(byteLength = 32): string {
  return randomBytes(byteLength).toString('base64url')
}

/** A number from 0 to below 1, for jitter; never for secrets. */
export function randomFraction(): number {
  return Math.random()
}
