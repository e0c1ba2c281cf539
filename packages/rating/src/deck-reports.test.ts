import { describe, expect, it } from 'vitest'
import { createCurrencyRates } from './currency.ts'
import { compareDecks } from './deck-difference.ts'
import { deck, noon, tariff } from './engine-for-tests.ts'
import { leastCost } from './least-cost.ts'
import { marginGaps } from './margin-gaps.ts'

const rates = createCurrencyRates([{ from: 'USD', to: 'EUR', day: '2025-01-01', rate: '0.5' }])
const day = 20_403

describe('the difference of two decks', () => {
  it('says of each prefix what becomes of a minute', () => {
    const live = deck('live', {
      '39': tariff('0.05'),
      '44': tariff('0.1'),
      '442': tariff('0.2'),
      '1': tariff('1'),
      '7': { status: 'closed' },
      '8': tariff('1'),
    })
    const next = deck('next', {
      '39': tariff('0.06'),
      '44': tariff('0.09'),
      '1': tariff('1', '60/60'),
      '393': tariff('0.3'),
      '7': tariff('2'),
      '8': { status: 'closed' },
    })
    const { counts, changes } = compareDecks(live, next, noon, 10)
    expect(changes.map(({ prefix, change, before, after }) => [prefix, change, before, after])).toEqual([
      ['1', 'changed', '1', '1'],
      ['39', 'dearer', '0.05', '0.06'],
      ['393', 'new', '0.05', '0.3'],
      ['44', 'cheaper', '0.1', '0.09'],
      ['442', 'gone', '0.2', '0.09'],
      ['7', 'opened', null, '2'],
      ['8', 'closed', '1', null],
    ])
    expect(counts).toEqual({ same: 0, new: 1, gone: 1, dearer: 1, cheaper: 1, changed: 1, closed: 1, opened: 1 })
    expect(compareDecks(live, live, noon, 10)).toMatchObject({ changes: [], counts: { same: 6 } })
  })
})

describe('the guard of margins', () => {
  it('tells each prefix that earns too little, the worst first', () => {
    const income = [deck('retail', { '39': tariff('0.05'), '393': tariff('0.1') })]
    const costs = [
      { vendor: 'a', decks: [deck('a', { '39': tariff('0.02'), '3934': tariff('0.15') })] },
      { vendor: 'b', decks: [deck('b', { '39': tariff('0.09') }, { currency: 'USD' })] },
    ]
    const found = marginGaps({ income, costs, atMs: noon, minimumMargin: '0.01', currency: 'EUR', rates, day }, 10)
    expect(found.gaps).toEqual([
      { prefix: '3934', vendor: 'a', income: '0.1', cost: '0.15', margin: '-0.05' },
      { prefix: '39', vendor: 'b', income: '0.05', cost: '0.045', margin: '0.005' },
    ])
    expect([found.compared, found.gapCount]).toEqual([6, 2])
    const without = marginGaps(
      { income, costs, atMs: noon, minimumMargin: '0', currency: 'EUR', rates: createCurrencyRates([]), day },
      1,
    )
    expect([without.missing, without.compared]).toEqual([['USD'], 3])
  })
})

describe('the least cost (d14)', () => {
  const candidates = [
    { vendor: 'A', decks: [deck('A', { '39': tariff('0.0100', '60/60') })] },
    { vendor: 'B', decks: [deck('B', { '39': tariff('0.0105', '1/1') })] },
    { vendor: 'C', decks: [deck('C', { '39': tariff('0.0095', '30/6', { fee: '0.002' }) })] },
  ]
  const question = { candidates, number: '393471234567', atMs: noon, currency: 'EUR', rates, day }
  const costs = (seconds: number) =>
    leastCost({ ...question, durations: [{ seconds, calls: 1 }] }).routes.map(
      ({ vendor, expected }) => `${vendor} ${expected}`,
    )

  it('is that of the worked example', () => {
    expect(costs(25)).toEqual(['B 0.004375', 'C 0.00675', 'A 0.01'])
    expect(costs(60)).toEqual(['A 0.01', 'B 0.0105', 'C 0.0115'])
    expect(costs(185)).toEqual(['C 0.03145', 'B 0.032375', 'A 0.04'])
  })

  it('weighs durations, and drops what cannot be used', () => {
    const durations = [
      { seconds: 25, calls: 3 },
      { seconds: 185, calls: 1 },
    ]
    const income = [deck('retail', { '39': tariff('0.0125') })]
    const more = [
      ...candidates,
      { vendor: 'D', decks: [deck('D', { '39': { status: 'closed' } })] },
      { vendor: 'E', decks: [deck('E', { '44': tariff('1') })] },
      { vendor: 'F', decks: [], isBlocked: true },
    ]
    const { routes, dropped } = leastCost({ ...question, candidates: more, durations, income, minimumMargin: '0.001' })
    expect(routes.map(({ vendor, expected }) => [vendor, expected])).toEqual([['B', '0.011375']])
    expect(dropped.map(({ vendor, reason }) => `${vendor} ${reason}`)).toEqual([
      'A below_margin',
      'C below_margin',
      'D destination_closed',
      'E no_rate',
      'F blocked',
    ])
  })

  it('orders equal costs by weight, quality and id', () => {
    const [first] = candidates
    if (!first) throw new Error('none')
    const equal = [
      { ...first, vendor: 'z', quality: 1 },
      { ...first, vendor: 'b' },
      { ...first, vendor: 'a' },
      { ...first, vendor: 'y', weight: 1 },
    ]
    const { routes } = leastCost({ ...question, candidates: equal, durations: [{ seconds: 1, calls: 1 }] })
    expect(routes.map(({ vendor }) => vendor)).toEqual(['y', 'z', 'a', 'b'])
  })
})
