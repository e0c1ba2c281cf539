import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileTariff } from './compile-tariff.ts'
import { type Rounding, roundings } from './rounding.ts'
import type { Band, Step, Tariff } from './tariff.ts'
import { createWalk, walkCall } from './walk.ts'
import { walkExactly } from './walk-exactly.ts'
import { zoneOf } from './zone.ts'

const zones = ['Europe/Rome', 'UTC', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu'].map((name) => {
  const zone = zoneOf(name)
  if (!zone) throw new Error(`no zone ${name}`)
  return zone
})

const price = fc.integer({ min: 0, max: 5_000_000 }).map((units) => (units / 1e6).toFixed(6))
const steps: fc.Arbitrary<Step[]> = fc
  .array(
    fc.record({
      fromS: fc.integer({ min: 1, max: 200 }),
      incrementS: fc.constantFrom(1, 6, 11, 30, 60, 7),
      unitS: fc.constantFrom(1, 60, 30, 3600),
      price,
    }),
    { minLength: 1, maxLength: 3 },
  )
  .map((list) =>
    [...new Map(list.map((step, index) => [index === 0 ? 0 : step.fromS, step])).entries()].map(([fromS, step]) => ({
      ...step,
      fromS,
    })),
  )
const clock = fc.integer({ min: 0, max: 95 }).map((quarter) => new Date(quarter * 900_000).toISOString().slice(11, 16))
const timed: fc.Arbitrary<Partial<Band>> = fc.record(
  {
    days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
    months: fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { minLength: 6 }),
    from: clock,
    to: clock,
  },
  { requiredKeys: [] },
)
const tariffs: fc.Arbitrary<Tariff> = fc.record(
  {
    bands: fc
      .tuple(fc.array(fc.tuple(timed, steps), { maxLength: 3 }), steps)
      .map(([more, base]): Band[] => [
        { steps: base, weight: 0 },
        ...more.map(([times, list], index): Band => ({ ...times, steps: list, weight: index + 1 })),
      ]),
    fee: price,
    graceS: fc.integer({ min: 0, max: 10 }),
    freeS: fc.integer({ min: 0, max: 90 }),
    minS: fc.integer({ min: 0, max: 90 }),
    maxCost: price,
    minCost: price,
    discount: fc.constantFrom('2.5', '10', '33.3333'),
    rounding: fc.constantFrom<Rounding>(...roundings),
    decimals: fc.integer({ min: 0, max: 8 }),
  },
  { requiredKeys: ['bands'] },
)
/** Around the two nights of 2025 on which clocks change in most of the zones, and anywhere else. */
const instants = fc.oneof(
  fc.integer({ min: Date.parse('2025-10-25T00:00Z'), max: Date.parse('2025-11-03T00:00Z') }),
  fc.integer({ min: Date.parse('2025-03-08T00:00Z'), max: Date.parse('2025-04-07T00:00Z') }),
)
const calls = fc.record({
  startMs: instants,
  answeredS: fc.oneof(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 90_000 })),
  leftS: fc.constantFrom(0, 0, 1, 60, 100, 5000),
})

function compiled(tariff: Tariff, zone: (typeof zones)[number]) {
  return compileTariff(tariff, { zone, scale: 6, rounding: 'half_up', decimals: 6, calendarOf: () => undefined })
}

