import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createAllowanceCounters } from './allowance.ts'
import { textFrom } from './amount.ts'
import { createEngine } from './engine.ts'
import { configuration, deck, during, extension, node, now, record, tariff } from './engine-for-tests.ts'
import type { Allowance } from './organisation.ts'

const base: Allowance = { id: 'a', name: 'a', unit: 'seconds', amount: '120', period: 'month', policy: 'split' }
const rome = (text: string) => Date.parse(`${text}+01:00`)

function engineWith(allowances: readonly Allowance[], more: { price?: string; fee?: string; sinceMs?: number } = {}) {
  const own = tariff(more.price ?? '0.10', '1/1', more.fee === undefined ? {} : { fee: more.fee })
  return createEngine(
    configuration(
      {
        vendors: [],
        organisations: [
          node('acme', null, { plan: [during('basic', more.sinceMs)], billable: [during(true)], zone: 'Europe/Rome' }),
          node('ext', 'acme', { claims: [extension('201')] }),
        ],
        plans: [
          {
            id: 'basic',
            name: '',
            currency: 'EUR',
            decks: [{ deck: 'retail' }],
            allowances: allowances.map(({ id }) => id),
          },
        ],
        allowances,
      },
      [deck('retail', { '39': own, '3906': tariff('0') })],
    ),
  )
}

/** Rates calls as [start, seconds, number?] and tells their costs. */
function costs(
  engine: ReturnType<typeof engineWith>,
  calls: readonly (readonly [string, number, string?])[],
  counters = createAllowanceCounters(),
) {
  return calls.map(([at, seconds, called = '3471234567']) => {
    const { runs } = engine.rate(record({ startMs: rome(at), called }, seconds), 'pbx', { nowMs: now, counters })
    return textFrom(runs[0]?.amount ?? -1, runs[0]?.scale ?? 0)
  })
}

const day = '2025-11-11T'
const three = [
  [`${day}10:00:00`, 100],
  [`${day}11:00:00`, 60],
  [`${day}12:00:00`, 15],
] as const

describe('an allowance, by the worked example of d10', () => {
  it('that is split, gives what is left and keeps the elapsed position', () => {
    expect(costs(engineWith([base]), three)).toEqual(['0', '0.066667', '0.025'])
  })
  it('that is whole, gives all or nothing of a call', () => {
    expect(costs(engineWith([{ ...base, policy: 'whole' }]), three)).toEqual(['0', '0.1', '0'])
  })
  it('is replayed from the instant of a late call', () => {
    expect(costs(engineWith([base]), [[`${day}09:00:00`, 50], ...three])).toEqual(['0', '0.05', '0.1', '0.025'])
  })
})

