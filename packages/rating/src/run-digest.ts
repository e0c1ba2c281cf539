import { createHash, hash } from 'node:crypto'

/** Digest of a run (d13): the same inputs give the same bytes, in whatever order they are rated. */
export interface RunDigest {
  /** One call: its key and all that it was rated to. */
  add(call: Uint8Array): void
  /** Hexadecimal. */
  finish(): string
}

const words = 8
const wordSize = 0x1_0000_0000

/**
 * The SHA-256 of each call, added up as numbers of 256 bits: nothing is kept of a call, however many there are, and none
 * need be sorted.
 */
export function createRunDigest(): RunDigest {
  /** The least significant first. */
  const sum = new Float64Array(words)
  let calls = 0
  return {
    add(call) {
      calls += 1
      const digest = hash('sha256', call, 'binary')
      let carry = 0
      for (let word = 0; word < words; word += 1) {
        const at = word * 4
        const added =
          digest.charCodeAt(at) * 0x100_0000 +
          ((digest.charCodeAt(at + 1) << 16) | (digest.charCodeAt(at + 2) << 8) | digest.charCodeAt(at + 3))
        const total = (sum[word] as number) + added + carry
        carry = total >= wordSize ? 1 : 0
        sum[word] = total - carry * wordSize
      }
    },
    finish: () =>
      createHash('sha256')
        .update(`${calls} ${sum.join(' ')}`)
        .digest('hex'),
  }
}
