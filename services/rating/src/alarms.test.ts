import { createDatabase } from '@strowger/database'
import { allTenants, importRecords, listRatingCalls, ratingItems, rootTenantId } from '@strowger/schema'
import { createClock, createManualClock, silentLog } from '@strowger/service'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type RatingFixture, startRatingFixture } from '../test/fixture.ts'
import { makePricedTenant, masterLine } from '../test/priced-tenant.ts'
import { watchAlarms } from './alarms/watch.ts'
import { createEngines } from './configuration/engines.ts'
import { listStoredAlarms } from './store/alarms.ts'
import type { RatingSchema } from './store/tables.ts'

let rating: RatingFixture

beforeAll(async () => {
  rating = await startRatingFixture()
  await makePricedTenant(rating)
})
afterAll(() => rating.close())

it('a limit that is passed, too many calls at once, unusual traffic and an extension of nobody are told once', async () => {
  const { items } = await rating.ask(ratingItems.node.list, {})
  const { id: _id, tenant: _tenant, revision: _revision, updatedAt: _at, ...node } = items[0] as Record<string, unknown>
  const limits = { monthlyCost: '0.06', concurrentCalls: 1, unusualFactor: 2 }
  const claims = [
    { kind: 'account', pattern: 'acme' },
    { kind: 'extension', pattern: '3XX' },
  ]
  await rating.ask(ratingItems.node.put, { id: 'acme', item: { ...node, limits, claims } })
  const week = (day: number, sequence: number) =>
    masterLine({
      id: `1793100000.${sequence}`,
      sequence,
      start: `2026-10-${day} 10:00:00`,
      answer: `2026-10-${day} 10:00:06`,
      end: `2026-10-${day} 10:01:19`,
    })
  const text = week(13, 1) + week(20, 2) + week(20, 3) + week(20, 4)
  await rating.ask(importRecords, { id: 'pbx', import: { name: 'a.csv', text } })
  expect((await rating.ask(listRatingCalls, {})).total).toBe(4)

  const database = createDatabase<RatingSchema>({
    connection: rating.database.connection('rating'),
    schema: 'rating',
    log: silentLog(),
  })
  const tenants = new Map()
  const engines = createEngines({ database, tenants, currency: 'EUR', zone: 'UTC' })
  const clock = createClock()
  const look = async (at: number) => {
    const now = createManualClock(at).now
    const watch = watchAlarms({
      database,
      tenants,
      engines,
      clock: { ...clock, now },
      log: silentLog(),
      zone: 'Europe/Rome',
    })
    await watch.look()
    watch.close()
  }
  try {
    await look(Date.UTC(2026, 9, 20, 8, 30))
    await look(Date.UTC(2026, 9, 20, 8, 31))
    // The hour after, and the day after, tell nothing of it again.
    await look(Date.UTC(2026, 9, 20, 9, 30))
    await look(Date.UTC(2026, 9, 21, 0, 30))
    const options = { node: undefined, search: '', direction: 'asc' as const, limit: 100, offset: 0 }
    const { items: alarms, total } = await listStoredAlarms(database, allTenants(tenants), options)
    expect(total).toBe(4)
    const of = (kind: string) => alarms.find((alarm) => alarm.kind === kind)
    expect(of('cost-limit')).toMatchObject({ node: 'acme', limit: '0.06', value: '0.1248' })
    expect(of('concurrent-calls')).toMatchObject({ limit: '1', value: '3' })
    expect(of('unusual-traffic')).toMatchObject({ limit: '0.0156', value: '0.0936' })
    expect(of('undefined-extension')).toMatchObject({ detail: '201', from: '2026-10-19T22:00:00.000Z' })

    // At night nobody calls: what any hour comes to is what is usual then. And the month is that of Rome.
    const night = { start: '2026-11-01 00:10:00', answer: '2026-11-01 00:10:06', end: '2026-11-01 00:11:19' }
    await rating.ask(importRecords, {
      id: 'pbx',
      import: { name: 'night.csv', text: masterLine({ id: '1793487000.9', sequence: 9, ...night }) },
    })
    await look(Date.UTC(2026, 9, 31, 23, 30))
    const { items: all } = await listStoredAlarms(database, allTenants(tenants), options)
    expect(all.filter(({ kind }) => kind === 'unusual-traffic').at(-1)).toMatchObject({
      from: '2026-10-31T23:00:00.000Z',
      value: '0.0312',
      detail: expect.stringContaining('there is none for this weekday and hour'),
    })
    expect(all.filter(({ kind }) => kind === 'cost-limit')).toHaveLength(1)
    expect(rootTenantId).toBe(allTenants(tenants)[0])
  } finally {
    await database.close()
  }
})
