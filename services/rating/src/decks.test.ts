import {
  exportDeckRows,
  getSourceState,
  importDeckRows,
  importRecords,
  listDeckVersions,
  listRatingCalls,
  quoteCall,
  ratingChanges,
  ratingItems,
  ratingTotals,
} from '@strowger/schema'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RatingFixture, startRatingFixture } from '../test/fixture.ts'
import { fillDeck, makePricedTenant, masterLine } from '../test/priced-tenant.ts'

let rating: RatingFixture

beforeAll(async () => {
  rating = await startRatingFixture()
  await makePricedTenant(rating)
})
afterAll(() => rating.close())

const november = { start: '2026-11-10T10:00:00Z', duration_s: 73, destination: '393471234567' }

describe('a deck', () => {
  it('with a fault is refused whole, with file, line, column and reason', async () => {
    const text = '39,0.05\nabc,0.20\n44,1.2.3\n'
    const mapping = { columns: { prefix: 1, price: 2 } }
    const asked = { id: 'retail', import: { name: 'bad.csv', text, mapping } }
    const would = await rating.ask(importDeckRows, { ...asked, dryRun: true })
    expect(would).toMatchObject({ applied: false, faultCount: 2 })
    expect(would.faults).toMatchObject([
      { file: 'bad.csv', line: 2, column: 1 },
      { line: 3, column: 2 },
    ])
    await expect(rating.ask(importDeckRows, asked)).rejects.toMatchObject({ code: 'invalid-input' })
    expect((await rating.ask(listDeckVersions, { id: 'retail' })).total).toBe(1)
  })

  it('that has changed since it was looked at is not given other rows', async () => {
    const asked = { id: 'retail', import: { name: 'late.csv', text: '39,0.07\n', preset: 'prefix-price' } }
    for (const dryRun of [true, false])
      await expect(rating.ask(importDeckRows, { ...asked, ifRevision: 1, dryRun })).rejects.toMatchObject({
        code: 'stale-revision',
      })
    expect((await rating.ask(listDeckVersions, { id: 'retail' })).total).toBe(1)
  })

  it('tells of times in which a prefix has no row, and goes live all the same', async () => {
    const deck = { id: 'dated', name: 'Dated', currency: 'EUR', zone: 'UTC' }
    await rating.ask(ratingItems.deck.create, { item: deck })
    const text = '39,0.05,2026-01-01,2026-02-01\n39,0.06,2026-03-01,\n'
    const mapping = { columns: { prefix: 1, price: 2, validFrom: 3, validTo: 4 } }
    const asked = { id: 'dated', import: { name: 'dated.csv', text, mapping } }
    expect(await rating.ask(importDeckRows, asked)).toMatchObject({
      applied: true,
      warningCount: 1,
      warnings: [
        { file: 'dated.csv', line: 2, reason: 'prefix 39 has no row from 2026-02-01T00:00 to 2026-03-01T00:00' },
      ],
    })
    const overlapping = '39,0.05,2026-01-01,2026-03-02\n39,0.06,2026-03-01,\n'
    await expect(
      rating.ask(importDeckRows, { id: 'dated', import: { name: 'x.csv', text: overlapping, mapping } }),
    ).rejects.toMatchObject({ code: 'invalid-input' })
  })

  it('that would sell below cost is not committed unless that is meant', async () => {
    const asked = {
      id: 'retail',
      import: { name: 'cheap.csv', text: '39,0.001\n44,0.10\n', mapping: { columns: { prefix: 1, price: 2 } } },
    }
    const would = await rating.ask(importDeckRows, { ...asked, dryRun: true })
    expect(would).toMatchObject({
      losses: 1,
      lossExamples: [{ prefix: '39', vendor: 'one', income: '0.001', cost: '0.0171' }],
    })
    await expect(rating.ask(importDeckRows, asked)).rejects.toMatchObject({ code: 'conflict' })
  })

  it('is written out and read again as the same deck', async () => {
    const { text, rows } = await rating.ask(exportDeckRows, { id: 'retail' })
    expect(rows).toBe(2)
    const again = await rating.ask(importDeckRows, {
      id: 'retail',
      import: { name: 'own.csv', text, preset: 'own' },
      dryRun: true,
    })
    expect(again.difference?.counts).toMatchObject({ same: 2 })
  })

  it('that is live prices the next quote, and undoing its import brings the rows of before back', async () => {
    expect(await rating.ask(quoteCall, { quote: { plan: 'business', call: november } })).toMatchObject({
      cost: '0.0312',
      billed_s: 78,
    })
    await fillDeck(rating, 'retail', [
      ['39', '0.048', 6, 6],
      ['44', '0.10', 60, 60],
    ])
    expect(await rating.ask(quoteCall, { quote: { plan: 'business', call: november } })).toMatchObject({
      cost: '0.0624',
    })
    const { items } = await rating.ask(ratingChanges.list, {})
    await rating.ask(ratingChanges.undo, { id: items[0]?.id ?? 0 })
    expect(await rating.ask(quoteCall, { quote: { plan: 'business', call: november } })).toMatchObject({
      cost: '0.0312',
    })
  })
})

