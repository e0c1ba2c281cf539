import { realPrefixes } from './real-prefixes.ts'

/** Decks and calls as a company of 5,000 customers in Italy has them, the same in every run. */
export const organisations = 5_000
export const extensionsEach = 10
export const extensionOf = (number: number) => String(1_000_000 + number)

/** Numerical Recipes, 7.1. */
function createChance(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** Nearly a normal distribution: mean 0, variance 1. */
function normalOf(chance: () => number): number {
  let sum = -6
  for (let term = 0; term < 12; term += 1) sum += chance()
  return sum
}

const home = '39'
const nearby = ['1', '31', '32', '33', '34', '40', '41', '43', '44', '49']

/** Prefixes of libphonenumber’s tables and country codes; North America’s by one digit more until there are so many. */
export function deckPrefixes(rows: number): string[] {
  const real = [...realPrefixes().keys()]
  const every = Math.max(1, Math.ceil(real.length / rows))
  const prefixes = new Set([home, ...nearby, ...real.filter((_, place) => place % every === 0)])
  for (const prefix of real) {
    if (!prefix.startsWith('1')) continue
    for (let digit = 0; digit <= 9 && prefixes.size < rows; digit += 1) prefixes.add(`${prefix}${digit}`)
  }
  return [...prefixes]
}

/** Columns of `deckCsv`. */
export const deckMapping = { columns: { prefix: 1, price: 2, offPeakPrice: 3, increments: 4, fee: 5 } } as const

const incrementsOf = (prefix: string, place: number) =>
  prefix.startsWith('1')
    ? '6/6'
    : prefix.startsWith('52')
      ? '60/60'
      : (['1/1', '1/1', '1/1', '30/6', '60/1'][place % 5] ?? '1/1')

/** Prices log-normal, off-peak on a fifth of the rows, a fee on one in twelve, increments by region. */
export function deckCsv(prefixes: readonly string[], seed: number, factor: number): string {
  const chance = createChance(seed)
  const lines = prefixes.map((prefix, place) => {
    const price = Math.exp(normalOf(chance) * 0.8 - 3.5) * factor
    const offPeak = place % 5 === 0 ? (price * 0.6).toFixed(6) : ''
    return `${prefix},${price.toFixed(6)},${offPeak},${incrementsOf(prefix, place)},${place % 12 === 0 ? '0.01' : ''}`
  })
  return lines.join('\n')
}

export interface GeneratedCall {
  readonly startMs: number
  readonly ringMs: number
  /** 0: not answered. */
  readonly talkMs: number
  readonly disposition: string
  /** Index of the extension, for `extensionOf`. */
  readonly caller: number
  /** As it was dialled. */
  readonly called: string
}

/** Of each hundred calls that were not answered. */
const unanswered = [
  { upTo: 22 / 38, disposition: 'NO ANSWER' },
  { upTo: 31 / 38, disposition: 'BUSY' },
  { upTo: 37 / 38, disposition: 'FAILED' },
  { upTo: 1, disposition: 'CONGESTION' },
]

/**
 * Calls in the order of their starts, by the hours of a working week; extensions by Zipf’s law (1.1), 70 % of the
 * destinations national, 20 % mobile, 8 % in ten countries, 2 % anywhere; 62 % answered, for 75 s in the median.
 */
export function* trafficOf(given: {
  calls: number
  fromMs: number
  days: number
  seed: number
  prefixes: readonly string[]
}): Generator<GeneratedCall> {
  const { calls, fromMs, days, seed, prefixes } = given
  const chance = createChance(seed)
  const callerOf = createZipf(organisations * extensionsEach, 1.1)
  const timeOf = createWeek(fromMs, days)
  const destinationOf = createDestinations(prefixes)
  for (let call = 0; call < calls; call += 1) {
    const isAnswered = chance() < 0.62
    const ringMs = Math.round(-2_000 * Math.log((1 - chance()) * (1 - chance()) * (1 - chance())))
    const share = chance()
    yield {
      startMs: timeOf((call + chance()) / calls),
      ringMs,
      talkMs: isAnswered ? Math.ceil(75 * Math.exp(1.32 * normalOf(chance))) * 1_000 : 0,
      disposition: isAnswered ? 'ANSWERED' : (unanswered.find(({ upTo }) => share <= upTo)?.disposition ?? 'BUSY'),
      caller: callerOf(chance()),
      called: destinationOf(chance),
    }
  }
}

/** A rank drawn by Zipf’s law, and scattered, so that the busy ones are not neighbours. */
function createZipf(size: number, exponent: number): (share: number) => number {
  const sums = new Float64Array(size)
  let sum = 0
  for (let rank = 1; rank <= size; rank += 1) {
    sum += rank ** -exponent
    sums[rank - 1] = sum
  }
  return (share) => (firstAbove(sums, share * sum) * 7_919) % size
}

/** Weight of an hour: a working day from eight to six, little at night, less on Saturday and Sunday. */
function weightOf(atMs: number): number {
  const at = new Date(atMs)
  const hour = at.getUTCHours()
  const ofDay = hour >= 8 && hour < 18 ? 10 : hour >= 6 && hour < 22 ? 3 : 0.4
  return at.getUTCDay() % 6 === 0 ? ofDay * 0.25 : ofDay
}

const hourMs = 3_600_000

/** The instant by which so great a share of the calls has begun. */
function createWeek(fromMs: number, days: number): (share: number) => number {
  const sums = new Float64Array(days * 24)
  let sum = 0
  for (let hour = 0; hour < sums.length; hour += 1) {
    sum += weightOf(fromMs + hour * hourMs)
    sums[hour] = sum
  }
  return (share) => {
    const hour = firstAbove(sums, share * sum)
    const before = hour === 0 ? 0 : (sums[hour - 1] ?? 0)
    const within = (share * sum - before) / ((sums[hour] ?? 0) - before)
    return fromMs + hour * hourMs + Math.floor(within * hourMs)
  }
}

function createDestinations(prefixes: readonly string[]): (chance: () => number) => string {
  const mobile = prefixes.filter((prefix) => prefix.startsWith('393'))
  const national = prefixes.filter((prefix) => prefix.startsWith('390'))
  const abroad = nearby.map((code) => prefixes.filter((prefix) => prefix.startsWith(code)))
  const pick = <Item>(items: readonly Item[], share: number) => items[Math.floor(share * items.length)]
  return (chance) => {
    const kind = chance()
    const among = kind < 0.7 ? national : kind < 0.9 ? mobile : kind < 0.98 ? pick(abroad, chance()) : prefixes
    const prefix = pick(among ?? prefixes, chance()) ?? home
    const left = Math.max(3, 12 - prefix.length)
    const number = prefix + String(Math.floor(chance() * 10 ** left)).padStart(left, '0')
    // At home nobody dials the code of the country; what begins with 00 would then be a call abroad.
    return number.startsWith(home) ? number.slice(home.length).replace(/^00/, '01') : `00${number}`
  }
}

/** Index of the first of growing numbers that is above this one. */
function firstAbove(sums: Float64Array, wanted: number): number {
  let [low, high] = [0, sums.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sums[middle] ?? 0) > wanted) high = middle
    else low = middle + 1
  }
  return low
}
