/** A row as COPY gives it in its binary format, read field by field; the next one is written over it. */
export interface CopiedRow {
  isNull(field: number): boolean
  /** `smallint` and `integer`; 0 for null. */
  int(field: number): number
  /** `bigint`, beyond 2^53 as bigint; null for null. */
  int8(field: number): number | bigint | null
  bool(field: number): boolean
  /** Milliseconds since 1970, UTC, without what is finer; NaN for null. */
  timestampMs(field: number): number
  /** Empty for null. */
  text(field: number): string
  /** Puts the 16 bytes of a `uuid` into `target`. */
  uuid(field: number, target: Uint8Array): void
}

/** Takes pieces of the binary format, cut anywhere, and hands on each row that is complete. */
export interface RowReader {
  push(piece: Buffer): void
}

const headBytes = 19
const year2000Ms = 946_684_800_000
const wordSize = 0x1_0000_0000

/** PostgreSQL manual, COPY, "Binary Format": a head, then rows of counted fields, then -1. */
export function createRowReader(fields: number, take: (row: CopiedRow) => void): RowReader {
  const starts = new Int32Array(fields)
  /** -1: null. */
  const lengths = new Int32Array(fields)
  const texts = createTexts(fields)
  let bytes: Buffer = Buffer.alloc(0)
  let hasHead = false

  function wordAt(at: number): number {
    return (
      ((bytes[at] as number) << 24) |
      ((bytes[at + 1] as number) << 16) |
      ((bytes[at + 2] as number) << 8) |
      (bytes[at + 3] as number)
    )
  }

  const isNull = (field: number): boolean => (lengths[field] as number) < 0

  const row: CopiedRow = {
    isNull,
    int(field) {
      if (isNull(field)) return 0
      const at = starts[field] as number
      return lengths[field] === 2 ? (((bytes[at] as number) << 24) >> 16) | (bytes[at + 1] as number) : wordAt(at)
    },
    int8(field) {
      if (isNull(field)) return null
      const at = starts[field] as number
      const value = wordAt(at) * wordSize + (wordAt(at + 4) >>> 0)
      return Number.isSafeInteger(value) ? value : bytes.readBigInt64BE(at)
    },
    bool: (field) => !isNull(field) && bytes[starts[field] as number] === 1,
    timestampMs(field) {
      if (isNull(field)) return Number.NaN
      const at = starts[field] as number
      return year2000Ms + Math.floor((wordAt(at) * wordSize + (wordAt(at + 4) >>> 0)) / 1_000)
    },
    text: (field) => (isNull(field) ? '' : texts.of(field, bytes, starts[field] as number, lengths[field] as number)),
    uuid(field, target) {
      const at = starts[field] as number
      for (let place = 0; place < 16; place += 1) target[place] = bytes[at + place] as number
    },
  }

  /** Where the row that begins here ends, its fields found; -1: it is not complete. */
  function endOfRow(begin: number): number {
    let at = begin + 2
    for (let field = 0; field < fields; field += 1) {
      if (at + 4 > bytes.length) return -1
      const length = wordAt(at)
      at += 4
      starts[field] = at
      lengths[field] = length
      if (length > 0) at += length
    }
    return at > bytes.length ? -1 : at
  }

  return {
    push(piece) {
      bytes = bytes.length === 0 ? piece : Buffer.concat([bytes, piece])
      let at = 0
      if (!hasHead) {
        if (bytes.length < headBytes) return
        at = headBytes
        hasHead = true
      }
      while (at + 2 <= bytes.length) {
        const count = ((bytes[at] as number) << 8) | (bytes[at + 1] as number)
        if (count === 0xffff) {
          at += 2
          continue
        }
        if (count !== fields) throw new Error(`COPY gave a row of ${count} fields and not of ${fields}`)
        const end = endOfRow(at)
        if (end < 0) break
        take(row)
        at = end
      }
      bytes = bytes.subarray(at)
    },
  }
}

const longestKept = 64
/** So few characters are made a text in half the time of a call that leaves JavaScript. */
const shortText = 20
/** Of the text that is made, by its length. */
const codesOf = Array.from({ length: shortText + 1 }, (_, length) => new Array<number>(length).fill(0))

/** Texts of columns: a row mostly has some that the row before had, and these are not made again. */
function createTexts(fields: number) {
  const kept = new Uint8Array(fields * longestKept)
  const lengths = new Int32Array(fields).fill(-1)
  const texts: string[] = Array.from({ length: fields }, () => '')
  return {
    of(field: number, bytes: Buffer, at: number, length: number): string {
      if (length > longestKept) return bytes.toString('utf8', at, at + length)
      const from = field * longestKept
      if (lengths[field] === length) {
        let place = 0
        while (place < length && kept[from + place] === bytes[at + place]) place += 1
        if (place === length) return texts[field] as string
      }
      for (let place = 0; place < length; place += 1) kept[from + place] = bytes[at + place] as number
      lengths[field] = length
      const text = shortAscii(bytes, at, length) ?? bytes.toString('utf8', at, at + length)
      texts[field] = text
      return text
    },
  }
}

/** Undefined for what is longer, or is not one byte a character. */
function shortAscii(bytes: Buffer, at: number, length: number): string | undefined {
  const codes = codesOf[length]
  if (codes === undefined) return undefined
  let bits = 0
  for (let place = 0; place < length; place += 1) {
    const byte = bytes[at + place] as number
    codes[place] = byte
    bits |= byte
  }
  return bits < 128 ? String.fromCharCode(...codes) : undefined
}
