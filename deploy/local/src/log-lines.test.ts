import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { createLogFile, shortLine } from './log-lines.ts'

test('a log entry is shown with its time, its phrase and its fields, the level only when it matters', () => {
  const entry = { level: 'info', time: '2026-11-21T09:30:01.123Z', service: 'ingress', message: 'started', port: 8667 }
  expect(shortLine(JSON.stringify(entry))).toBe('09:30:01 started port=8667')
  const error = { message: 'no such file', stack: '…' }
  expect(shortLine(JSON.stringify({ ...entry, level: 'error', port: undefined, error }))).toBe(
    '09:30:01 ERROR started error="no such file"',
  )
})

test('a line that is no log entry is shown as it is', () => {
  for (const line of ['', 'Killed', '{half an entry', 'at file.ts:3']) expect(shortLine(line)).toBe(line)
})

test('a log stays within twice its limit and keeps the newest lines', async () => {
  const folder = mkdtempSync(fileURLToPath(new URL('../node_modules/log-', import.meta.url)))
  try {
    const file = join(folder, 'a.log')
    const write = createLogFile(file, 100)
    for (let line = 0; line < 50; line += 1) write(`line ${line}`)
    await new Promise((resolve) => setImmediate(resolve))
    const newest = readFileSync(file, 'utf8')
    const older = readFileSync(`${file}.1`, 'utf8')
    expect(newest.length + older.length).toBeLessThanOrEqual(200)
    expect(newest.trimEnd().split('\n').at(-1)).toBe('line 49')
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('a log that cannot be written says so once, ends nobody, and goes on when it can be', async () => {
  const folder = mkdtempSync(fileURLToPath(new URL('../node_modules/log-', import.meta.url)))
  const file = join(folder, 'gone', 'a.log')
  const lost: unknown[] = []
  const write = createLogFile(file, 100, (error) => lost.push(error))
  const written = async (line: string) => {
    write(line)
    await new Promise((resolve) => setImmediate(resolve))
  }
  try {
    for (let line = 0; line < 20; line += 1) await written(`line ${line}`)
    expect(lost).toMatchObject([{ code: 'ENOENT' }])
    mkdirSync(join(folder, 'gone'))
    await written('there')
    expect(readFileSync(file, 'utf8')).toBe('there\n')
  } finally {
    rmSync(folder, { recursive: true })
  }
})
