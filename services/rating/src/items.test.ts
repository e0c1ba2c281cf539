import { quoteCall, ratingChanges, ratingItems, rootTenantId } from '@strowger/schema'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hotel, type RatingFixture, startRatingFixture } from '../test/fixture.ts'
import { fillDeck, makePricedTenant } from '../test/priced-tenant.ts'

let rating: RatingFixture

beforeAll(async () => {
  rating = await startRatingFixture()
  await makePricedTenant(rating)
})
afterAll(() => rating.close())

const call = { start: '2026-11-10T10:00:00Z', duration_s: 60, destination: '393471234567' }
const costOf = async (by: object, tenant = rootTenantId) =>
  (await rating.ask(quoteCall, { quote: { call, ...by } }, tenant)).cost
const node = (id: string, more: object) => ({
  id,
  name: id,
  parents: [{ parent: null }],
  plans: [{ plan: 'business' }],
  billable: [{ billable: true }],
  ...more,
})

describe('a change of one item', () => {
  it('holds for the next question, in its tenant and in those below', async () => {
    await fillDeck(rating, 'retail', [['39', '0.03']])
    expect([await costOf({ plan: 'business' }), await costOf({ plan: 'business' }, hotel)]).toEqual(['0.03', '0.03'])
    await rating.ask(ratingItems.deck.create, {
      item: { id: 'dear', name: 'Dear', currency: 'EUR', zone: 'Europe/Rome' },
    })
    await fillDeck(rating, 'dear', [['39', '0.9']])
    const plan = { name: 'Business', currency: 'EUR', decks: [{ deck: 'dear' }] }
    await rating.ask(ratingItems.plan.put, { id: 'business', item: plan })
    expect([await costOf({ plan: 'business' }), await costOf({ plan: 'business' }, hotel)]).toEqual(['0.9', '0.9'])
    await rating.ask(ratingItems.plan.create, { item: { ...plan, id: 'business', decks: [{ deck: 'retail' }] } }, hotel)
    expect([await costOf({ plan: 'business' }), await costOf({ plan: 'business' }, hotel)]).toEqual(['0.9', '0.03'])
    await rating.ask(ratingItems.plan.remove, { id: 'business' }, hotel)
    expect(await costOf({ plan: 'business' }, hotel)).toBe('0.9')
  })

  it('of a customer holds for the quote of it and of those below it', async () => {
    await rating.ask(ratingItems.node.create, { item: node('head', {}) })
    await rating.ask(ratingItems.node.create, { item: { id: 'office', name: 'Office', parents: [{ parent: 'head' }] } })
    expect(await costOf({ organisation: 'office' })).toBe('0.9')
    await rating.ask(ratingItems.plan.create, {
      item: { id: 'cheap', name: 'Cheap', currency: 'EUR', decks: [{ deck: 'retail' }] },
    })
    const { id: _, ...cheap } = node('head', { plans: [{ plan: 'cheap' }] })
    await rating.ask(ratingItems.node.put, { id: 'head', item: cheap })
    expect(await costOf({ organisation: 'office' })).toBe('0.03')
  })
})

describe('a change that cannot hold', () => {
  const refused = (asked: Promise<unknown>, detail: string) =>
    expect(asked).rejects.toMatchObject({ code: 'invalid-input', detail: expect.stringContaining(detail) })

  it('is refused: a claim that is none, a zone that is none, two parents at once', async () => {
    const create = (more: object) => rating.ask(ratingItems.node.create, { item: node('wrong', more) })
    await refused(create({ claims: [{ kind: 'extension', pattern: '2X1' }] }), 'is no pattern')
    await refused(create({ zone: 'Europe/Rom' }), 'there is no zone')
    await refused(create({ parents: [{ parent: null }, { parent: 'head' }] }), 'two values of parent')
    await refused(create({ parents: [{ parent: 'nobody' }] }), 'there is no node "nobody"')
  })

  it('is refused: a circle of customers', async () => {
    const { id: _, ...circle } = node('head', { parents: [{ parent: 'office' }] })
    await refused(rating.ask(ratingItems.node.put, { id: 'head', item: circle }), 'in a circle')
  })

  it('is refused: digits of a deck by which its rows are not written', async () => {
    const item = { name: 'Retail', currency: 'EUR', zone: 'Europe/Rome', scale: 4 }
    await refused(rating.ask(ratingItems.deck.put, { id: 'retail', item }), 'scale')
    expect(await costOf({ deck: 'retail' })).toBe('0.03')
  })

  it('is refused: the end of what others name', async () => {
    const asked = rating.ask(ratingItems.plan.remove, { id: 'cheap' })
    await expect(asked).rejects.toMatchObject({ code: 'in-use', detail: expect.stringContaining('node head') })
  })
})

describe('the undo of a change', () => {
  const latest = async () => (await rating.ask(ratingChanges.list, { limit: 1 })).items[0]?.id ?? 0

  it('is refused when what was written since names what it takes away', async () => {
    const decks = [{ deck: 'retail' }]
    await rating.ask(ratingItems.plan.create, { item: { id: 'brief', name: 'Brief', currency: 'EUR', decks } })
    const id = await latest()
    const { id: _, ...user } = node('head', { plans: [{ plan: 'brief' }] })
    await rating.ask(ratingItems.node.put, { id: 'head', item: user })
    const refusal = { code: 'undo-conflict', detail: 'The plan brief is in use by node head' }
    await expect(rating.ask(ratingChanges.undo, { id, dryRun: true })).rejects.toMatchObject(refusal)
    await expect(rating.ask(ratingChanges.undo, { id })).rejects.toMatchObject(refusal)
    expect(await costOf({ organisation: 'office' })).toBe('0.03')
  })

  it('holds for the next question', async () => {
    await rating.ask(ratingChanges.undo, { id: await latest() })
    await rating.ask(ratingItems.plan.remove, { id: 'brief' })
    await expect(costOf({ plan: 'brief' })).rejects.toMatchObject({ code: 'not-found' })
    await rating.ask(ratingChanges.undo, { id: await latest() })
    expect(await costOf({ plan: 'brief' })).toBe('0.03')
  })
})
