import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  cdrRaw,
  createRun,
  getRun,
  getSourceState,
  listRatingCalls,
  ratingItems,
  rootTenantId,
  testSource,
} from '@strowger/schema'
import { eventually, italianNumbers } from '@strowger/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
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

describe('rows of a proxy, two for a call', () => {
  const zone = { zone: 'UTC' }
  let next = 0
  const begun = Date.now() - 600_000
  /** Seconds after it began. */
  const row = (method: string, call: string, second: number) => {
    next += 1
    return rating.database.sql(
      `insert into public.acc values (${next}, '${method}', 'f', 't', '${call}', '200', 'OK', '${new Date(begun + second * 1_000).toISOString()}', '201', '3471234567', 'acme')`,
    )
  }
  const fill = async (rows: number) => {
    await rating.database.sql(`insert into public.acc
      select ${next} + n, 'ACK', 'f', 't', 'ack-' || n, '200', 'OK', now(), '201', '1', 'acme'
      from generate_series(1, ${rows}) n`)
    next += rows
  }
  const disable = async (enabled: boolean, more: object = {}) => {
    const { id: _, ...item } = source
    await rating.ask(ratingItems.source.put, { id: 'proxy', item: { ...item, ...more, enabled } })
  }
  let source: { id: string } & Record<string, unknown>

  it('are one call, also when thousands lie between them, and when the service begins anew between them', async () => {
    const { database } = rating
    await database.sql(`create table public.acc (id int primary key, method text, from_tag text, to_tag text,
      callid text, sip_code text, sip_reason text, time timestamp, src_user text, dst_user text, account text)`)
    const { host, port, user } = database.admin
    const passwordFile = join(folder, 'password')
    source = {
      id: 'proxy',
      kind: 'table',
      format: 'kamailio-acc',
      settings: { host, port, user, database: database.name, passwordFile, table: 'public.acc', pollMs: 100 },
      numbers: italianNumbers,
      formatSettings: zone,
      vendor: 'one',
    }
    await row('INVITE', 'long', 6)
    await row('INVITE', 'short', 6)
    await rating.ask(ratingItems.source.create, { item: source })
    await fill(600)
    await row('BYE', 'short', 79)
    await eventually(async () => expect(await callsOf('proxy')).toMatchObject([{ income: '0.0312', billableS: 73 }]))
    await fill(600)
    await row('BYE', 'none', 79)
    await eventually(async () => expect(await callsOf('proxy')).toHaveLength(2))
    await disable(false)
    await disable(true)
    await row('BYE', 'long', 79)
    const calls = await eventually(async () => {
      const found = await callsOf('proxy')
      return found.length >= 3 ? found : false
    })
    // The BYE of nobody is the only fault: those that were joined before are no faults when they are read again.
    expect(calls.map(({ status, income }) => [status, income]).sort()).toEqual([
      ['error', null],
      ['rated', '0.0312'],
      ['rated', '0.0312'],
    ])
  })

  it('whose other never comes are let go in time, also when nothing else happens', async () => {
    await row('INVITE', 'lost', 100)
    await eventually(async () =>
      expect(await rating.ask(getSourceState, { id: 'proxy' })).toHaveProperty('cursor.waiting'),
    )
    await disable(true, { formatSettings: { ...zone, timeoutS: 60 } })
    const found = async () => (await callsOf('proxy')).find(({ reason }) => reason === 'bad_times')
    const { key = '' } = await eventually(async () => (await found()) ?? false)
    // Without an end it has no price, and has none when it is rated again.
    const scope = { sources: ['proxy'] }
    const { run } = await rating.ask(createRun, { run: { scope, reason: 'once more', publish: true } })
    await eventually(async () => expect((await rating.ask(getRun, { id: run.id })).state).not.toBe('running'))
    expect(await found()).toMatchObject({ key, income: null, flags: ['no_end'] })
  })
})
