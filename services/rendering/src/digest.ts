import { createHash } from 'node:crypto'

/** What a file is recognised by: the first 132 bits of its SHA-256, in base64url. */
export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64url').slice(0, 22)
}