describe('the walk', () => {
  it('gives the same on the fast path as by integers of any size', () => {
    const walk = createWalk()
    fc.assert(
      fc.property(tariffs, fc.constantFrom(...zones), calls, (tariff, zone, { startMs, answeredS, leftS }) => {
        const { shape, amounts } = compiled(tariff, zone)
        const exact = walkExactly(shape, amounts, startMs, answeredS, leftS)
        walkCall(walk, shape, Float64Array.from([0, ...amounts.map(Number)]), 1, startMs, answeredS, leftS)
        expect(walk.outcome).toBe(exact.outcome)
        if (!walk.isExact) return
        expect([BigInt(walk.amount), walk.decimals, walk.billedS, walk.includedS]).toEqual([
          exact.amount,
          exact.decimals,
          exact.billedS,
          exact.includedS,
        ])
      }),
      { numRuns: 500 },
    )
  })

  it('counts increments one by one as it does many at once', () => {
    fc.assert(
      fc.property(tariffs, fc.constantFrom(...zones), calls, (tariff, zone, { startMs, answeredS: all }) => {
        const answeredS = all % 2000
        const { shape, amounts } = compiled({ bands: tariff.bands, rounding: 'none' }, zone)
        const walked = walkExactly(shape, amounts, startMs, answeredS)
        let elapsed = 0
        let sum = 0n
        while (elapsed < answeredS) {
          const one = oneIncrement(tariff, zone.name, startMs, elapsed)
          sum += BigInt(Math.round(Number(one.price) * 1e6)) * BigInt(one.incrementS) * BigInt(3600 / one.unitS)
          elapsed += one.incrementS
        }
        const denominator = 3600n * 1_000_000n
        const wanted = (sum * 10n ** 8n * 2n + denominator) / (2n * denominator)
        expect([walked.billedS, walked.amount]).toEqual([elapsed, answeredS === 0 ? 0n : wanted])
      }),
      { numRuns: 200 },
    )
  })

  it('costs as much when a call is split at an increment, without fee and steps', () => {
    fc.assert(
      fc.property(
        fc.record({ incrementS: fc.constantFrom(1, 6, 30, 60), unitS: fc.constantFrom(1, 60), price }),
        timed,
        price,
        calls,
        fc.integer({ min: 1, max: 1000 }),
        (step, times, other, { startMs, answeredS }, at) => {
          const cut = at * step.incrementS
          fc.pre(cut < answeredS)
          const bands: Band[] = [
            { steps: [{ ...step, fromS: 0 }] },
            { ...times, weight: 1, steps: [{ ...step, fromS: 0, price: other }] },
          ]
          const { shape, amounts } = compiled({ bands, decimals: 8 }, zones[0] as (typeof zones)[number])
          // 8 digits hold every amount of these prices exactly: price x 10^-6 x increment / 60 may not, so by 60.
          const whole = walkExactly(
            shape,
            amounts.map((amount) => amount * 60n),
            startMs,
            answeredS,
          )
          const first = walkExactly(
            shape,
            amounts.map((amount) => amount * 60n),
            startMs,
            cut,
          )
          const rest = walkExactly(
            shape,
            amounts.map((amount) => amount * 60n),
            startMs + cut * 1000,
            answeredS - cut,
          )
          expect(first.amount + rest.amount).toBe(whole.amount)
          expect(first.billedS + rest.billedS).toBe(whole.billedS)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('never costs less for a longer call, and bills at least what was answered', () => {
    fc.assert(
      fc.property(tariffs, calls, fc.integer({ min: 0, max: 300 }), (tariff, { startMs, answeredS }, more) => {
        const { shape, amounts } = compiled({ ...tariff, freeS: 0 }, zones[0] as (typeof zones)[number])
        const short = walkExactly(shape, amounts, startMs, answeredS)
        const long = walkExactly(shape, amounts, startMs, answeredS + more)
        if (short.decimals === long.decimals || answeredS === 0) expect(long.amount >= short.amount).toBe(true)
        if (answeredS > (tariff.graceS ?? 0)) expect(short.billedS).toBeGreaterThanOrEqual(answeredS)
      }),
      { numRuns: 300 },
    )
  })
})

/** Another reading of d7 and d8, by Intl and one increment at a time. */
function oneIncrement(tariff: Tariff, zone: string, startMs: number, elapsed: number): Step {
  const at = startMs + elapsed * 1000
  const parts = Object.fromEntries(
    new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      weekday: 'short',
      month: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    })
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  )
  const time = `${parts['hour']}:${parts['minute']}`
  const day = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(parts['weekday'] ?? '') + 1
  const holding = tariff.bands.filter(({ days, months, from = '00:00', to = '24:00' }) => {
    const until = to === '00:00' ? '24:00' : to
    const isIn = from < until ? time >= from && time < until : from === until || time >= from || time < until
    return isIn && (days?.includes(day) ?? true) && (months?.includes(Number(parts['month'])) ?? true)
  })
  const band = holding.sort((a, b) => (b.weight ?? 0) - (a.weight ?? 0))[0]
  const step = [...(band?.steps ?? [])].sort((a, b) => b.fromS - a.fromS).find(({ fromS }) => fromS <= elapsed)
  if (!step) throw new Error('the base band holds always')
  return step
}