describe('a quote', () => {
  it('prices by a tariff that comes with it, with its steps', async () => {
    const bands = [
      { prefix: '39', increment_s: 6, unit_s: 60, price_per_unit: '0.024', rounding: 'half_up', decimals: 6 },
    ]
    const quoted = await rating.ask(quoteCall, { quote: { tariff: { bands }, call: november } })
    expect(quoted).toMatchObject({ cost: '0.0312', billed_s: 78 })
    expect(quoted.steps.length).toBeGreaterThan(2)
  })

  it('says no_rate for a number without a row', async () => {
    const quoted = await rating.ask(quoteCall, {
      quote: { deck: 'retail', call: { ...november, destination: '8811' } },
    })
    expect(quoted).toMatchObject({ cost: null, error: 'no_rate' })
  })

  it('prices by a deck, a vendor and an organisation', async () => {
    expect(await rating.ask(quoteCall, { quote: { deck: 'carrier', call: november } })).toMatchObject({
      cost: '0.020805',
    })
    expect(await rating.ask(quoteCall, { quote: { vendor: 'one', call: november } })).toMatchObject({
      cost: '0.020805',
    })
    expect(await rating.ask(quoteCall, { quote: { organisation: 'acme', call: november } })).toMatchObject({
      cost: '0.0312',
    })
  })
})

describe('items', () => {
  it('that others name are not removed, and references to nothing are refused', async () => {
    await expect(rating.ask(ratingItems.deck.remove, { id: 'retail' })).rejects.toMatchObject({ code: 'in-use' })
    const plan = { name: 'x', currency: 'EUR', decks: [{ deck: 'nothing' }] }
    await expect(rating.ask(ratingItems.plan.put, { id: 'business', item: plan })).rejects.toMatchObject({
      code: 'invalid-input',
      fields: [{ field: '/item/decks/0/deck' }],
    })
  })

  it('tell how many calls used them, and an undo offers to rate those again', async () => {
    const text = masterLine({ id: '1792483400.1' })
    await rating.ask(importRecords, { id: 'pbx', import: { name: 'a.csv', text } })
    expect((await rating.ask(getSourceState, { id: 'pbx' })).records).toBe(1)
    const item = { name: 'Business II', currency: 'EUR', decks: [{ deck: 'retail' }] }
    const put = await rating.ask(ratingItems.plan.put, { id: 'business', item })
    expect(put.usedBy).toMatchObject({ calls: 1, rerate: { plans: ['business'] } })
    const { items } = await rating.ask(ratingChanges.list, {})
    const undone = await rating.ask(ratingChanges.undo, { id: items[0]?.id ?? 0 })
    expect(undone.usedBy).toMatchObject({ calls: 1, rerate: { plans: ['business'] } })
  })

  it('look at no more than the latest calls when they are changed, and say so; a dry run counts all', async () => {
    const more = 6_000
    const { sql } = rating.database
    const columns = (
      await sql<{ name: string }>(
        `select attname as name from pg_attribute where attrelid = 'rating.call'::regclass and attnum > 0 and not attisdropped`,
      )
    ).map(({ name }) => name)
    const moved: Record<string, string> = { key: 'gen_random_uuid()', at: `at + n * interval '1 second'` }
    await sql(`insert into rating.call (${columns.map((name) => `"${name}"`)})
      select ${columns.map((name) => moved[name] ?? `"${name}"`)} from rating.call, generate_series(1, ${more}) n`)
    const item = { name: 'Business III', currency: 'EUR', decks: [{ deck: 'retail' }] }
    const dry = await rating.ask(ratingItems.plan.put, { id: 'business', item, dryRun: true })
    expect(dry.usedBy).toMatchObject({ calls: more + 1, rerate: { plans: ['business'], from: dry.usedBy.first } })
    const put = await rating.ask(ratingItems.plan.put, { id: 'business', item })
    expect(put.usedBy).toEqual({
      // Half of what is looked at is for the other tenant.
      calls: 2_501,
      atLeast: true,
      first: null,
      last: dry.usedBy.last,
      rerate: { plans: ['business'] },
    })
    await sql(`delete from rating.call where at > (select min(at) from rating.call)`)
  })

  it('circles of nodes are refused', async () => {
    await rating.ask(ratingItems.node.create, { item: { id: 'office', name: 'Office', parents: [{ parent: 'acme' }] } })
    const circle = { name: 'Acme', parents: [{ parent: 'office' }] }
    await expect(rating.ask(ratingItems.node.put, { id: 'acme', item: circle })).rejects.toMatchObject({
      code: 'invalid-input',
    })
  })
})

it('totals are exact, by node, destination and hour, and as CSV', async () => {
  const asked = { from: '2026-10-01T00:00:00Z', to: '2026-11-01T00:00:00Z' }
  const { items, total } = await rating.ask(ratingTotals, { by: 'node', ...asked })
  expect((await rating.ask(listRatingCalls, {})).total).toBe(1)
  expect(items).toMatchObject([
    { key: 'acme', name: 'Acme', calls: 1, income: '0.0312', cost: '0.020805', margin: '0.010395' },
  ])
  expect(total.income).toBe('0.0312')
  const hours = await rating.ask(ratingTotals, { by: 'hour', zone: 'Europe/Rome', csv: true, ...asked })
  expect(hours.items[0]?.key).toBe('2026-10-20T10:00')
  expect(hours.csv?.split('\r\n')[1]).toMatch(/^2026-10-20T10:00,,EUR,1,1,73,78,0,0.0312/)
  expect((await rating.ask(ratingTotals, { by: 'level', ...asked })).items).toMatchObject([{ key: 'acme' }])
  expect((await rating.ask(ratingTotals, { by: 'destination', ...asked })).items).toMatchObject([{ key: 'to 39' }])
})
