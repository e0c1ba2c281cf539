import { hash } from 'node:crypto'

/** What a file is recognised by: the first 132 bits of its SHA-256, in base64url. */
export function digestOf(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'base64url').slice(0, 22)
}
