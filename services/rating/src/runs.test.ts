import {
  createConfirmation,
  createRun,
  getRatingCall,
  getRun,
  importRecords,
  listAdjustments,
  listBatches,
  listRatingCalls,
  listRatingProblems,
  listRunChanges,
  publishRun,
  quoteCall,
  type RatingRun,
  ratingItems,
  withdrawBatch,
  withdrawRun,
} from '@strowger/schema'
import { eventually } from '@strowger/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type RatingFixture, startRatingFixture } from '../test/fixture.ts'
import { fillDeck, makePricedTenant, masterLine } from '../test/priced-tenant.ts'

let rating: RatingFixture

beforeAll(async () => {
  rating = await startRatingFixture()
  await makePricedTenant(rating)
  const text =
    masterLine({ id: '1792483500.1', sequence: 1 }) +
    masterLine({ id: '1792483500.2', sequence: 2, called: '00441632960000' }) +
    masterLine({ id: '1792483500.3', sequence: 3, called: '0033142000000' })
  await rating.ask(importRecords, { id: 'pbx', import: { name: 'a.csv', text } })
})
afterAll(() => rating.close())

async function rerated(scope: object, knownAt?: string): Promise<RatingRun> {
  const asked = { scope, reason: 'test', ...(knownAt === undefined ? {} : { knownAt }) }
  const { run } = await rating.ask(createRun, { run: asked })
  return eventually(async () => {
    const found = await rating.ask(getRun, { id: run.id })
    if (found.state === 'running') throw new Error('still running')
    return found
  })
}
const incomes = async () =>
  (await rating.ask(listRatingCalls, { order: 'income', direction: 'asc' })).items.map(({ income }) => income)

it('records in error are tried again by themselves when a deck has their destination', async () => {
  expect((await rating.ask(listRatingProblems, {})).items).toMatchObject([{ reason: 'no_rate', count: 1 }])
  await fillDeck(rating, 'carrier', [
    ['39', '0.0171'],
    ['44', '0.02'],
    ['33', '0.01'],
  ])
  await fillDeck(rating, 'retail', [
    ['39', '0.024', 6, 6],
    ['44', '0.10', 60, 60],
    ['33', '0.06', 60, 60],
  ])
  await eventually(async () => expect((await rating.ask(listRatingProblems, {})).total).toBe(0))
  expect(await incomes()).toEqual(['0.0312', '0.12', '0.2'])
})

it('a run changes nothing until it is published, and can be switched back', async () => {
  const before = new Date().toISOString()
  await fillDeck(rating, 'retail', [
    ['39', '0.048', 6, 6],
    ['44', '0.10', 60, 60],
    ['33', '0.06', 60, 60],
  ])
  const run = await rerated({ nodes: ['acme'] })
  expect(run).toMatchObject({ state: 'ready', calls: 3, changed: 1 })
  expect(run.sums).toMatchObject([{ node: 'acme', changed: 1, incomeBefore: '0.3512', incomeAfter: '0.3824' }])
  expect(await incomes()).toEqual(['0.0312', '0.12', '0.2'])
  const { items } = await rating.ask(listRunChanges, { id: run.id })
  expect(items).toMatchObject([{ before: { income: '0.0312' }, after: { income: '0.0624' } }])

  await rating.ask(publishRun, { id: run.id })
  expect(await incomes()).toEqual(['0.0624', '0.12', '0.2'])
  await rating.ask(withdrawRun, { id: run.id })
  expect(await incomes()).toEqual(['0.0312', '0.12', '0.2'])

  const again = await rerated({ nodes: ['acme'] })
  expect(again.hash).toBe(run.hash)
  const asKnownBefore = await rerated({ nodes: ['acme'] }, before)
  expect(asKnownBefore).toMatchObject({ changed: 0 })
  expect(asKnownBefore.hash).not.toBe(run.hash)
})

