import { createConfirmation, importRecords, ratingItems, ratingTotals } from '@strowger/schema'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { hotel, type RatingFixture, startRatingFixture } from '../test/fixture.ts'
import { makePricedTenant, masterLine } from '../test/priced-tenant.ts'

let rating: RatingFixture

const november = { from: '2026-11-01T00:00:00.000Z', to: '2026-12-01T00:00:00.000Z' }
const moved = '2026-11-10T00:00:00.000Z'
const line = (day: string, sequence: number, account: string) =>
  masterLine({
    id: `1794200000.${sequence}`,
    sequence,
    account,
    start: `2026-11-${day} 10:00:00`,
    answer: `2026-11-${day} 10:00:06`,
    end: `2026-11-${day} 10:01:19`,
  })

/** An office that moves from one customer to another, and customers of the same id in two tenants. */
beforeAll(async () => {
  rating = await startRatingFixture()
  const { ask } = rating
  for (const tenant of [undefined, hotel]) await makePricedTenant(rating, tenant === undefined ? {} : { tenant })
  const customer = { parents: [{ parent: null }], plans: [{ plan: 'business' }], billable: [{ billable: true }] }
  await ask(ratingItems.node.create, { item: { id: 'bravo', name: 'Bravo', ...customer } })
  const office = {
    id: 'office',
    name: 'Office',
    parents: [
      { parent: 'acme', to: moved },
      { parent: 'bravo', from: moved },
    ],
    claims: [{ kind: 'account', pattern: 'office' }],
  }
  await ask(ratingItems.node.create, { item: office })
  const text = line('05', 1, 'office') + line('12', 2, 'office') + line('13', 3, 'acme')
  await ask(importRecords, { id: 'pbx', import: { name: 'a.csv', text } })
  await ask(importRecords, { id: 'pbx', import: { name: 'b.csv', text: line('05', 4, 'acme') } }, hotel)
})
afterAll(() => rating.close())

const callsBy = async (asked: object) =>
  (await rating.ask(ratingTotals, { by: 'level', ...november, ...asked })).items.map(
    ({ key, calls, tenant, income }) => [key, calls, tenant === hotel ? 'hotel' : 'root', income],
  )

it('calls count for who was above at their time', async () => {
  expect(await callsBy({})).toEqual([
    ['acme', 2, 'root', '0.0624'],
    ['bravo', 1, 'root', '0.0312'],
  ])
  expect(await callsBy({ level: 1 })).toEqual([
    ['acme', 1, 'root', '0.0312'],
    ['office', 2, 'root', '0.0624'],
  ])
  expect(await callsBy({ by: 'node', node: 'bravo' })).toEqual([['bravo', 1, 'root', '0.0312']])
  expect(await callsBy({ by: 'node', node: 'acme' })).toEqual([['acme', 2, 'root', '0.0624']])
})

it('customers of two tenants are two, though they have the same id', async () => {
  const both = [
    ['acme', 2, 'root', '0.0624'],
    ['acme', 1, 'hotel', '0.0312'],
    ['bravo', 1, 'root', '0.0312'],
  ]
  expect(await callsBy({ recurse: true })).toEqual(both)
  expect(await callsBy({ recurse: true, by: 'node' })).toEqual(both)
  expect(await callsBy({ recurse: true, by: 'vendor' })).toEqual([
    ['one', 3, 'root', '0.0936'],
    ['one', 1, 'hotel', '0.0312'],
  ])
})

it('the total is of all groups, however many are listed', async () => {
  const asked = { by: 'day' as const, ...november, recurse: true }
  const page = await rating.ask(ratingTotals, { ...asked, limit: 1, offset: 1, csv: true })
  expect(page).toMatchObject({ groups: 3, total: { calls: 4, income: '0.1248', currency: 'EUR' } })
  expect(page.items).toMatchObject([{ key: '2026-11-12', calls: 1 }])
  expect(page.csv?.split('\r\n')).toHaveLength(3)
})

it('a call is on the invoice of one customer only: of the one it was below, and not of its office again', async () => {
  const confirm = (node: string) => rating.ask(createConfirmation, { confirmation: { node, name: node, ...november } })
  expect((await confirm('acme')).confirmation).toMatchObject({ calls: 2, income: '0.0624' })
  expect((await confirm('bravo')).confirmation).toMatchObject({ calls: 1, income: '0.0312' })
  await expect(confirm('office')).rejects.toMatchObject({ code: 'conflict' })
  await expect(confirm('acme')).rejects.toMatchObject({ code: 'conflict' })
})
