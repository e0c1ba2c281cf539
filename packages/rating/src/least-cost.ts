import { textFrom, unitsFrom } from './amount.ts'
import type { CompiledDeck } from './compiled-deck.ts'
import { type CurrencyRates, converted } from './currency.ts'
import { createDeckPrice, findPrice, priceCall } from './price-deck.ts'
import type { Reason } from './reason.ts'
import { storedDigits } from './rounding.ts'

export interface RouteCandidate {
  readonly vendor: string
  readonly decks: readonly CompiledDeck[]
  /** Of equal costs the higher weight goes first, then the higher quality, then the id. */
  readonly weight?: number
  readonly quality?: number
  readonly isBlocked?: boolean
}

export interface LeastCostQuestion {
  readonly candidates: readonly RouteCandidate[]
  /** Digits, as calls are rated: the ported form where there is one. */
  readonly number: string
  readonly caller?: string
  readonly atMs: number
  /** How long calls are, and how many of each: of a customer's own histogram, or three lengths of one each. */
  readonly durations: readonly { readonly seconds: number; readonly calls: number }[]
  readonly currency: string
  readonly rates: CurrencyRates
  readonly day: number
  /** What such calls earn, and the least that must be left: candidates below are dropped. */
  readonly income?: readonly CompiledDeck[]
  readonly minimumMargin?: string
}

export interface Route {
  readonly vendor: string
  readonly prefix: string
  /** Expected cost of a call, decimal text in `currency`: the mean over the durations, rounded half up at 8 digits. */
  readonly expected: string
  readonly costs: readonly { readonly seconds: number; readonly cost: string }[]
}

export interface DroppedRoute {
  readonly vendor: string
  readonly reason: Reason | 'blocked' | 'below_margin'
}

/** Vendors by what calls really cost with their fees and increments (d14), the cheapest first; and who is out, and why. */
export function leastCost(question: LeastCostQuestion): { routes: readonly Route[]; dropped: readonly DroppedRoute[] } {
  const { durations } = question
  const calls = durations.reduce((sum, one) => sum + BigInt(one.calls), 0n)
  if (calls <= 0n) throw new RangeError('there must be one call of some duration at least')
  const mean = (costs: readonly bigint[]): bigint =>
    durations.reduce((sum, one, place) => sum + (costs[place] ?? 0n) * BigInt(one.calls), 0n)
  const earned = question.income === undefined ? undefined : costsOf(question, question.income)
  const least = unitsFrom(question.minimumMargin ?? '0', storedDigits) * calls
  const routes: { route: Route; candidate: RouteCandidate; total: bigint }[] = []
  const dropped: DroppedRoute[] = []
  for (const candidate of question.candidates) {
    const found = candidate.isBlocked === true ? 'blocked' : costsOf(question, candidate.decks)
    if (typeof found === 'string') {
      dropped.push({ vendor: candidate.vendor, reason: found })
      continue
    }
    const total = mean(found.costs)
    if (typeof earned === 'object' && mean(earned.costs) - total < least) {
      dropped.push({ vendor: candidate.vendor, reason: 'below_margin' })
      continue
    }
    const costs = durations.map(({ seconds }, place) => ({
      seconds,
      cost: textFrom(found.costs[place] ?? 0n, storedDigits),
    }))
    const expected = textFrom((total * 2n + calls) / (2n * calls), storedDigits)
    routes.push({ route: { vendor: candidate.vendor, prefix: found.prefix, expected, costs }, candidate, total })
  }
  routes.sort((a, b) => {
    if (a.total !== b.total) return a.total < b.total ? -1 : 1
    const [left, right] = [a.candidate, b.candidate]
    return (
      (right.weight ?? 0) - (left.weight ?? 0) ||
      (right.quality ?? 0) - (left.quality ?? 0) ||
      (left.vendor < right.vendor ? -1 : 1)
    )
  })
  return { routes: routes.map(({ route }) => route), dropped }
}

const price = createDeckPrice()

/** Cost of each duration, integers at 8 digits of the currency asked for; or why there is none. */
function costsOf(
  question: LeastCostQuestion,
  decks: readonly CompiledDeck[],
): { costs: readonly bigint[]; prefix: string } | Reason {
  const { number, caller = '', atMs, currency, rates, day } = question
  const costs: bigint[] = []
  let prefix = ''
  for (const { seconds } of question.durations) {
    const call = { called: number, caller, atMs, answeredS: seconds }
    findPrice(price, decks, call, false)
    priceCall(price, call)
    if (price.reason !== '' || price.deck === undefined) return price.reason === '' ? 'no_rate' : price.reason
    prefix = price.deck.prefixOf(price.row)
    const rate = rates.find(price.deck.settings.currency, currency, day)
    if (rate === undefined) return 'currency_missing'
    costs.push(converted(BigInt(price.amount), price.decimals, rate, storedDigits))
  }
  return { costs, prefix }
}