describe('an allowance', () => {
  it('is counted by period, node and allowance; what it gives is told', () => {
    const counters = createAllowanceCounters()
    const engine = engineWith([base])
    costs(engine, [...three, ['2025-12-01T00:00:00', 5]], counters)
    expect(
      counters.entries().map(({ fromMs, granted, used }) => [new Date(fromMs).toISOString(), granted, used]),
    ).toEqual([
      ['2025-10-31T23:00:00.000Z', 120, 120],
      ['2025-11-30T23:00:00.000Z', 120, 5],
    ])
    expect(counters.touched()).toHaveLength(2)
    expect(counters.touched()).toHaveLength(0)
    expect(counters.entries()[0]?.lastMs).toBe(rome(`${day}11:00:00`))
    const again = createAllowanceCounters(counters.entries())
    expect(costs(engine, [['2025-12-01T01:00:00', 120]], again)).toEqual(['0.008333'])
  })

  it('leaves the fee free only when the whole call is inside', () => {
    expect(costs(engineWith([base], { fee: '1' }), three)).toEqual(['0', '1.066667', '1.025'])
  })

  it('may be of calls or of money', () => {
    expect(costs(engineWith([{ ...base, unit: 'calls', amount: '2', policy: 'whole' }]), three)).toEqual([
      '0',
      '0',
      '0.025',
    ])
    expect(costs(engineWith([{ ...base, unit: 'money', amount: '0.2' }]), three)).toEqual(['0', '0.066667', '0.025'])
    expect(costs(engineWith([{ ...base, unit: 'money', amount: '0.12', policy: 'whole' }]), three)).toEqual([
      '0.166667',
      '0',
      '0.025',
    ])
  })

  it('is for its prefixes, and for priced calls when it says so', () => {
    const calls = [
      [`${day}10:00:00`, 100, '065551234'],
      [`${day}11:00:00`, 60],
    ] as const
    expect(costs(engineWith([{ ...base, prefixes: ['3906'] }]), calls)).toEqual(['0', '0.1'])
    expect(costs(engineWith([base]), calls)).toEqual(['0', '0.066667'])
    expect(costs(engineWith([{ ...base, onlyPriced: true }]), calls)).toEqual(['0', '0'])
  })

  it('is within another: both must hold, both are taken from', () => {
    const outer = { ...base, id: 'outer', amount: '50' }
    const counters = createAllowanceCounters()
    const engine = createEngine(
      configuration(
        {
          vendors: [],
          plans: [{ id: 'basic', name: '', currency: 'EUR', decks: [{ deck: 'retail' }], allowances: ['a'] }],
          allowances: [{ ...base, within: 'outer' }, outer],
        },
        [deck('retail', { '39': tariff('0.6') })],
      ),
    )
    expect(
      costs(
        engine,
        [
          [`${day}10:00:00`, 60],
          [`${day}11:00:00`, 60],
        ],
        counters,
      ),
    ).toEqual(['0.1', '0.6'])
    expect(counters.entries().map(({ allowance, used }) => [allowance, used])).toEqual([
      ['a', 50],
      ['outer', 50],
    ])
  })

  it('is used in order of expiry, weight and id', () => {
    const counters = createAllowanceCounters()
    const list = [
      { ...base, id: 'month' },
      { ...base, id: 'day-light', period: 'day' as const, amount: '10' },
      { ...base, id: 'day-heavy', period: 'day' as const, amount: '10', weight: 5 },
    ]
    expect(costs(engineWith(list), [[`${day}10:00:00`, 25]], counters)).toEqual(['0'])
    expect(Object.fromEntries(counters.entries().map(({ allowance, used }) => [allowance, used]))).toEqual({
      'day-heavy': 10,
      'day-light': 10,
      month: 5,
    })
  })

  it('rolls over once, and at most so much', () => {
    const engine = engineWith([{ ...base, amount: '100', rollOver: '40' }], { sinceMs: rome('2025-09-01T00:00:00') })
    const counters = createAllowanceCounters()
    const used = (at: string, seconds: number) => {
      costs(engine, [[at, seconds]], counters)
      const last = counters.touched().at(-1)
      return [last?.granted, last?.rolled, last?.used]
    }
    expect(used('2025-09-05T10:00:00', 10)).toEqual([100, 0, 10])
    expect(used('2025-10-05T10:00:00', 30)).toEqual([140, 40, 30])
    // Of October's own 100 nothing is used (the 30 were rolled in), and 40 move; September's rest is lost.
    expect(used('2025-11-05T10:00:00', 135)).toEqual([140, 40, 135])
    expect(used('2025-12-05T10:00:00', 1)).toEqual([105, 5, 1])
  })

  it('is given by the part that is left of its first period, in seconds, rounded up', () => {
    const sinceMs = rome('2025-11-16T00:00:00')
    const granted = (proRata: boolean) => {
      const counters = createAllowanceCounters()
      costs(engineWith([{ ...base, amount: '101', proRata }], { sinceMs }), [['2025-11-20T10:00:00', 1]], counters)
      return counters.entries()[0]?.granted
    }
    expect([granted(true), granted(false)]).toEqual([51, 101])
  })

  it('has periods by the day and hour of its zone', () => {
    const begins = (more: Partial<Allowance>, at: string) => {
      const counters = createAllowanceCounters()
      costs(engineWith([{ ...base, ...more }]), [[at, 1]], counters)
      const [one] = counters.entries()
      return [one?.fromMs, one?.toMs].map((ms) => new Date(ms ?? 0).toISOString().slice(0, 16))
    }
    expect(begins({ period: 'week' }, '2025-11-12T10:00:00')).toEqual(['2025-11-09T23:00', '2025-11-16T23:00'])
    expect(begins({ period: 'week', startDay: 3, startTime: '06:00' }, '2025-11-12T05:59:59')).toEqual([
      '2025-11-05T05:00',
      '2025-11-12T05:00',
    ])
    expect(begins({ period: 'day' }, '2025-10-26T12:00:00')).toEqual(['2025-10-25T22:00', '2025-10-26T23:00'])
    expect(begins({ startDay: 15 }, '2025-01-10T10:00:00')).toEqual(['2024-12-14T23:00', '2025-01-14T23:00'])
  })

  it('never gives more than it has, in whatever order it is used', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 200 }), { maxLength: 12 }),
        fc.constantFrom('split', 'whole'),
        (seconds, policy) => {
          const counters = createAllowanceCounters()
          const engine = engineWith([{ ...base, policy: policy === 'split' ? 'split' : 'whole' }])
          let included = 0
          seconds.forEach((second, place) => {
            const { runs } = engine.rate(record({ startMs: rome(`${day}10:00:00`) + place * 1000 }, second), 'pbx', {
              nowMs: now,
              counters,
            })
            included += runs[0]?.includedS ?? 0
          })
          expect(included).toBeLessThanOrEqual(120)
          expect(counters.entries()[0]?.used ?? 0).toBe(included)
        },
      ),
      { numRuns: 100 },
    )
  })

  it('is refused when it cannot be', () => {
    const refusal =
      (...list: readonly Allowance[]) =>
      () =>
        engineWith(list)
    expect(refusal({ ...base, amount: '1.5' })).toThrow('allowance a: amount: "1.5" must be a number of seconds')
    expect(refusal({ ...base, startDay: 29 })).toThrow('startDay must be 1 to 28')
    expect(refusal({ ...base, within: 'x' })).toThrow('there is no allowance "x"')
    expect(refusal({ ...base, within: 'b' }, { ...base, id: 'b', within: 'a' })).toThrow('within itself')
  })
})
