import {
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type Position, positionFromText, startPosition } from './position.ts'
import { createRecentText } from './recent-text.ts'

/**
 * The log and, in `<log>.position`, how far it has been written. Rotation may rename the log away or copy and truncate it.
 *
 * A line is appended first and the position written after it. When the process dies between the two, the
 * lines beyond the recorded offset are already in the file; the stream gives the same messages again in the same
 * order, the lines made of them are the same, and only what is missing of them is appended.
 */
export interface LogFile {
  readonly position: Position
  /** Appends the lines of one message of the stream and records the position that follows. */
  append(lines: readonly string[], next: Pick<Position, 'sequence' | 'seen'>): void
  close(): void
}

export function openLogFile(path: string): LogFile {
  const positionPath = `${path}.position`
  let position = readPosition(positionPath)
  const positionFile = openPositionFile(positionPath)
  let descriptor = openSync(path, 'a', 0o640)
  let alreadyWritten = tailBeyond(path, position)
  const recent = createRecentText()

  /** Rotation renames the log away or truncates it in place; both are seen before each write. */
  function currentFile(): { inode: number; size: number } {
    let named: { ino: number } | undefined
    try {
      named = statSync(path)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
    if (named?.ino !== fstatSync(descriptor).ino) {
      closeSync(descriptor)
      descriptor = openSync(path, 'a', 0o640)
    }
    const { ino, size } = fstatSync(descriptor)
    return { inode: ino, size }
  }

  /**
   * Where lines are appended from. The place is recorded first when rotation has changed it: else a death behind the
   * lines would leave a position by which nobody finds them.
   */
  function afterRotation(inode: number, size: number): number {
    if (inode === position.inode && size === position.offset) return size
    const isTruncated = inode === position.inode && size < position.offset
    const cut = isTruncated ? recent.notInCopy(path, position.offset) : noBytes
    if (cut.length > 0) writeFully(descriptor, cut)
    position = { ...position, inode, offset: size + cut.length }
    positionFile.write(position)
    return position.offset
  }

  return {
    get position() {
      return position
    },
    append(lines, next) {
      const text = lines.map((line) => `${line}\n`).join('')
      const isAfterDeath = alreadyWritten !== ''
      const missing = withoutPrefix(text, alreadyWritten)
      alreadyWritten = missing.rest
      const { inode, size } = currentFile()
      const begin = isAfterDeath ? size : afterRotation(inode, size)
      if (missing.text !== '') writeFully(descriptor, Buffer.from(missing.text, 'utf8'))
      const offset = begin + Buffer.byteLength(missing.text) - Buffer.byteLength(alreadyWritten)
      recent.wrote(missing.text, offset)
      position = { sequence: next.sequence, seen: next.seen, inode, offset }
      positionFile.write(position)
    },
    close() {
      closeSync(descriptor)
      positionFile.close()
    },
  }
}

/** What of `text` is not yet in `written`, and what of `written` is left for the messages that follow. */
function withoutPrefix(text: string, written: string): { text: string; rest: string } {
  if (written.startsWith(text)) return { text: '', rest: written.slice(text.length) }
  if (text.startsWith(written)) return { text: text.slice(written.length), rest: '' }
  return { text, rest: '' }
}

function readPosition(path: string): Position {
  try {
    const text = readFileSync(path, 'utf8')
    return text.trim() === '' ? startPosition : positionFromText(text)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return startPosition
    throw error
  }
}

/**
 * One write in place, padded to at least the length of what stands there: a process that dies leaves the old position
 * or the new one. (A rename for each batch would cost more than everything else that is done here.)
 */
function openPositionFile(path: string): { write(position: Position): void; close(): void } {
  const descriptor = openSync(path, existsSync(path) ? 'r+' : 'w+', 0o600)
  let length = fstatSync(descriptor).size
  return {
    write(position) {
      const text = JSON.stringify(position)
      length = Math.max(length, Math.ceil((text.length + 1) / 512) * 512)
      writeSync(descriptor, `${text.padEnd(length - 1)}\n`, 0)
    },
    close: () => closeSync(descriptor),
  }
}

/** Lines in the file after the recorded offset, also when the file was renamed away by rotation since. */
function tailBeyond(path: string, { inode, offset }: Position): string {
  if (inode === 0) return ''
  const folder = dirname(path)
  const rotated = readdirSync(folder)
    .filter((name) => name.startsWith(basename(path)))
    .map((name) => join(folder, name))
    .find((candidate) => statSync(candidate).ino === inode)
  if (rotated === undefined) return ''
  const descriptor = openSync(rotated, 'r')
  try {
    const length = fstatSync(descriptor).size - offset
    if (length <= 0) return ''
    const bytes = Buffer.alloc(length)
    readSync(descriptor, bytes, 0, length, offset)
    return bytes.toString('utf8')
  } finally {
    closeSync(descriptor)
  }
}

const noBytes = Buffer.alloc(0)

function writeFully(descriptor: number, bytes: Buffer): void {
  let left = bytes
  while (left.length > 0) left = left.subarray(writeSync(descriptor, left))
}
