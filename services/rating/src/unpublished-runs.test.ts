import { createDatabase, type Database } from '@strowger/database'
import {
  createRun,
  getRun,
  importRecords,
  listRatingCalls,
  listRunChanges,
  publishRun,
  type RatingRun,
  withdrawRun,
} from '@strowger/schema'
import { silentLog } from '@strowger/service'
import { eventually } from '@strowger/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { hotel, type RatingFixture, startRatingFixture } from '../test/fixture.ts'
import { fillDeck, makePricedTenant, masterLine } from '../test/priced-tenant.ts'
import type { RatingSchema } from './store/tables.ts'
import { cleanUnpublishedRuns } from './store/unpublished-runs.ts'

let rating: RatingFixture
let database: Database<RatingSchema>

beforeAll(async () => {
  rating = await startRatingFixture()
  database = createDatabase<RatingSchema>({
    connection: rating.database.connection('rating'),
    schema: 'rating',
    log: silentLog(),
  })
  await makePricedTenant(rating, { tenant: hotel })
  const text =
    masterLine({ id: '1792483500.1', sequence: 1 }) +
    masterLine({
      id: '1795000000.2',
      sequence: 2,
      start: '2026-11-18 10:00:00',
      answer: '2026-11-18 10:00:06',
      end: '2026-11-18 10:01:19',
    })
  await rating.ask(importRecords, { id: 'pbx', import: { name: 'a.csv', text } }, hotel)
  await fillDeck(rating, 'retail', [['39', '0.048', 6, 6]], hotel)
})
afterAll(async () => {
  await database.close()
  await rating.close()
})

async function rerated(): Promise<RatingRun> {
  const { run } = await rating.ask(createRun, { run: { scope: { nodes: ['acme'] }, reason: 'test' } }, hotel)
  return eventually(async () => {
    const found = await rating.ask(getRun, { id: run.id }, hotel)
    if (found.state === 'running') throw new Error('still running')
    return found
  })
}
const rowsOf = async (run: RatingRun) => {
  const [found] = await rating.database.sql<{ rows: string }>(
    `select count(*) as rows from rating.rerated where run_id = ${run.id}`,
  )
  return Number(found?.rows)
}
const age = (run: RatingRun, days: number) =>
  rating.database.sql(`update rating.run set finished_at = now() - interval '${days} days',
    withdrawn_at = withdrawn_at - interval '${days} days' where id = ${run.id}`)
const clean = (signal?: AbortSignal) =>
  cleanUnpublishedRuns(database, { tenants: [hotel], keptDays: 30, ...(signal === undefined ? {} : { signal }) })
const incomes = async () =>
  (await rating.ask(listRatingCalls, { order: 'income', direction: 'asc' }, hotel)).items.map(({ income }) => income)

it('what nobody published in time goes, and what it came to stays; what counts and what is young is not touched', async () => {
  const [published, young, old] = [await rerated(), await rerated(), await rerated()]
  expect([await rowsOf(published), await rowsOf(young), await rowsOf(old)]).toEqual([2, 2, 2])
  await rating.ask(publishRun, { id: published.id }, hotel)
  const before = await incomes()
  await age(published, 400)
  await age(young, 29)
  await age(old, 31)

  expect(await clean()).toBe(2)
  expect([await rowsOf(published), await rowsOf(young), await rowsOf(old)]).toEqual([2, 2, 0])
  expect(await incomes()).toEqual(before)
  expect(await rating.ask(getRun, { id: old.id }, hotel)).toMatchObject({
    state: 'expired',
    hash: old.hash,
    sums: old.sums,
  })
  const conflict = { code: 'conflict', detail: expect.stringContaining(`Run ${old.id} is expired`) }
  await expect(rating.ask(publishRun, { id: old.id }, hotel)).rejects.toMatchObject(conflict)
  await expect(rating.ask(listRunChanges, { id: old.id }, hotel)).rejects.toMatchObject(conflict)
  expect((await rating.ask(publishRun, { id: young.id }, hotel)).applied).toBe(true)
})

it('one that was switched back from is kept as long after that', async () => {
  const run = await rerated()
  await rating.ask(publishRun, { id: run.id }, hotel)
  await age(run, 400)
  await rating.ask(withdrawRun, { id: run.id }, hotel)
  expect(await clean()).toBe(0)
  await age(run, 31)
  expect(await clean()).toBe(2)
  expect(await rowsOf(run)).toBe(0)
})

it('broken off, it goes on where it was; runs of the house that came to nothing leave nothing', async () => {
  const run = await rerated()
  await age(run, 31)
  await rating.database.sql(`update rating.run set cause = 'retry' where id = ${run.id}`)
  const stopped = AbortSignal.abort()
  expect(await clean(stopped)).toBe(0)
  await expect(rating.ask(publishRun, { id: run.id }, hotel)).rejects.toMatchObject({ code: 'conflict' })
  expect(await rowsOf(run)).toBe(2)
  expect(await clean()).toBe(2)
  await expect(rating.ask(getRun, { id: run.id }, hotel)).rejects.toMatchObject({ code: 'not-found' })
  expect(await clean()).toBe(0)
})
