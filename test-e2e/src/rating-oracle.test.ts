import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { quoteInline } from '@strowger/rating'
import type { QuoteBand, QuoteCall, QuoteTariff } from '@strowger/schema'
import { expect, it } from 'vitest'

const program = fileURLToPath(new URL('../programs/rating-oracle.py', import.meta.url))
const canRun = spawnSync('python3', ['-c', 'import zoneinfo; zoneinfo.ZoneInfo("Europe/Rome")']).status === 0
if (!canRun)
  console.warn('THE COMPARISON WITH PYTHON IS NOT DONE: no python3 with zoneinfo here (apt-get install python3 tzdata)')

const questions = 10_000

/** The same questions every time (a linear congruential generator: Numerical Recipes, 7.1). */
function createChance(seed: number) {
  let state = seed
  const next = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  return {
    next,
    one: <Item>(items: readonly Item[]): Item => items[next(items.length)] as Item,
    maybe: (percent: number) => next(100) < percent,
  }
}
type Chance = ReturnType<typeof createChance>

const clocks = ['00:00', '03:00', '07:30', '08:00', '12:00', '18:00', '19:00', '22:00', '23:30']
const prefixes = ['39', '393', '39347', '44', '']
/** Nights on which clocks change, the end of a month, and any day. */
const days = ['2025-03-29', '2025-10-25', '2025-11-01', '2025-04-05', '2025-06-30', '2025-12-31', '2025-08-15']

function price(chance: Chance): string {
  return (chance.next(1_000_000) / 1e6).toFixed(chance.one([2, 4, 6]))
}

function bandsOf(chance: Chance, prefix: string): QuoteBand[] {
  const bands: QuoteBand[] = []
  const count = 1 + chance.next(3)
  for (let weight = 0; weight < count; weight += 1) {
    const steps = 1 + chance.next(3)
    const band: Partial<QuoteBand> = weight === 0 && chance.maybe(90) ? {} : timesOf(chance)
    const rounding = chance.one(['up', 'down', 'half_up', 'half_even', 'none'])
    const decimals = chance.next(9)
    for (let step = 0; step < steps; step += 1) {
      bands.push({
        ...band,
        prefix,
        weight,
        from_interval_s: step * chance.one([20, 60]),
        increment_s: chance.one([1, 6, 11, 30, 60]),
        unit_s: chance.one([1, 30, 60, 3600]),
        price_per_unit: price(chance),
        rounding,
        decimals,
        ...(step === 0 && chance.maybe(20) ? { connect_fee: price(chance) } : {}),
      })
    }
  }
  // Two steps of one band at the same second are refused; this is of calls that have an answer.
  return bands.filter(
    (band, place) =>
      !bands
        .slice(0, place)
        .some((other) => other.weight === band.weight && other.from_interval_s === band.from_interval_s),
  )
}

function timesOf(chance: Chance): Partial<QuoteBand> {
  return {
    ...(chance.maybe(40) ? { days: chance.one([[1, 2, 3, 4, 5], [6, 7], [7], [3]]) } : {}),
    ...(chance.maybe(10) ? { months: chance.one([[3, 10], [11, 12], [8]]) } : {}),
    ...(chance.maybe(10)
      ? {
          month_days: chance.one([
            [1, 31],
            [25, 26, 29, 30],
          ]),
        }
      : {}),
    ...(chance.maybe(70) ? { from_time: chance.one(clocks), to_time: chance.one(clocks.slice(1)) } : {}),
  }
}

function question(chance: Chance): { tariff: QuoteTariff; call: QuoteCall } {
  const used = prefixes.filter(() => chance.maybe(50))
  const bands = used.flatMap((prefix) => {
    const all = bandsOf(chance, prefix)
    if (chance.maybe(80)) return all
    const day = chance.one(days)
    return all
      .map((band) => ({ ...band, [chance.one(['valid_from', 'valid_to'])]: `${day}T12:00:00Z` }))
      .filter((band, _, list) => Object.keys(band).join() === Object.keys(list[0] ?? {}).join())
  })
  const optional = (name: string, value: () => string | number, percent: number) =>
    chance.maybe(percent) ? { [name]: value() } : {}
  const time = new Date(chance.next(86_400) * 1000).toISOString().slice(11, 19)
  return {
    tariff: {
      connect_fee: chance.maybe(50) ? '0' : price(chance),
      zone: chance.one(['Europe/Rome', 'UTC', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata']),
      ...optional('grace_s', () => chance.next(10), 20),
      ...optional('free_s', () => chance.next(90), 15),
      ...optional('min_s', () => chance.next(90), 15),
      ...optional('max_cost', () => price(chance), 10),
      ...optional('min_cost', () => price(chance), 10),
      bands,
    },
    call: {
      start: `${chance.one(days)}T${time}Z`,
      duration_s: chance.maybe(5) ? 0 : chance.maybe(90) ? chance.next(400) : chance.next(5000),
      destination: chance.one(['393471234567', '+39021234567', '442079460000']),
      ...optional('bundle_seconds_left', () => chance.next(300), 15),
    },
  }
}

it.skipIf(!canRun)(`prices ${questions} calls as Python's decimal does, to the last digit`, () => {
  const chance = createChance(20_251_111)
  const asked = Array.from({ length: questions }, () => question(chance))
  const { stdout, stderr, status } = spawnSync('python3', [program], {
    input: `${asked.map((one) => JSON.stringify(one)).join('\n')}\n`,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  expect(stderr).toBe('')
  expect(status).toBe(0)
  const answers = stdout
    .trim()
    .split('\n')
    .map((line): { cost: string | null; billed_s: number; error: string | null } => JSON.parse(line))
  expect(answers).toHaveLength(questions)
  let priced = 0
  answers.forEach((answer, place) => {
    const { tariff, call } = asked[place] as (typeof asked)[number]
    const ours = quoteInline(tariff, call)
    if (ours.cost !== null && ours.cost !== '0') priced += 1
    const theirs = { ...answer, cost: answer.cost === null ? null : shortest(answer.cost) }
    expect(
      { cost: ours.cost, billed_s: ours.billed_s, error: ours.error ?? null },
      JSON.stringify({ tariff, call }),
    ).toEqual(theirs)
  })
  // The questions are worth asking: most have a price.
  expect(priced).toBeGreaterThan(questions / 2)
})

/** `0.0200` is `0.02`, `-0` is `0`. */
function shortest(text: string): string {
  const short = text.includes('.') ? text.replace(/\.?0+$/, '') : text
  return short === '-0' ? '0' : short
}
