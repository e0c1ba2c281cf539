import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rootTenantId } from '@strowger/schema'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type JournalRecord, openSecurityJournal, tenantOfLine } from './security-journal.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const open = (options: { maxBytes?: number; onLost?: () => void } = {}) =>
  openSecurityJournal({
    folder,
    maxBytes: options.maxBytes ?? 1024 ** 3,
    newProducer: () => 'ingress-test',
    onLost: options.onLost ?? (() => {}),
  })

const observation = (file: string) => ({
  kind: 'sensitive-file' as const,
  address: '192.0.2.1',
  file,
  at: '2026-11-21T10:00:00.000Z',
})
type Journal = ReturnType<typeof open>
const append = (journal: Journal, file: string) =>
  new Promise<void>((resolve) => journal.append(rootTenantId, observation(file), resolve))

function readAll(journal: Journal) {
  const records = []
  for (let batch = journal.read(); batch; batch = journal.read()) {
    records.push(...batch.lines.map((line) => JSON.parse(line) as JournalRecord))
    journal.acknowledge(batch.end)
  }
  return records
}

describe('the journal of security events', () => {
  it('has a record in its file before it says that it is written', async () => {
    const journal = open()
    await append(journal, 'a.cfg')
    const [segment] = readdirSync(folder).filter((name) => name.endsWith('.ndjson'))
    expect(readFileSync(join(folder, segment ?? ''), 'utf8')).toContain('"file":"a.cfg"')
    journal.close()
  })

  it('writes all records of one turn of the event loop at once, numbered in their order', async () => {
    const journal = open()
    await Promise.all(Array.from({ length: 50 }, (_, index) => append(journal, `${index}.cfg`)))
    expect(readAll(journal).map(({ number, file }) => [number, file])).toEqual(
      Array.from({ length: 50 }, (_, index) => [index + 1, `${index}.cfg`]),
    )
    journal.close()
  })

  it('gives again, with the same numbers, what was not acknowledged before the process died', async () => {
    const first = open()
    await append(first, 'a.cfg')
    await append(first, 'b.cfg')
    const batch = first.read()
    expect(batch?.lines.map(tenantOfLine)).toEqual([rootTenantId, rootTenantId])
    // No close, no acknowledgement: as after kill -9.
    const second = open()
    expect(second.producer).toBe(first.producer)
    expect(readAll(second).map(({ number }) => number)).toEqual([1, 2])
    await append(second, 'c.cfg')
    const third = open()
    expect(readAll(third).map(({ number, file }) => [number, file])).toEqual([[3, 'c.cfg']])
  })

  it('drops half a line of a process that died while it wrote, and goes on with its number', async () => {
    const first = open()
    await append(first, 'a.cfg')
    const [segment = ''] = readdirSync(folder).filter((name) => name.endsWith('.ndjson'))
    appendFileSync(join(folder, segment), '{"number":2,"tenant":"0000')
    const second = open()
    await append(second, 'b.cfg')
    expect(readAll(second).map(({ number, file }) => [number, file])).toEqual([
      [1, 'a.cfg'],
      [2, 'b.cfg'],
    ])
  })

  it('starts new files, removes those that have been read, and keeps counting', async () => {
    const journal = open()
    const long = 'x'.repeat(500)
    for (let round = 0; round < 4; round += 1) {
      await Promise.all(Array.from({ length: 5_000 }, () => append(journal, long)))
    }
    const records = readAll(journal)
    expect(records).toHaveLength(20_000)
    expect(records.at(-1)?.number).toBe(20_000)
    expect(readdirSync(folder).filter((name) => name.endsWith('.ndjson'))).toHaveLength(1)
    journal.close()
  })

  it('loses the oldest when nobody reads and its bound is reached, and says so', async () => {
    let lost = 0
    const journal = open({
      maxBytes: 16 * 1024 * 1024,
      onLost() {
        lost += 1
      },
    })
    const long = 'x'.repeat(500)
    for (let round = 0; round < 10; round += 1) {
      await Promise.all(Array.from({ length: 5_000 }, () => append(journal, long)))
    }
    expect(lost).toBeGreaterThan(0)
    const numbers = readAll(journal).map(({ number }) => number)
    expect(numbers.at(-1)).toBe(50_000)
    expect(numbers[0]).toBeGreaterThan(1)
    journal.close()
  })
})