it('calls on a confirmed invoice are never altered: the difference becomes an adjustment', async () => {
  const period = { from: '2026-10-01T00:00:00Z', to: '2026-11-01T00:00:00Z' }
  const before = await rerated({ nodes: ['acme'] })
  const { confirmation } = await rating.ask(createConfirmation, {
    confirmation: { node: 'acme', name: 'October', ...period },
  })
  // It was rated when nothing was confirmed: what it would alter it does not know as such.
  await expect(rating.ask(publishRun, { id: before.id })).rejects.toMatchObject({ code: 'conflict' })
  expect(confirmation).toMatchObject({ calls: 3, income: '0.3512' })
  const run = await rerated({ nodes: ['acme'] })
  const { adjustments } = await rating.ask(publishRun, { id: run.id })
  expect(adjustments).toBe(1)
  expect(await incomes()).toEqual(['0.0312', '0.12', '0.2'])
  const { items } = await rating.ask(listAdjustments, {})
  expect(items).toMatchObject([{ node: 'acme', before: '0.0312', after: '0.0624', difference: '0.0312' }])
  // A deck without their prefix leaves calls in error, and gives back nothing of what was billed.
  await fillDeck(rating, 'retail', [['44', '0.10', 60, 60]])
  const inError = await rerated({ nodes: ['acme'] })
  expect(await rating.ask(publishRun, { id: inError.id })).toMatchObject({ adjustments: 0 })
  expect((await rating.ask(listAdjustments, {})).total).toBe(1)
  await expect(
    rating.ask(createConfirmation, { confirmation: { node: 'acme', name: 'again', ...period } }),
  ).rejects.toMatchObject({ code: 'conflict' })
})

it('an allowance is used in the order of the calls, also by one that comes late', async () => {
  await rating.ask(ratingItems.allowance.create, {
    item: { id: 'two', name: 'Two minutes', unit: 'seconds', amount: '120', period: 'month', policy: 'split' },
  })
  await fillDeck(rating, 'retail', [['39', '0.10']])
  const plan = { name: 'Business', currency: 'EUR', decks: [{ deck: 'retail' }], allowances: ['two'] }
  await rating.ask(ratingItems.plan.put, { id: 'business', item: plan })
  const call = (id: string, at: string, seconds: number, called = '3471234567') => {
    const end = new Date(Date.parse(`2026-11-03T${at}:00Z`) + seconds * 1_000).toISOString()
    return masterLine({
      id,
      called,
      sequence: Number(id.split('.')[1]),
      start: `2026-11-03 ${at}:00`,
      answer: `2026-11-03 ${at}:00`,
      end: `${end.slice(0, 10)} ${end.slice(11, 19)}`,
      duration: seconds,
      billsec: seconds,
    })
  }
  const text =
    call('1793700000.1', '10:00', 100) + call('1793700000.2', '11:00', 60) + call('1793700000.3', '12:00', 15)
  await rating.ask(importRecords, { id: 'pbx', import: { name: 'november.csv', text } })
  const november = async () =>
    (await rating.ask(listRatingCalls, { from: '2026-11-01T00:00:00Z', order: 'at', direction: 'asc' })).items.map(
      ({ income }) => income,
    )
  expect(await november()).toEqual(['0', '0.066667', '0.025'])

  const late = call('1793700000.4', '09:00', 50)
  await rating.ask(importRecords, { id: 'pbx', import: { name: 'late.csv', text: late } })
  await eventually(async () => expect(await november()).toEqual(['0', '0.05', '0.1', '0.025']))

  // Taken back, it has used nothing, and what comes next takes from what is left.
  const { items: batches } = await rating.ask(listBatches, { search: 'late.csv' })
  await rating.ask(withdrawBatch, { id: batches[0]?.id ?? 0 })
  await eventually(async () => expect(await november()).toEqual(['0', '0.066667', '0.025']))

  // One that could not be rated takes its part as soon as it can, at its place among the others.
  const unpriced = call('1793700000.5', '08:00', 60, '0044163296')
  await rating.ask(importRecords, { id: 'pbx', import: { name: 'unpriced.csv', text: unpriced } })
  expect(await november()).toEqual([null, '0', '0.066667', '0.025'])
  await fillDeck(rating, 'retail', [
    ['39', '0.10'],
    ['44', '0.30'],
  ])
  await eventually(async () => expect(await november()).toEqual(['0', '0.066667', '0.1', '0.025']))

  // A run of some calls only sees what the others have used.
  const { id, calls, changed } = await rerated({ sources: ['pbx'], from: '2026-11-03T09:30:00Z' })
  expect({ calls, changed }).toEqual({ calls: 2, changed: 0 })
  await rating.ask(publishRun, { id })
  expect(await november()).toEqual(['0', '0.066667', '0.1', '0.025'])
  await rating.ask(importRecords, {
    id: 'pbx',
    import: { name: 'more.csv', text: call('1793700000.6', '13:00', 60) },
  })
  expect(await november()).toEqual(['0', '0.066667', '0.1', '0.025', '0.1'])
})

