import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cdrRaw, getSourceState, listRatingCalls, ratingItems, rootTenantId, testSource } from '@strowger/schema'
import { eventually, italianNumbers } from '@strowger/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type RatingFixture, startRatingFixture } from '../test/fixture.ts'
import { makePricedTenant, masterLine } from '../test/priced-tenant.ts'

const folder = mkdtempSync(join(tmpdir(), 'strowger-sources-'))
let rating: RatingFixture

beforeAll(async () => {
  rating = await startRatingFixture()
  await makePricedTenant(rating)
})
afterAll(async () => {
  await rating.close()
  rmSync(folder, { recursive: true, force: true })
})

const callsOf = async (source: string) => (await rating.ask(listRatingCalls, { source })).items

it('a record in the stream is stored and rated once, however often it comes', async () => {
  const item = {
    id: 'stream',
    kind: 'stream',
    format: 'asterisk-csv',
    numbers: italianNumbers,
    formatSettings: { zone: 'Europe/Rome' },
  }
  await rating.ask(ratingItems.source.create, { item })
  const line = (sequence: number) => masterLine({ id: `1792484000.${sequence}`, sequence }).trimEnd()
  const publish = (records: string[]) =>
    rating.gateway.bus.events.publish(cdrRaw, rootTenantId, { source: 'stream', records })
  await publish([line(1), 'no record at all'])
  await publish([line(1), 'no record at all'])
  // They are taken in their order: when the last is there, the second message was, too.
  await publish([line(2)])
  const calls = await eventually(async () => {
    const found = await callsOf('stream')
    return found.filter(({ status }) => status === 'rated').length === 2 ? found : false
  })
  expect(calls.map(({ status, reason, income }) => [status, reason, income]).sort()).toEqual([
    ['error', 'parse_error', null],
    ['rated', 'none', '0.0312'],
    ['rated', 'none', '0.0312'],
  ])
})

it('a table is read on from where it was, also past rows that are committed late', async () => {
  const { database } = rating
  await database.sql(`create table public.cdr (id serial primary key, accountcode text, src text, dst text, channel text,
    dstchannel text, start timestamp, answer timestamp, "end" timestamp, duration int, billsec int, disposition text,
    uniqueid text, sequence int)`)
  const row = (id: number) =>
    database.sql(`insert into public.cdr values (${id}, 'acme', '201', '3471234567', 'PJSIP/201-1',
    'PJSIP/one-2', '2026-10-20 10:00:00', '2026-10-20 10:00:06', '2026-10-20 10:01:19', 79, 73, 'ANSWERED',
    '1792485000.${id}', ${id})`)
  await row(1)
  await row(5)
  const passwordFile = join(folder, 'password')
  writeFileSync(passwordFile, `${database.admin.password}\n`)
  const { host, port, user } = database.admin
  const settings = { host, port, user, database: database.name, passwordFile, table: 'public.cdr', pollMs: 100 }
  const item = {
    id: 'table',
    kind: 'table',
    format: 'asterisk-table',
    settings,
    numbers: italianNumbers,
    formatSettings: { zone: 'Europe/Rome' },
  }
  await rating.ask(ratingItems.source.create, { item })
  await eventually(async () => expect(await callsOf('table')).toHaveLength(2))
  await row(3)
  await row(6)
  await eventually(async () => expect(await callsOf('table')).toHaveLength(4))
  expect((await callsOf('table')).every(({ income }) => income === '0.0312')).toBe(true)
  expect(await rating.ask(testSource, { id: 'table' })).toMatchObject({ ok: true, found: '4 rows, the last 6' })
  expect(await rating.ask(getSourceState, { id: 'table' })).toMatchObject({ records: 4, cursor: { last: '6' } })
})

it('a source that cannot be reached says why', async () => {
  const settings = { folder: join(folder, 'nowhere') }
  const item = { id: 'lost', kind: 'folder', format: 'asterisk-csv', settings, numbers: italianNumbers }
  await rating.ask(ratingItems.source.create, { item })
  expect(await rating.ask(testSource, { id: 'lost' })).toMatchObject({ ok: false })
  await eventually(async () => expect((await rating.ask(getSourceState, { id: 'lost' })).problem).toContain('ENOENT'))
})

it('a source with a format or settings that cannot be is refused with the place', async () => {
  const item = { id: 'odd', kind: 'folder', format: 'nothing', numbers: italianNumbers }
  await expect(rating.ask(ratingItems.source.create, { item })).rejects.toMatchObject({ code: 'invalid-input' })
  const without = { ...item, format: 'asterisk-csv', settings: {} }
  await expect(rating.ask(ratingItems.source.create, { item: without })).rejects.toMatchObject({
    code: 'invalid-input',
  })
})
