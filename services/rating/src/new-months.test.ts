import { importRecords, rootTenantId, tenantsBucket } from '@strowger/schema'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { hotel, type RatingFixture, startRatingFixture } from '../test/fixture.ts'
import { makePricedTenant, masterLine } from '../test/priced-tenant.ts'

const clinic = '7c2f0c7e-2d3a-4b5c-8d6e-7f8091a2b3c4'
const school = '8d3f0c7e-2d3a-4b5c-8d6e-7f8091a2b3c4'
const tenants = [hotel, clinic, school]

let rating: RatingFixture
beforeAll(async () => {
  rating = await startRatingFixture()
  const bucket = rating.gateway.bus.bucket(tenantsBucket)
  for (const id of [clinic, school]) await bucket.put(id, { id, parent: rootTenantId, name: id, revision: 1 })
  for (const tenant of tenants) await makePricedTenant(rating, { tenant })
})
afterAll(() => rating?.close())

it('the first calls of a month that come for several tenants at once are all stored', async () => {
  for (let month = 1; month <= 12; month++) {
    const day = `2025-${String(month).padStart(2, '0')}-10`
    const text = masterLine({
      id: `${month}.1`,
      start: `${day} 10:00:00`,
      answer: `${day} 10:00:06`,
      end: `${day} 10:01:19`,
    })
    const given = { id: 'pbx', import: { name: `${month}.csv`, text } }
    const taken = await Promise.all(tenants.map((tenant) => rating.ask(importRecords, given, tenant)))
    expect(taken.map(({ added }) => added)).toEqual([1, 1, 1])
  }
})
