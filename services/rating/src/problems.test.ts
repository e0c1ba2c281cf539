import { listRatingCalls, listRatingProblems, ratingReasons, rootTenantId } from '@strowger/schema'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hotel, type RatingFixture, startRatingFixture } from '../test/fixture.ts'

let rating: RatingFixture
let stored = 0

/** Calls of ten o'clock on successive days from the tenth on. */
function records(...some: { reason?: (typeof ratingReasons)[number]; detail?: string; source?: string }[]): string {
  const rows = some.map(({ reason, detail, source = 'pbx' }) => {
    stored += 1
    const isRated = reason === undefined
    return `('${hotel}', '2026-10-${9 + stored}T10:00:00Z', gen_random_uuid(), 1, 0, 1, 1, 0, 60000,
      ${reason === 'parse_error' ? 0 : 60_000}, ${isRated ? 0 : 1}, ${ratingReasons.indexOf(reason ?? 'none')}, 0,
      ${detail === undefined ? 'null' : `'${detail}'`}, 0, ${isRated ? 5_000_000 : 'null'}, '${source}')`
  })
  return `insert into rating.call (tenant_id, at, key, revision, content, batch_id, native_block, native_place,
    duration_ms, billable_ms, status, reason, flags, detail, direction, income, source) values ${rows.join(', ')}`
}

beforeAll(async () => {
  rating = await startRatingFixture()
  await rating.database.sql(`select rating.ensure_month('2026-10-01')`)
  await rating.database.sql(
    records(
      { reason: 'no_rate', detail: 'business 88122334' },
      { reason: 'no_rate', detail: 'business 88129999' },
      { reason: 'no_owner', detail: 'gate 7' },
      {},
      { reason: 'parse_error', detail: 'Master.csv, line 7, column 10: start: "20x6" is no time' },
      { reason: 'parse_error', detail: 'Master.csv, line 9, column 10: start: "a ""b"" is no time' },
      { reason: 'parse_error', detail: 'Master.csv.1, line 9, column 10: start: "12" is no time', source: 'other' },
      { reason: 'parse_error', detail: 'Master.csv, line 12: holds a control character: character 17' },
      { reason: 'parse_error', detail: 'Master.csv, line 14: holds a control character: character 3' },
      { reason: 'bad_times', detail: '1790000000.1' },
      { reason: 'bad_times', detail: '1790000000.2' },
    ),
  )
})
afterAll(() => rating.close())

const problems = async (search?: string) =>
  (await rating.ask(listRatingProblems, { order: 'count', ...(search === undefined ? {} : { search }) }, hotel)).items

describe('what could not be rated', () => {
  it('is grouped by its cause, with count, first, last, samples and the money that waits', async () => {
    const [first] = await problems('no_rate')
    expect(first).toMatchObject({
      reason: 'no_rate',
      source: 'pbx',
      key: 'business 8812…',
      count: 2,
      first: '2026-10-10T10:00:00.000Z',
      last: '2026-10-11T10:00:00.000Z',
      estimate: '0.1',
      samples: [{ at: '2026-10-10T10:00:00.000Z', detail: 'business 88122334' }, { detail: 'business 88129999' }],
    })
    expect(await problems('gate')).toMatchObject([{ reason: 'no_owner', key: 'gate 7', count: 1 }])
  })

  it('one fault of an exchange is one problem, whatever its lines say and where they stand', async () => {
    expect(await problems('parse_error')).toMatchObject([
      { source: 'pbx', key: 'holds a control character', count: 2 },
      { source: 'pbx', key: 'start: "…" is no time', count: 2, estimate: '0.1' },
      { source: 'other', key: 'start: "…" is no time', count: 1 },
    ])
    expect(await problems('bad_times')).toMatchObject([{ key: '', count: 2, estimate: '0.1' }])
  })

  it('is found by its key, its source and what its lines say; its records by source, reason and key', async () => {
    expect(await problems('"…" is')).toHaveLength(2)
    expect(await problems('OTHER')).toMatchObject([{ source: 'other' }])
    expect(await problems('line 7,')).toMatchObject([{ key: 'start: "…" is no time', count: 1 }])
    const filter = { source: 'pbx', reason: 'parse_error' as const, problem: 'start: "…" is no time' }
    const { items } = await rating.ask(listRatingCalls, { ...filter, order: 'at', direction: 'asc' }, hotel)
    expect(items.map(({ detail }) => detail)).toMatchObject(
      [/line 7/, /line 9/].map((one) => expect.stringMatching(one)),
    )
  })

  it('stands in pages', async () => {
    const page = (offset: number) => rating.ask(listRatingProblems, { order: 'count', limit: 2, offset }, hotel)
    const [one, other] = [await page(0), await page(2)]
    expect([one.total, other.total]).toEqual([6, 6])
    expect(new Set([...one.items, ...other.items].map((item) => JSON.stringify(item))).size).toBe(4)
  })

  it('is shown to its tenant, and to those above when they ask for those below', async () => {
    expect((await rating.ask(listRatingProblems, {}, rootTenantId)).total).toBe(0)
    expect((await rating.ask(listRatingProblems, { recurse: true }, rootTenantId)).total).toBe(6)
  })
})
