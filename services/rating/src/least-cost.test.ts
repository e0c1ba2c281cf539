import { importDeckRows, importRecords, ratingItems, routeLeastCost } from '@strowger/schema'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { hotel, type RatingFixture, startRatingFixture } from '../test/fixture.ts'
import { fillDeck, makePricedTenant, masterLine } from '../test/priced-tenant.ts'

let rating: RatingFixture

/** The worked example of d14: of 25 s, 60 s and 185 s another vendor is the cheapest each time. */
beforeAll(async () => {
  rating = await startRatingFixture()
  await makePricedTenant(rating)
  const vendor = async (id: string, price: string, first: number, next: number, fee = '0') => {
    const deck = { id: `deck-${id}`, name: id, currency: 'EUR', zone: 'Europe/Rome' }
    await rating.ask(ratingItems.deck.create, { item: deck })
    const mapping = { columns: { prefix: 1, price: 2, first: 3, next: 4, fee: 5 } }
    const text = `55,${price},${first},${next},${fee}`
    await rating.ask(importDeckRows, { id: deck.id, import: { name: `${id}.csv`, text, mapping, acceptLoss: true } })
    const item = { id, name: id, currency: 'EUR', trunks: [], decks: [{ decks: [deck.id] }] }
    await rating.ask(ratingItems.vendor.create, { item })
  }
  await vendor('a', '0.0100', 60, 60)
  await vendor('b', '0.0105', 1, 1)
  await vendor('c', '0.0095', 30, 6, '0.002')
})
afterAll(() => rating.close())

const route = (question: object, tenant?: string) =>
  rating.ask(routeLeastCost, { question: { number: '+5511999', at: '2026-11-10T10:00:00Z', ...question } }, tenant)
const lasting = (...seconds: number[]) => seconds.map((one) => ({ seconds: one, calls: 1 }))

it.each([
  [25, ['b', '0.004375'], ['c', '0.00675'], ['a', '0.01']],
  [60, ['a', '0.01'], ['b', '0.0105'], ['c', '0.0115']],
  [185, ['c', '0.03145'], ['b', '0.032375'], ['a', '0.04']],
] as const)('a call of %d s goes to whom it costs least, with fees and increments', async (seconds, ...wanted) => {
  const { routes, dropped, currency } = await route({ durations: lasting(seconds) })
  expect(routes.map(({ vendor, expected }) => [vendor, expected])).toEqual(wanted)
  expect(dropped).toEqual([{ vendor: 'one', reason: 'no_rate' }])
  expect(currency).toBe('EUR')
})

it('vendors that are blocked, or leave less than the margin asked for, are out and said to be', async () => {
  const { item } = { item: { name: 'b', currency: 'EUR', trunks: [], decks: [{ decks: ['deck-b'] }], blocked: true } }
  await rating.ask(ratingItems.vendor.put, { id: 'b', item })
  await fillDeck(rating, 'retail', [
    ['39', '0.024', 6, 6],
    ['44', '0.10', 60, 60],
    ['55', '0.012'],
  ])
  const { routes, dropped } = await route({ durations: lasting(60), plan: 'business', minimumMargin: '0.001' })
  expect(routes.map(({ vendor }) => vendor)).toEqual(['a'])
  expect(dropped).toEqual([
    { vendor: 'b', reason: 'blocked' },
    { vendor: 'c', reason: 'below_margin' },
    { vendor: 'one', reason: 'no_rate' },
  ])
})

it('durations may be those of the calls that a customer makes', async () => {
  const text = masterLine({ id: '1792483600.1', sequence: 1 }) + masterLine({ id: '1792483600.2', sequence: 2 })
  await rating.ask(importRecords, { id: 'pbx', import: { name: 'a.csv', text } })
  const { calls, routes } = await route({ histogram: { node: 'acme' } })
  expect(calls).toBe(2)
  expect(routes[0]?.costs).toEqual([{ seconds: 73, cost: expect.stringMatching(/^0\.01/) }])
  await expect(route({ histogram: { node: 'nobody' } })).rejects.toMatchObject({
    code: 'invalid-input',
    fields: [{ field: '/question/histogram' }],
  })
})

it('a plan that there is not is not found, and a tenant below asks by the vendors above it', async () => {
  await expect(route({ plan: 'nothing' })).rejects.toMatchObject({ code: 'not-found' })
  expect((await route({ durations: lasting(60) }, hotel)).routes.map(({ vendor }) => vendor)).toContain('a')
})
