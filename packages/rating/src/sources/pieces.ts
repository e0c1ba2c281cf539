import type { CdrReader, CdrRecord, CdrSink } from '../record.ts'
import { RecordFault } from './format.ts'
import { longestLineBytes, printable } from './lines.ts'

/** Where a record ends, looked for over what has come since the last one; -1: not yet. */
export interface PieceEnd {
  /** Takes the next byte; true: the record ends with it. */
  take(byte: number): boolean
  reset(): void
  /** Whether something has begun that is not only white space. */
  readonly hasBegun: boolean
}

/**
 * Reads records that are no lines: one object or document after the other, each at most 1 MiB. What is longer is
 * refused and let go by until `resume` says that a new one begins.
 */
export function createPieceReader(
  end: PieceEnd,
  sink: CdrSink,
  fromLine: number,
  record: (text: string, line: number) => CdrRecord | undefined,
): CdrReader {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let pending: number[] = []
  let consumed = 0
  let line = fromLine + 1
  let begun = line
  let isTooLong = false

  const fault = (reason: string, field = ''): void => {
    const native = printable(Uint8Array.from(pending.slice(0, 4096)))
    sink.fault({ line: begun, column: 0, reason: field === '' ? reason : `${field}: ${reason}`, native })
  }

  const finish = (): void => {
    if (isTooLong) fault('the record is longer than 1 MiB')
    else {
      try {
        const made = record(decoder.decode(Uint8Array.from(pending)), begun)
        if (made !== undefined) sink.record(made)
      } catch (error) {
        if (error instanceof RecordFault) fault(error.message, error.field)
        else fault(error instanceof SyntaxError ? `is not JSON: ${error.message.slice(0, 200)}` : 'is not UTF-8')
      }
    }
    pending = []
    isTooLong = false
    end.reset()
  }

  return {
    push(bytes) {
      for (const byte of bytes) {
        if (byte === 10) line += 1
        const isEnd = end.take(byte)
        if (!end.hasBegun) {
          consumed += 1
          begun = line
          continue
        }
        if (pending.length < longestLineBytes) pending.push(byte)
        else isTooLong = true
        if (!isEnd) continue
        consumed += pending.length
        finish()
        begun = line
      }
    },
    end() {
      if (pending.length === 0) return
      fault('the record is not complete')
      consumed += pending.length
      pending = []
      end.reset()
    },
    get consumedBytes() {
      return consumed
    },
    get line() {
      return line - 1
    },
  }
}

const [quote, backslash, open, close] = [34, 92, 123, 125]
const isSpace = (byte: number): boolean => byte === 32 || (byte >= 9 && byte <= 13)

/** One JSON object after the other, with or without line ends between them; what is no object ends with its line. */
export function createJsonEnd(): PieceEnd {
  let depth = 0
  let isText = false
  let isEscaped = false
  let hasBegun = false
  return {
    take(byte) {
      if (!hasBegun) {
        if (isSpace(byte) || byte === 44) return false
        hasBegun = true
        if (byte !== open) depth = -1
      }
      if (depth < 0) return byte === 10
      if (isText) {
        if (isEscaped) isEscaped = false
        else if (byte === backslash) isEscaped = true
        else if (byte === quote) isText = false
        return false
      }
      if (byte === quote) isText = true
      else if (byte === open) depth += 1
      else if (byte === close) {
        depth -= 1
        return depth === 0
      }
      return false
    },
    reset() {
      depth = 0
      isText = false
      isEscaped = false
      hasBegun = false
    },
    get hasBegun() {
      return hasBegun
    },
  }
}

/** One document after the other, each until its last tag. */
export function createTagEnd(tag: string): PieceEnd {
  const wanted = new TextEncoder().encode(`</${tag}>`)
  let matched = 0
  let hasBegun = false
  return {
    take(byte) {
      if (!hasBegun && isSpace(byte)) return false
      hasBegun = true
      matched = byte === wanted[matched] ? matched + 1 : byte === wanted[0] ? 1 : 0
      return matched === wanted.length
    },
    reset() {
      matched = 0
      hasBegun = false
    },
    get hasBegun() {
      return hasBegun
    },
  }
}
