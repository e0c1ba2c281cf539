import type { QuoteAnswer, QuoteBand, QuoteCall, QuoteTariff } from '@strowger/schema'
import { describe, expect, it } from 'vitest'
import { quoteInline } from './quote.ts'

const start = '2025-11-11T10:00:00Z'

interface Wanted extends Partial<QuoteBand> {
  price: string
  /** first/next */
  notation?: string
}

/** Rows in the notation of the trade: `60/1` is a first increment of 60 s, then of 1 s. */
function rows({ price, notation = '60/60', ...rest }: Wanted): QuoteBand[] {
  const [first = 1, next = 1] = notation.split('/').map(Number)
  const row = { prefix: '', unit_s: 60, price_per_unit: price, rounding: 'half_up', decimals: 6, ...rest }
  return [
    { ...row, increment_s: first },
    ...(first === next ? [] : [{ ...row, increment_s: next, from_interval_s: first }]),
  ]
}

function quote(bands: QuoteBand[], call: Partial<QuoteCall>, tariff: Partial<QuoteTariff> = {}): QuoteAnswer {
  return quoteInline(
    { connect_fee: '0', bands, ...tariff },
    { start, duration_s: 60, destination: '393471234567', ...call },
  )
}

const cost = (...parts: Parameters<typeof quote>) => {
  const { cost: amount, billed_s } = quote(...parts)
  return [amount, billed_s]
}

describe('the worked examples of d8', () => {
  it('1: 0.012/min 30/6, 47 s are 48 s', () => {
    expect(cost(rows({ price: '0.012', notation: '30/6' }), { duration_s: 47 })).toEqual(['0.0096', 48])
  })
  it('2: 0.03/min 60/60, 61 s are 120 s', () => {
    expect(cost(rows({ price: '0.03' }), { duration_s: 61 })).toEqual(['0.06', 120])
  })
  it('3: 0 s cost nothing, not even the fee', () => {
    expect(cost(rows({ price: '1', notation: '60/1' }), { duration_s: 0 }, { connect_fee: '0.05' })).toEqual(['0', 0])
  })
  it('4: within the grace nothing, beyond it all', () => {
    const tariff = { connect_fee: '0.10', grace_s: 5 }
    expect(cost(rows({ price: '0.30' }), { duration_s: 5 }, tariff)).toEqual(['0', 0])
    expect(cost(rows({ price: '0.30' }), { duration_s: 6 }, tariff)).toEqual(['0.4', 60])
  })
  it('5: a call over a limit of bands, split at increments', () => {
    const bands = [
      ...rows({ price: '0.12', notation: '60/30', weight: 1 }),
      ...rows({ price: '0.06', notation: '60/30', weight: 2, from_time: '19:00' }),
    ]
    expect(cost(bands, { start: '2025-11-11T18:58:30Z', duration_s: 170 }, { connect_fee: '0.05' })).toEqual([
      '0.32',
      180,
    ])
  })
  it('6: the second minute begins after the limit', () => {
    const bands = [
      ...rows({ price: '0.12', from_time: '08:00', to_time: '19:00' }),
      ...rows({ price: '0.06', from_time: '19:00', to_time: '08:00' }),
    ]
    expect(cost(bands, { start: '2025-11-11T18:59:30Z', duration_s: 100 })).toEqual(['0.18', 120])
  })
  it('7: at most so much a call', () => {
    expect(cost(rows({ price: '0.50' }), { duration_s: 600 }, { max_cost: '2' })).toEqual(['2', 600])
  })
  it('8: another price and increment from 30 s on', () => {
    const bands: QuoteBand[] = [
      { prefix: '39', increment_s: 1, unit_s: 1, price_per_unit: '2', rounding: 'up', decimals: 4 },
      {
        prefix: '39',
        from_interval_s: 30,
        increment_s: 60,
        unit_s: 1,
        price_per_unit: '1',
        rounding: 'up',
        decimals: 4,
      },
    ]
    expect(cost(bands, { duration_s: 60 })).toEqual(['120', 90])
  })
  it('9: one minute at 0.02 a minute is 0.02', () => {
    const up = { rounding: 'up', decimals: 4 }
    expect(cost(rows({ price: '0.02', notation: '60/1', ...up }), {})).toEqual(['0.02', 60])
    expect(cost(rows({ price: '0.02', notation: '1/1', ...up }), {})).toEqual(['0.02', 60])
  })
  it('10: rounded once, up and down', () => {
    const row = { price: '0.0001', notation: '60/11', decimals: 4 }
    expect(cost(rows({ ...row, rounding: 'up' }), { duration_s: 560 })).toEqual(['0.001', 566])
    expect(cost(rows({ ...row, rounding: 'down' }), { duration_s: 560 })).toEqual(['0.0009', 566])
  })
  it('11: 60/min 25/8, 26 s are 33 s', () => {
    expect(cost(rows({ price: '60', notation: '25/8' }), { duration_s: 26 })).toEqual(['33', 33])
  })
  it('12: milliseconds become seconds before all else', () => {
    expect(cost(rows({ price: '60', notation: '6/6' }), { duration_s: 6.1 })).toEqual(['12', 12])
    expect(cost(rows({ price: '60', notation: '6/6' }), { duration_s: 6 })).toEqual(['6', 6])
  })
})

