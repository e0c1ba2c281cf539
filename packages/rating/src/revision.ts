import { createHash } from 'node:crypto'
import type { CdrRecord } from './record.ts'

/**
 * The 16 bytes by which a record of a provider is known: SHA-256 of both, cut. Two of 10^12 records have the same with a
 * chance of 10^-15.
 */
export function recordKey(provider: string, key: string): Uint8Array {
  return digest(`${provider}\u0000${key}`)
}

/** The 16 bytes of what a record says: the native record, whose spaces at the ends do not count. */
export function contentKey(record: CdrRecord): Uint8Array {
  return digest(record.native.trim())
}

function digest(text: string): Uint8Array {
  return createHash('sha256').update(text).digest().subarray(0, 16)
}

export type Arrival = 'new' | 'duplicate' | 'revision'

/** What a record is that arrives when the content of its key's last revision is known (d3). */
export function arrivalOf(known: Uint8Array | undefined, content: Uint8Array): Arrival {
  if (known === undefined) return 'new'
  return known.length === content.length && known.every((byte, place) => byte === content[place])
    ? 'duplicate'
    : 'revision'
}
