/** Rows in the binary format of COPY (PostgreSQL manual, COPY, "Binary Format"), written field by field. */
export interface CopyRows {
  /** Begins a row of so many fields, which must follow. */
  row(fields: number): void
  null(): void
  int2(value: number): void
  int4(value: number): void
  /** A whole number; beyond 2^53 as bigint. */
  int8(value: number | bigint): void
  /** A whole number as its eight bytes, at a place of a larger block. */
  int8At(bytes: Uint8Array, offset: number): void
  /** Milliseconds since 1970, UTC. */
  timestamp(epochMs: number): void
  /** 16 bytes at a place of a larger block. */
  uuid(bytes: Uint8Array, offset: number): void
  text(value: string): void
  /** `text`, or null for the empty one. */
  textOrNull(value: string): void
  bytes(value: Uint8Array): void
  bool(value: boolean): void
  jsonb(value: object): void
  readonly rows: number
  /** Where the next field will stand, for `since`. */
  mark(): number
  /** What was written of this row since a mark; it holds until more is written. */
  since(mark: number): Uint8Array
  /** What was written since the last time, so that it can be sent while the next rows are made. */
  take(): Uint8Array
  /** Everything written that was not taken, with the format's end; its head comes first of all. */
  finish(): Uint8Array
}

const head = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1')
/** What the fields of a row take that are no texts, at most: room is looked for once a row. */
const fixedBytesPerField = 20
/** Milliseconds from 1970 to 2000, where PostgreSQL's instants begin. */
const year2000Ms = 946_684_800_000
const wordSize = 0x1_0000_0000

export function createCopyRows(startBytes = 1_048_576): CopyRows {
  let buffer = Buffer.allocUnsafe(startBytes)
  let end = head.copy(buffer)
  let rows = 0
  /** Where the row that is written ends at most. */
  let fixed = 0

  function room(bytes: number): void {
    if (end + bytes <= buffer.length) return
    const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, end + bytes))
    buffer.copy(larger, 0, 0, end)
    buffer = larger
  }

  /** For a value without a fixed length; what the other fields of the row may take stays free behind it. */
  function reserve(bytes: number): void {
    fixed += bytes
    room(fixed - end)
  }

  function word(value: number): void {
    const [target, at] = [buffer, end]
    target[at] = value >>> 24
    target[at + 1] = value >>> 16
    target[at + 2] = value >>> 8
    target[at + 3] = value
    end = at + 4
  }

  /** Some bytes of a larger block: too few for a call that leaves JavaScript. */
  function copy(bytes: Uint8Array, offset: number, count: number): void {
    const [target, at] = [buffer, end]
    for (let place = 0; place < count; place += 1) target[at + place] = bytes[offset + place] ?? 0
    end = at + count
  }

  function int8(value: number | bigint): void {
    word(8)
    if (typeof value === 'bigint') {
      buffer.writeBigInt64BE(value, end)
      end += 8
      return
    }
    // The rest of a division of floating numbers is a call of the mathematics library.
    const high = Math.floor(value / wordSize)
    word(high)
    word(value - high * wordSize)
  }

  function text(value: string): void {
    const { length } = value
    reserve(length * 3)
    const target = buffer
    const begin = end + 4
    for (let place = 0; place < length; place += 1) {
      const code = value.charCodeAt(place)
      // Only ASCII is one byte a character; U+0000 is no text for PostgreSQL.
      if (code > 127 || code === 0) {
        const written = target.write(value.replaceAll('\0', '�'), begin)
        word(written)
        end += written
        return
      }
      target[begin + place] = code
    }
    word(length)
    end += length
  }

  function missing(): void {
    word(0xff_ff_ff_ff)
  }

  return {
    row(fields) {
      fixed = end + 2 + fields * fixedBytesPerField
      room(fixed - end)
      buffer[end] = fields >>> 8
      buffer[end + 1] = fields
      end += 2
      rows += 1
    },
    null: missing,
    int2(value) {
      word(2)
      buffer[end] = value >>> 8
      buffer[end + 1] = value
      end += 2
    },
    int4(value) {
      word(4)
      word(value)
    },
    int8,
    int8At(bytes, offset) {
      word(8)
      copy(bytes, offset, 8)
    },
    timestamp: (epochMs) => int8(Math.round((epochMs - year2000Ms) * 1_000)),
    uuid(bytes, offset) {
      word(16)
      copy(bytes, offset, 16)
    },
    text,
    textOrNull(value) {
      if (value === '') missing()
      else text(value)
    },
    bytes(value) {
      reserve(value.length)
      word(value.length)
      buffer.set(value, end)
      end += value.length
    },
    bool(value) {
      word(1)
      buffer[end] = value ? 1 : 0
      end += 1
    },
    jsonb(value) {
      // Version 1, then the text.
      const json = Buffer.from(JSON.stringify(value))
      reserve(json.length + 1)
      word(json.length + 1)
      buffer[end] = 1
      buffer.set(json, end + 1)
      end += json.length + 1
    },
    get rows() {
      return rows
    },
    mark: () => end,
    since: (mark) => buffer.subarray(mark, end),
    take() {
      const taken = buffer.subarray(0, end)
      buffer = Buffer.allocUnsafe(startBytes)
      end = 0
      fixed = 0
      return taken
    },
    finish() {
      room(2)
      buffer[end] = 0xff
      buffer[end + 1] = 0xff
      end += 2
      return buffer.subarray(0, end)
    },
  }
}
