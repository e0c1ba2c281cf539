import { appendFileSync, renameSync, statSync } from 'node:fs'
import { createGatheredWrites } from './gathered-writes.ts'

interface Entry {
  readonly time?: string
  readonly level?: string
  readonly message?: string
  readonly service?: string
  readonly [field: string]: unknown
}

/** A line of a service's log for a person: time, level if it matters, phrase, fields. Other lines stay as they are. */
export function shortLine(line: string): string {
  if (!line.startsWith('{')) return line
  let entry: Entry
  try {
    entry = JSON.parse(line) as Entry
  } catch {
    return line
  }
  const { time, level = 'info', message = '', service: _service, ...fields } = entry
  const clock = /T(\d\d:\d\d:\d\d)/.exec(time ?? '')?.[1] ?? ''
  const rest = Object.entries(fields).map(([name, value]) => `${name}=${shown(value)}`)
  return [clock, level === 'info' ? '' : level.toUpperCase(), message, ...rest].filter((part) => part !== '').join(' ')
}

function shown(value: unknown): string {
  if (typeof value === 'string') return /^[\w.:/@+-]+$/.test(value) ? value : JSON.stringify(value)
  const message = (value as { message?: unknown } | null)?.message
  return typeof message === 'string' ? JSON.stringify(message) : JSON.stringify(value)
}

const maxBytes = 32 * 1024 * 1024

/**
 * A log file that is kept within twice `limit`: when it is full it becomes `<file>.1`. While it cannot be written, as on
 * a full disk, its lines are lost, and `onLost` is told of the first: a log must not end what it tells of.
 */
export function createLogFile(
  file: string,
  limit: number = maxBytes,
  onLost: (error: unknown) => void = (error) => process.stderr.write(`${file} cannot be written: ${error}\n`),
): (line: string) => void {
  /** With what waits to be written. */
  let size = sizeOf(file)
  let isLosing = false
  function attempt(work: () => void): void {
    try {
      work()
      isLosing = false
    } catch (error) {
      if (!isLosing) onLost(error)
      isLosing = true
    }
  }
  const gathered = createGatheredWrites((text) => attempt(() => appendFileSync(file, text, { mode: 0o600 })))
  return (line) => {
    const text = `${line}\n`
    if (size > 0 && size + text.length > limit) {
      gathered.flush()
      attempt(() => renameSync(file, `${file}.1`))
      size = 0
    }
    gathered.write(text)
    size += Buffer.byteLength(text)
  }
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size
  } catch {
    return 0
  }
}

/** Output of several children, each line with its name before it. */
export function createPrefix(
  names: readonly string[],
  write: (text: string) => void,
): (name: string, line: string) => void {
  const width = Math.max(...names.map(({ length }) => length))
  return (name, line) => write(`${name.padEnd(width)} | ${line}\n`)
}
