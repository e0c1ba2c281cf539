import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import type { SecurityObservation } from '@strowger/schema'

/**
 * Security events between the moment a phone is answered and the moment the stream has acknowledged them.
 *
 * A record is written to the journal before the answer leaves, with one `write` for all answers of a turn of the event
 * loop; the publisher reads the file and remembers in `cursor` how far the stream has acknowledged. So a process that
 * dies, with -9 too, loses no event that a phone has had the answer of (a machine that loses power may: there is no
 * fsync). Records carry growing numbers, by which the reader of the stream drops what it sees twice.
 */
export interface JournalRecord extends SecurityObservation {
  readonly tenant: string
}

/** A place in the journal: the segment that begins with this number, and a byte in it. */
export interface JournalCursor {
  readonly segment: number
  readonly offset: number
}

const segmentBytes = 8 * 1024 * 1024
const segmentName = (first: number) => `${String(first).padStart(16, '0')}.ndjson`

export function openSecurityJournal(options: {
  folder: string
  maxBytes: number
  newProducer: () => string
  onLost: (segments: number) => void
}) {
  const { folder, maxBytes, newProducer, onLost } = options
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const producer = readOrCreate(join(folder, 'producer'), newProducer)
  const segments = readdirSync(folder)
    .filter((name) => name.endsWith('.ndjson'))
    .map((name) => Number.parseInt(name, 10))
    .sort((a, b) => a - b)
  if (segments.length === 0) segments.push(1)
  let writing = lastOf(segments)
  let lastNumber = repairedLastNumber(join(folder, segmentName(writing)), writing - 1)
  let descriptor = openSync(join(folder, segmentName(writing)), 'a', 0o600)
  let size = statSync(join(folder, segmentName(writing))).size
  let pending: string[] = []
  let afterFlush: (() => void)[] = []
  let flushScheduled = false
  let onAppended: () => void = () => {}
  const cursorPath = join(folder, 'cursor')
  let cursor = readCursor(cursorPath, segments)
  const cursorDescriptor = openSync(cursorPath, existsSync(cursorPath) ? 'r+' : 'w+', 0o600)

  function startSegment(): void {
    closeSync(descriptor)
    writing = lastNumber + 1
    segments.push(writing)
    descriptor = openSync(join(folder, segmentName(writing)), 'a', 0o600)
    size = 0
    while (segments.length * segmentBytes > maxBytes && segments.length > 1) dropOldest(true)
  }

  function dropOldest(unread: boolean): void {
    const oldest = segments.shift()
    if (oldest === undefined) return
    if (existsSync(join(folder, segmentName(oldest)))) unlinkSync(join(folder, segmentName(oldest)))
    if (unread && cursor.segment <= oldest) {
      cursor = { segment: segments[0] ?? writing, offset: 0 }
      onLost(1)
    }
  }

  function flush(): void {
    flushScheduled = false
    if (pending.length > 0) {
      const bytes = Buffer.from(pending.join(''), 'utf8')
      pending = []
      let written = 0
      while (written < bytes.length) written += writeSync(descriptor, bytes, written)
      size += bytes.length
    }
    const callbacks = afterFlush
    afterFlush = []
    for (const callback of callbacks) callback()
    if (size >= segmentBytes) startSegment()
    onAppended()
  }

  return {
    producer,
    /** Adds a record; `written` is called once it cannot be lost by the death of the process. */
    append(tenant: string, observation: Omit<SecurityObservation, 'number'>, written: () => void): void {
      lastNumber += 1
      pending.push(`${JSON.stringify({ tenant, number: lastNumber, ...observation })}\n`)
      afterFlush.push(written)
      if (!flushScheduled) {
        flushScheduled = true
        setImmediate(flush)
      }
    },
    flush,
    /** The next records after the acknowledged ones, as JSON, and where they end; undefined when there are none. */
    read(limitBytes = 65_536): { lines: string[]; end: JournalCursor; isLast: boolean } | undefined {
      for (;;) {
        const path = join(folder, segmentName(cursor.segment))
        const { text, bytes } = existsSync(path) ? linesFrom(path, cursor.offset, limitBytes) : { text: '', bytes: 0 }
        if (bytes > 0) {
          const end = { segment: cursor.segment, offset: cursor.offset + bytes }
          const isLast = end.segment === writing && end.offset === size
          return { lines: text.slice(0, -1).split('\n'), end, isLast }
        }
        const next = segments.find((segment) => segment > cursor.segment)
        if (next === undefined) return undefined
        cursor = { segment: next, offset: 0 }
        while ((segments[0] ?? next) < next) dropOldest(false)
      }
    },
    /** Everything up to here is in the stream. */
    acknowledge(end: JournalCursor): void {
      if (end.segment < cursor.segment) return
      cursor = end
      // One write in place of always the same length: a process that dies leaves the old cursor or the new one.
      writeSync(cursorDescriptor, `${cursor.segment} ${cursor.offset}`.padEnd(63).concat('\n'), 0)
    },
    onAppended(listener: () => void): void {
      onAppended = listener
    },
    close(): void {
      flush()
      closeSync(descriptor)
      closeSync(cursorDescriptor)
    },
  }
}
export type SecurityJournal = ReturnType<typeof openSecurityJournal>

const tenantAt = '{"tenant":"'.length
const tenantLength = 36

/** Whose record a line of the journal is, without reading the rest: it stands first, and is a UUID. */
export function tenantOfLine(line: string): string {
  return line.slice(tenantAt, tenantAt + tenantLength)
}

function readOrCreate(path: string, create: () => string): string {
  if (existsSync(path)) return readFileSync(path, 'utf8').trim()
  const text = create()
  writeFileSync(path, `${text}\n`, { mode: 0o600 })
  return text
}

function lastOf(segments: readonly number[]): number {
  return segments.at(-1) ?? 1
}

/** A process that died while it wrote leaves half a line; its answer never left, so the half line goes. */
function repairedLastNumber(path: string, before: number): number {
  if (!existsSync(path)) return before
  const text = readFileSync(path, 'utf8')
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  if (whole.length < text.length) truncateSync(path, Buffer.byteLength(whole))
  return recordsFromText(whole).at(-1)?.number ?? before
}

function readCursor(path: string, segments: readonly number[]): JournalCursor {
  const first = { segment: segments[0] ?? 1, offset: 0 }
  if (!existsSync(path)) return first
  const [segment = 0, offset = 0] = readFileSync(path, 'utf8').split(' ').map(Number)
  return Number.isSafeInteger(segment) && Number.isSafeInteger(offset) && segment > 0 ? { segment, offset } : first
}

function linesFrom(path: string, offset: number, limitBytes: number): { text: string; bytes: number } {
  const descriptor = openSync(path, 'r')
  try {
    const buffer = Buffer.allocUnsafe(limitBytes)
    const read = readSync(descriptor, buffer, 0, limitBytes, offset)
    const end = buffer.subarray(0, read).lastIndexOf(0x0a) + 1
    return { text: buffer.toString('utf8', 0, end), bytes: end }
  } finally {
    closeSync(descriptor)
  }
}

function recordsFromText(text: string): JournalRecord[] {
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as JournalRecord]))
}