it('a price that an allowance has paid a part of says so, call by call, and the next call is quoted by what is left', async () => {
  await rating.ask(ratingItems.allowance.create, {
    item: { id: 'credit', name: 'Credit', unit: 'money', amount: '0.15', period: 'month', policy: 'split' },
  })
  await rating.ask(ratingItems.portability.create, {
    item: { id: 'moved', numbers: [{ number: '393471111111', ported: '4470' }] },
  })
  const plan = { name: 'Business', currency: 'EUR', decks: [{ deck: 'retail' }], allowances: ['two', 'credit'] }
  await rating.ask(ratingItems.plan.put, { id: 'business', item: plan })
  const times = (at: string, end: string) => ({
    start: `2026-09-01 ${at}`,
    answer: `2026-09-01 ${at}`,
    end: `2026-09-01 ${end}`,
  })
  const text = masterLine({
    id: '1788300000.1',
    sequence: 1,
    ...times('10:00:00', '10:03:00'),
    duration: 180,
    billsec: 180,
  })
  await rating.ask(importRecords, { id: 'pbx', import: { name: 'september.csv', text } })
  const { items } = await rating.ask(listRatingCalls, { from: '2026-09-01T00:00:00Z', to: '2026-09-02T00:00:00Z' })
  // 180 s at 0.10 a minute: two minutes are free, and the credit pays the third.
  expect(items).toMatchObject([{ billableS: 180, includedS: 120, income: '0' }])
  const { steps } = await rating.ask(getRatingCall, { key: items[0]?.key ?? '' })
  const income = steps.find(({ run }) => run === 'income acme')?.steps as {
    step: string
    text: string
    amount?: string
  }[]
  expect(income.filter(({ step }) => step === 'allowance')).toMatchObject([
    { text: expect.stringContaining('120') },
    { text: 'An allowance pays 0.1 of it', amount: '0' },
  ])

  const call = { start: '2026-09-01T12:00:00Z', duration_s: 60, destination: '393471111111' }
  const quoted = await rating.ask(quoteCall, { quote: { organisation: 'acme', call } })
  // Ported, it is rated as 44: 0.30 a minute, of which 0.05 are left of the credit.
  expect(quoted).toMatchObject({ cost: '0.25' })
  expect(quoted.steps.map(({ step }) => step)).toEqual(expect.arrayContaining(['portability', 'row', 'allowance']))
  expect(await rating.ask(quoteCall, { quote: { organisation: 'acme', call } })).toMatchObject({ cost: '0.25' })
})

it('calls are the same whether they are looked for one by one or all at once', async () => {
  const other = await rating.database.sql(`
    (select * from rating.present_call except all select * from rating.present_calls)
    union all (select * from rating.present_calls except all select * from rating.present_call)`)
  expect(other).toEqual([])
  const runs = await rating.database.sql('select distinct run_id from rating.present_calls where run_id is not null')
  expect(runs.length).toBeGreaterThan(1)
})