describe('the worked examples of d6 and d7', () => {
  it('chooses by prefix and date at the answer, for the whole call', () => {
    const row = { increment_s: 60, unit_s: 60, rounding: 'half_up', decimals: 4 }
    const bands: QuoteBand[] = [
      { ...row, prefix: '39', price_per_unit: '0.05' },
      { ...row, prefix: '393', price_per_unit: '0.20', valid_to: '2025-12-01' },
      { ...row, prefix: '393', price_per_unit: '0.18', valid_from: '2025-12-01' },
      { ...row, prefix: '39347', price_per_unit: '0.30', valid_from: '2025-11-01', valid_to: '2025-11-15' },
    ]
    const on = (at: string, duration_s = 60) => quote(bands, { start: at, duration_s }, { zone: 'Europe/Rome' }).cost
    expect([on('2025-11-10T12:00:00'), on('2025-11-21T12:00:00'), on('2025-12-01T00:00:00')]).toEqual([
      '0.3',
      '0.2',
      '0.18',
    ])
    expect(on('2025-11-30T23:59:30')).toBe('0.2')
    expect(on('2025-11-30T23:59:30', 120)).toBe('0.4')
    expect(on('2025-11-15T00:00:00')).toBe('0.2')
  })

  it('takes the later valid_from of two rows that are both valid', () => {
    const row = { prefix: '39', increment_s: 60, unit_s: 60 }
    const bands = [
      { ...row, price_per_unit: '0.20', valid_from: '2025-01-01', weight: 50 },
      { ...row, price_per_unit: '0.10', valid_from: '2025-06-01' },
    ]
    expect(quote(bands, {}).cost).toBe('0.1')
    expect(quote(bands, { start: '2025-05-31T23:59:59Z' }).cost).toBe('0.2')
  })

  it('has all of the night that the clock repeats', () => {
    const bands = [
      ...rows({ price: '0.02', from_time: '00:00', to_time: '03:00' }),
      ...rows({ price: '0.05', from_time: '03:00', to_time: '24:00' }),
    ]
    const zone = { zone: 'Europe/Rome' }
    expect(cost(bands, { start: '2025-10-26T00:50:00Z', duration_s: 1200 }, zone)).toEqual(['0.4', 1200])
    expect(cost(bands, { start: '2025-10-25T00:50:00Z', duration_s: 1200 }, zone)).toEqual(['0.7', 1200])
    expect(cost(bands, { start: '2025-10-26T02:50:00+02:00', duration_s: 1200 }, zone)).toEqual(['0.4', 1200])
  })
})

describe('the worked example of d10 (seconds of an allowance; its 60/1 is one second for a unit of 60)', () => {
  const second = rows({ price: '0.10', notation: '1/1' })
  const left = (bundle_seconds_left: number, duration_s: number, bundle_policy: 'split' | 'whole') => {
    const answer = quote(second, { duration_s, bundle_seconds_left, bundle_policy })
    return [answer.cost, answer.included_s ?? 0]
  }
  it('splits: what begins while seconds are left is free', () => {
    expect([left(120, 100, 'split'), left(20, 60, 'split'), left(0, 15, 'split')]).toEqual([
      ['0', 100],
      ['0.066667', 20],
      ['0.025', 0],
    ])
    expect(left(70, 100, 'split')).toEqual(['0.05', 70])
  })
  it('or takes a call whole, or not at all', () => {
    expect([left(120, 100, 'whole'), left(20, 60, 'whole'), left(20, 15, 'whole')]).toEqual([
      ['0', 100],
      ['0.1', 0],
      ['0', 15],
    ])
  })
  it('keeps the elapsed position, and the fee is free only when all is', () => {
    const tariff = { connect_fee: '0.05' }
    expect(cost(rows({ price: '1' }), { duration_s: 120, bundle_seconds_left: 1 }, tariff)).toEqual(['1.05', 120])
    expect(cost(rows({ price: '1' }), { duration_s: 60, bundle_seconds_left: 1 }, tariff)).toEqual(['0', 60])
  })
})

describe('a call without a price', () => {
  it('is never free: no row, no band, no row that is valid', () => {
    expect(quote(rows({ price: '1', prefix: '44' }), {})).toMatchObject({ cost: null, billed_s: 0, error: 'no_rate' })
    expect(quote([], {}).error).toBe('no_rate')
    expect(quote(rows({ price: '1', days: [6, 7] }), {}).error).toBe('no_rate')
    expect(quote(rows({ price: '1', valid_to: '2025-11-11T10:00:00Z' }), {}).error).toBe('no_rate')
    expect(quote(rows({ price: '1', from_time: '08:00', to_time: '10:01' }), { duration_s: 61 }).error).toBe('no_rate')
    expect(quote(rows({ price: '1', from_interval_s: 10 }), {}).error).toBe('no_rate')
  })
})

