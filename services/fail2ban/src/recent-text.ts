import { closeSync, fstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** More than is written between the copy and the truncation of a rotation. */
const keptBytes = 262_144
const none = Buffer.alloc(0)

/**
 * What was written last, for rotation by copy and truncation (logrotate’s `copytruncate`): what is appended between
 * both is in neither file. Whoever notices the truncation appends it again.
 */
export interface RecentText {
  wrote(text: string, endOffset: number): void
  /** What was written and is not in the copy that rotation made of the log before it was truncated at `offset`. */
  notInCopy(logPath: string, offset: number): Buffer
}

export function createRecentText(): RecentText {
  let pieces: Buffer[] = []
  let length = 0
  let end = 0

  function keep(bytes: Buffer): void {
    pieces = [bytes]
    length = bytes.length
  }

  return {
    wrote(text, endOffset) {
      const bytes = Buffer.from(text, 'utf8')
      if (end !== endOffset - bytes.length) keep(none)
      pieces.push(bytes)
      length += bytes.length
      end = endOffset
      // Joined now and then: to move all that is kept for every few lines was dearer than writing them.
      if (length > 2 * keptBytes) keep(Buffer.concat(pieces).subarray(-keptBytes))
    },
    notInCopy(logPath, offset) {
      if (end !== offset) return none
      const kept = Buffer.concat(pieces).subarray(-keptBytes)
      const copied = copiedBytes(logPath, offset, kept)
      keep(none)
      end = 0
      return copied === undefined ? none : kept.subarray(Math.max(0, kept.length - (offset - copied)))
    },
  }
}

/**
 * How long the copy is: the newest file beside the log that begins with its name, is not longer than the log was, and
 * ends as the log did there. Undefined when there is none, or it has been compressed already: then nobody can tell.
 */
function copiedBytes(logPath: string, offset: number, kept: Buffer): number | undefined {
  const folder = dirname(logPath)
  const copies = readdirSync(folder)
    .filter((name) => name.startsWith(`${basename(logPath)}`) && !name.endsWith('.position'))
    .map((name) => join(folder, name))
    .filter((path) => path !== logPath)
    .map((path) => ({ path, ...sizeAndTime(path) }))
    .sort((a, b) => b.changedMs - a.changedMs)
  for (const { path, size } of copies) {
    const shared = kept.length - (offset - size)
    if (size > offset || shared < 0) continue
    const length = Math.min(shared, 4_096)
    if (tailOf(path, size, length).equals(kept.subarray(shared - length, shared))) return size
  }
  return undefined
}

function sizeAndTime(path: string): { size: number; changedMs: number } {
  const { size, mtimeMs } = statSync(path)
  return { size, changedMs: mtimeMs }
}

function tailOf(path: string, size: number, length: number): Buffer {
  const descriptor = openSync(path, 'r')
  try {
    const bytes = Buffer.alloc(Math.min(length, fstatSync(descriptor).size))
    readSync(descriptor, bytes, 0, bytes.length, size - bytes.length)
    return bytes
  } finally {
    closeSync(descriptor)
  }
}
