import type { LineFault } from '../record.ts'

/** A line longer than this is no call record of anybody: it is refused and let go by, without being kept. */
export const longestLineBytes = 1_048_576
const shownCharacters = 4096

export type LineEncoding = 'utf-8' | 'latin1'

export interface LineReader {
  push(bytes: Uint8Array): void
  end(): void
  readonly consumedBytes: number
  readonly line: number
}

export interface LineHandler {
  /** `text` without its line end; empty lines are not handed on. */
  line(text: string, number: number): void
  fault(fault: LineFault): void
}

const newline = 10
// What no text of a call record holds: control characters other than tab, line ends and page feed.
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
const rubbish = /[\u0000-\u0008\u000e-\u001f\u007f]/

/**
 * Cuts bytes into lines. Only the line that is not complete is kept, and of that at most 1 MiB. Whole blocks are decoded
 * at once; only when a block holds something that is not text is it looked at line by line.
 */
export function createLineReader(handler: LineHandler, encoding: LineEncoding = 'utf-8', fromLine = 0): LineReader {
  const decoder = new TextDecoder(encoding === 'latin1' ? 'windows-1252' : 'utf-8', {
    fatal: encoding === 'utf-8',
    ignoreBOM: true,
  })
  let pending: Uint8Array[] = []
  let pendingBytes = 0
  let consumed = 0
  let skipping: string | undefined
  let line = fromLine

  const fault = (reason: string, native: string, column = 0): void => handler.fault({ line, column, reason, native })

  const one = (text: string): void => {
    line += 1
    const end = text.charCodeAt(text.length - 1) === 13 ? text.length - 1 : text.length
    const start = line === 1 && text.charCodeAt(0) === 0xfeff ? 1 : 0
    if (end <= start) return
    if (end > longestLineBytes) fault('the line is longer than 1 MiB', text.slice(0, shownCharacters))
    else handler.line(start === 0 && end === text.length ? text : text.slice(start, end), line)
  }

  const block = (bytes: Uint8Array): void => {
    const text = isRubbish(bytes) ? undefined : decoded(decoder, bytes)
    if (text === undefined) lineByLine(bytes)
    else {
      let from = 0
      for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', from)) {
        one(text.slice(from, at))
        from = at + 1
      }
      if (from < text.length) one(text.slice(from))
    }
    consumed += bytes.length
  }

  const lineByLine = (bytes: Uint8Array): void => {
    let from = 0
    while (from < bytes.length) {
      const found = bytes.indexOf(newline, from)
      const to = found < 0 ? bytes.length : found
      const part = bytes.subarray(from, to)
      const text = decoded(decoder, part)
      const bad = text === undefined ? firstBadByte(part) : text.search(rubbish)
      if (text !== undefined && bad < 0) one(text)
      else {
        line += 1
        fault(
          text === undefined ? `is not UTF-8: byte ${bad + 1}` : `holds a control character: character ${bad + 1}`,
          printable(part),
        )
      }
      from = to + 1
    }
  }

  const giveUp = (): void => {
    line += 1
    fault('the line is longer than 1 MiB', skipping ?? '')
    skipping = undefined
  }

  return {
    push(bytes) {
      let rest = bytes
      if (skipping !== undefined) {
        const at = rest.indexOf(newline)
        consumed += at < 0 ? rest.length : at + 1
        if (at < 0) return
        giveUp()
        rest = rest.subarray(at + 1)
      }
      const last = rest.lastIndexOf(newline)
      if (last >= 0) {
        const whole = rest.subarray(0, last + 1)
        block(pendingBytes === 0 ? whole : joined([...pending, whole]))
        pending = []
        pendingBytes = 0
        rest = rest.subarray(last + 1)
      }
      if (rest.length === 0) return
      // A copy: whoever reads a file uses its buffer again. (`slice` of a Buffer is none.)
      pending.push(new Uint8Array(rest))
      pendingBytes += rest.length
      if (pendingBytes > longestLineBytes) {
        skipping = printable(joined(pending).subarray(0, shownCharacters))
        consumed += pendingBytes
        pending = []
        pendingBytes = 0
      }
    },
    end() {
      if (skipping !== undefined) giveUp()
      else if (pendingBytes > 0) block(joined(pending))
      pending = []
      pendingBytes = 0
    },
    get consumedBytes() {
      return consumed
    },
    get line() {
      return line
    },
  }
}

/** As `rubbish`, of bytes: in both encodings these characters are the bytes of their number, and no part of others. */
function isRubbish(bytes: Uint8Array): boolean {
  for (let place = 0; place < bytes.length; place += 1) {
    const byte = bytes[place] as number
    if (byte < 32 ? byte < 9 || byte > 13 : byte === 127) return true
  }
  return false
}

function decoded(decoder: InstanceType<typeof TextDecoder>, bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}

/** Place of the first byte that is no part of UTF-8, by halving: a prefix that cannot be decoded holds it. */
function firstBadByte(bytes: Uint8Array): number {
  const lossy = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  return new TextEncoder().encode(lossy.slice(0, Math.max(0, lossy.indexOf('\ufffd')))).length
}

/** Bytes as people can read them: what is not printable is \xNN. */
export function printable(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes.subarray(0, shownCharacters)) {
    text += byte >= 32 && byte < 127 ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`
  }
  return text.slice(0, shownCharacters)
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0] as Uint8Array
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
