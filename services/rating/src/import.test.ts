import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  getRatingCall,
  getSourceState,
  importRecords,
  listBatches,
  listRatingCalls,
  listRatingProblems,
  rootTenantId,
  testSource,
  withdrawBatch,
} from '@strowger/schema'
import { eventually } from '@strowger/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hotel, type RatingFixture, startRatingFixture } from '../test/fixture.ts'
import { makePricedTenant, masterLine } from '../test/priced-tenant.ts'

const folder = mkdtempSync(join(tmpdir(), 'strowger-cdr-'))
const master = join(folder, 'Master.csv')
let rating: RatingFixture

beforeAll(async () => {
  rating = await startRatingFixture()
  await makePricedTenant(rating, { folder })
  await makePricedTenant(rating, { tenant: hotel })
})
afterAll(async () => {
  await rating.close()
  rmSync(folder, { recursive: true, force: true })
})

const totalOf = async (filter: object = {}) => (await rating.ask(listRatingCalls, filter)).total
const untilTotal = (total: number) =>
  eventually(async () => {
    const found = await totalOf()
    if (found !== total) throw new Error(`${found} calls, not ${total}`)
  })

describe('a watched folder', () => {
  it('a line that is written becomes a call with its exact cost, income and margin', async () => {
    writeFileSync(master, masterLine({ id: '1792483200.1' }))
    await untilTotal(1)
    const { items } = await rating.ask(listRatingCalls, {})
    expect(items[0]).toMatchObject({
      detail: '',
      reason: 'none',
      status: 'rated',
      at: '2026-10-20T08:00:00.000Z',
      direction: 'outgoing',
      called: '393471234567',
      dialled: '3471234567',
      node: 'acme',
      billableNode: 'acme',
      vendor: 'one',
      plan: 'business',
      prefix: '39',
      destination: 'to 39',
      billableS: 73,
      billedS: 78,
      income: '0.0312',
      cost: '0.020805',
      margin: '0.010395',
    })
    const { native, ratings, steps } = await rating.ask(getRatingCall, { key: items[0]?.key ?? '' })
    expect(`${native}\n`).toBe(masterLine({ id: '1792483200.1' }))
    expect(ratings).toMatchObject([{ run: null, income: '0.0312', published: true }])
    expect(steps.map(({ run }) => run).sort()).toEqual(['cost one', 'income acme'])
  })

  it('a line that is not complete waits for its rest', async () => {
    const line = masterLine({ id: '1792483200.2' })
    appendFileSync(master, line.slice(0, 60))
    appendFileSync(master, line.slice(60))
    await untilTotal(2)
  })

  it('a file that is rotated is read to its end under its new name, and the new one from its beginning', async () => {
    appendFileSync(master, masterLine({ id: '1792483200.3' }))
    renameSync(master, join(folder, 'Master.csv.1'))
    writeFileSync(master, masterLine({ id: '1792483200.4' }))
    await untilTotal(4)
  })

  it('a file that is copied and truncated loses nothing and counts nothing twice', async () => {
    truncateSync(master)
    writeFileSync(master, masterLine({ id: '1792483200.4' }) + masterLine({ id: '1792483200.5' }))
    await untilTotal(5)
  })

  it('a broken line is a record in error with file, line and reason; the lines after it go on', async () => {
    appendFileSync(master, `\u0001\u0002 rubbish\n${masterLine({ id: '1792483200.6' })}`)
    await untilTotal(7)
    const { items } = await rating.ask(listRatingProblems, {})
    expect(items).toMatchObject([{ reason: 'parse_error', source: 'pbx', key: 'holds a control character', count: 1 }])
    expect(items[0]?.samples[0]?.detail).toContain('Master.csv, line 3')
  })

  it('says how far it is and whether it can be reached', async () => {
    expect(await rating.ask(getSourceState, { id: 'pbx' })).toMatchObject({ records: 7, problem: null })
    expect(await rating.ask(testSource, { id: 'pbx' })).toMatchObject({ ok: true })
  })
})

describe('records that are brought', () => {
  const text =
    masterLine({ id: '1792483300.1', sequence: 7 }) + masterLine({ id: '1792483300.2', account: 'nobody', sequence: 8 })

  it('a dry run says what would become of them and stores nothing', async () => {
    const would = await rating.ask(importRecords, { id: 'pbx', import: { name: 'a.csv', text }, dryRun: true }, hotel)
    expect(would).toMatchObject({ applied: false, records: 2, added: 2, failed: 1 })
    expect(would.sample).toMatchObject([{ income: '0.0312' }, { reason: 'no_owner' }])
    expect((await rating.ask(listRatingCalls, {}, hotel)).total).toBe(0)
  })

  it('the same file again changes nothing, a corrected record becomes a new revision', async () => {
    const first = await rating.ask(importRecords, { id: 'pbx', import: { name: 'a.csv', text } }, hotel)
    expect(first).toMatchObject({ applied: true, added: 2, duplicates: 0, revised: 0, failed: 1 })
    const again = await rating.ask(importRecords, { id: 'pbx', import: { name: 'b.csv', text } }, hotel)
    expect(again).toMatchObject({ added: 0, duplicates: 2 })
    const corrected = masterLine({ id: '1792483300.1', called: '00441632960000', sequence: 7 })
    const third = await rating.ask(importRecords, { id: 'pbx', import: { name: 'c.csv', text: corrected } }, hotel)
    expect(third).toMatchObject({ added: 1, duplicates: 0, revised: 1 })
    const { items } = await rating.ask(listRatingCalls, { search: '441632960000' }, hotel)
    expect(items).toMatchObject([{ revision: 2, income: '0.2' }])
  })

  it('another tenant sees none of them', async () => {
    const { items } = await rating.ask(listRatingCalls, { source: 'pbx', from: '2026-10-20T00:00:00Z' }, hotel)
    expect(items).toHaveLength(2)
    const [call] = items
    const ofChildren = await rating.ask(listRatingCalls, { search: 'nobody' }, rootTenantId)
    expect(ofChildren.total).toBe(0)
    expect(call?.tenant).toBe(hotel)
  })

  it('a batch is taken back whole', async () => {
    const { items } = await rating.ask(listBatches, {}, hotel)
    const would = await rating.ask(withdrawBatch, { id: items[0]?.id ?? 0, dryRun: true }, hotel)
    expect(would).toMatchObject({ applied: false, withdrawn: 1, restored: 1 })
    await rating.ask(withdrawBatch, { id: items[0]?.id ?? 0 }, hotel)
    expect((await rating.ask(listRatingCalls, {}, hotel)).total).toBe(2)
    await expect(rating.ask(withdrawBatch, { id: items[0]?.id ?? 0 }, hotel)).rejects.toMatchObject({
      code: 'conflict',
    })
  })
})

it('looks for keys by their index also where a table is so small that its statistics speak for reading it whole', async () => {
  const times = { start: '2026-03-10 10:00:00', answer: '2026-03-10 10:00:06', end: '2026-03-10 10:01:19' }
  const text = masterLine({ id: '1773133200.1', ...times })
  await rating.ask(importRecords, { id: 'pbx', import: { name: 'march.csv', text } }, hotel)
  await eventually(async () => {
    const [row] = await rating.database.sql<{ scans: string }>(
      `select idx_scan as scans from pg_stat_user_indexes where indexrelname = 'call_202603_key_revision_idx'`,
    )
    expect(Number(row?.scans)).toBeGreaterThan(0)
  })
})