describe('the walk', () => {
  it('pays the least seconds after the free ones, and the fee in any case', () => {
    const bands = rows({ price: '0.60', notation: '1/1' })
    expect(cost(bands, { duration_s: 70 }, { free_s: 60 })).toEqual(['0.1', 10])
    expect(cost(bands, { duration_s: 70 }, { free_s: 60, min_s: 30 })).toEqual(['0.3', 30])
    expect(cost(bands, { duration_s: 50 }, { free_s: 60, connect_fee: '0.07' })).toEqual(['0.07', 0])
    expect(cost(bands, { duration_s: 10 }, { min_s: 30 })).toEqual(['0.3', 30])
    expect(cost(bands, { duration_s: 1 }, { min_cost: '0.05' })).toEqual(['0.05', 1])
    expect(cost(bands, { duration_s: 60 }, { discount_percent: '2.5' })).toEqual(['0.585', 60])
  })

  it('takes fee and rounding from the first band', () => {
    const bands = [
      ...rows({ price: '0.011', connect_fee: '1', decimals: 2, rounding: 'up', to_time: '10:01' }),
      ...rows({ price: '0.011', connect_fee: '2', decimals: 3, from_time: '10:01' }),
    ]
    expect(cost(bands, { duration_s: 120 })).toEqual(['1.03', 120])
    expect(cost(bands, { start: '2025-11-11T10:01:00Z', duration_s: 120 })).toEqual(['2.022', 120])
  })

  it('knows weekdays, months and days of the month, and nights that go on', () => {
    const bands = [
      ...rows({ price: '1', weight: 0 }),
      ...rows({ price: '2', days: [6, 7], weight: 10 }),
      ...rows({ price: '3', months: [12], month_days: [25, 26], weight: 20 }),
      ...rows({ price: '4', from_time: '22:00', to_time: '06:00', weight: 30 }),
    ]
    const at = (text: string) => quote(bands, { start: text }).cost
    expect(at('2025-11-11T12:00:00Z')).toBe('1')
    expect(at('2025-11-15T12:00:00Z')).toBe('2')
    expect(at('2025-12-25T12:00:00Z')).toBe('3')
    expect([at('2025-12-25T22:00:00Z'), at('2025-12-26T05:59:59Z'), at('2025-12-26T06:00:00Z')]).toEqual([
      '4',
      '4',
      '3',
    ])
  })

  it('tells each step in order', () => {
    const bands = [...rows({ price: '0.12' }), ...rows({ price: '0.06', from_time: '19:00', weight: 10 })]
    const { steps } = quote(
      bands,
      { start: '2025-11-11T18:59:30Z', duration_s: 100 },
      { connect_fee: '0.05', max_cost: '0.2' },
    )
    expect(steps.map(({ step, amount }) => [step, amount])).toEqual([
      ['row', undefined],
      ['duration', undefined],
      ['increments', '0.12'],
      ['increments', '0.18'],
      ['fee', '0.23'],
      ['maximum', '0.2'],
      ['rounding', '0.2'],
    ])
    expect(steps[3]).toMatchObject({
      from_s: 60,
      to_s: 120,
      increments: 1,
      price: '0.06',
      at: '2025-11-11T19:00:30.000Z',
    })
  })

  it('is exact beyond 2^53 and with many digits', () => {
    expect(
      cost(rows({ price: '123456789012.123456789012', notation: '1/1', decimals: 12 }), { duration_s: 3600 }),
    ).toEqual(['7407407340727.40740734072', 3600])
    expect(cost(rows({ price: '-0.05', decimals: 2, rounding: 'up', notation: '1/1' }), { duration_s: 61 })).toEqual([
      '-0.06',
      61,
    ])
  })
})

describe('a tariff that cannot hold', () => {
  it('is refused with the field', () => {
    const refusal =
      (bands: QuoteBand[], tariff: Partial<QuoteTariff> = {}) =>
      () =>
        quote(bands, {}, tariff)
    expect(refusal(rows({ price: '0,05' }))).toThrow('/tariff/bands/0/price_per_unit')
    expect(refusal(rows({ price: '1'.repeat(40) }))).toThrow('more than 30 digits')
    expect(refusal(rows({ price: '1' }), { zone: 'Europe/Atlantis' })).toThrow('no zone')
    expect(refusal([...rows({ price: '1' }), ...rows({ price: '2' })])).toThrow('another row has the same prefix')
    expect(refusal([...rows({ price: '1', days: [1, 2] }), ...rows({ price: '2', days: [2, 3] })])).toThrow(
      'same weight',
    )
    expect(refusal(rows({ price: '1', from_time: '25:00' }))).toThrow('HH:MM')
    expect(refusal(rows({ price: '1', rounding: 'sideways' }))).toThrow('half_even')
    expect(() => quote(rows({ price: '1' }), { start: 'yesterday' })).toThrow('shape')
  })
})
