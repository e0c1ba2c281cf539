/** Byte strings one after the other, and where each is: PostgreSQL's `substring(bytes from start for length)`. */
export interface PackedBytes {
  readonly bytes: Buffer
  /** From 1, as PostgreSQL counts. */
  readonly starts: readonly number[]
  /** `null` where there is none. */
  readonly lengths: readonly (number | null)[]
}

/**
 * Packs what many rows are to hold into one parameter. A single `bytea` travels as it is, while every element of a
 * `bytea[]` is written in hex and escaped: three times the bytes, and most of the time of a statement with files in it.
 * Each value is a list of pieces, so that nobody has to join them before.
 */
export function packBytes(values: readonly (readonly Uint8Array[] | undefined)[]): PackedBytes {
  const pieces: Uint8Array[] = []
  const starts: number[] = []
  const lengths: (number | null)[] = []
  let end = 0
  for (const value of values) {
    starts.push(end + 1)
    if (value === undefined) {
      lengths.push(null)
      continue
    }
    const begin = end
    for (const piece of value) {
      pieces.push(piece)
      end += piece.byteLength
    }
    lengths.push(end - begin)
  }
  return { bytes: Buffer.concat(pieces, end), starts, lengths }
}
