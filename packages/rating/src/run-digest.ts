import { createHash } from 'node:crypto'
import { textFrom } from './amount.ts'
import type { RatedRun } from './rated-call.ts'

/** Digest of a run (d13): the same inputs give the same bytes. */
export interface RunDigest {
  /** Calls in order of their keys (hexadecimal of the 16 bytes); throws RangeError when one comes out of order. */
  add(key: string, runs: readonly RatedRun[]): void
  /** SHA-256 over key, amounts and rows, hexadecimal. */
  finish(): string
}

export function createRunDigest(): RunDigest {
  const hash = createHash('sha256')
  let last = ''
  return {
    add(key, runs) {
      if (last !== '' && key <= last) throw new RangeError(`${key} does not come after ${last}`)
      last = key
      let text = key
      for (const { kind, level, party, deck, row, amount, scale, currency } of runs) {
        text += `|${kind} ${level} ${party} ${deck} ${row} ${textFrom(amount, scale)} ${currency}`
      }
      hash.update(`${text}\n`)
    },
    finish: () => hash.digest('hex'),
  }
}
