import { listRatingProblems, rootTenantId } from '@strowger/schema'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { hotel, type RatingFixture, startRatingFixture } from '../test/fixture.ts'

let rating: RatingFixture

beforeAll(async () => {
  rating = await startRatingFixture()
  await rating.database.sql(`select rating.ensure_month('2026-10-01')`)
  const record = (place: number, status: number, reason: number, detail: string, income: string) => `(
    '${hotel}', '2026-10-${10 + place}T10:00:00Z', gen_random_uuid(), 1, 0, 1, 1, 0, 60000, 60000, ${status}, ${reason}, 0,
    ${detail}, 0, ${income})`
  await rating.database.sql(`
    insert into rating.call (tenant_id, at, key, revision, content, batch_id, native_block, native_place, duration_ms,
      billable_ms, status, reason, flags, detail, direction, income) values
    ${record(0, 1, 9, `'881'`, 'null')}, ${record(1, 1, 9, `'881'`, 'null')}, ${record(2, 1, 6, `'gate 7'`, 'null')},
    ${record(3, 0, 0, 'null', '5000000')}`)
})
afterAll(() => rating.close())

it('groups what could not be rated, with count, first, last and the money that waits', async () => {
  const { items, total } = await rating.ask(listRatingProblems, {}, hotel)
  expect(total).toBe(2)
  expect(items[0]).toMatchObject({
    reason: 'no_rate',
    key: '881',
    count: 2,
    first: '2026-10-10T10:00:00.000Z',
    last: '2026-10-11T10:00:00.000Z',
    estimate: '0.1',
  })
  expect(items[1]).toMatchObject({ reason: 'no_owner', key: 'gate 7', count: 1 })
})

it('another tenant sees none of them, the tenants above when they ask for those below', async () => {
  expect((await rating.ask(listRatingProblems, {}, rootTenantId)).total).toBe(0)
  expect((await rating.ask(listRatingProblems, { recurse: true }, rootTenantId)).total).toBe(2)
})
