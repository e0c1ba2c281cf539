import { textFrom, unitsFrom } from './amount.ts'
import type { CompiledDeck } from './compiled-deck.ts'
import { type CurrencyRates, converted, type FoundRate } from './currency.ts'
import { priceOf } from './minute-price.ts'
import { finished, rowsOfPart } from './parts.ts'
import { storedDigits } from './rounding.ts'

export interface MarginQuestion {
  /** Decks of a plan, in the order in which they are asked. */
  readonly income: readonly CompiledDeck[]
  readonly longestOverAll?: boolean
  readonly costs: readonly { readonly vendor: string; readonly decks: readonly CompiledDeck[] }[]
  readonly atMs: number
  /** Least that a minute must earn: decimal text in `currency`. */
  readonly minimumMargin: string
  readonly currency: string
  /** Rates, and the day by which they go (since 1970-01-01). */
  readonly rates: CurrencyRates
  readonly day: number
}

export interface MarginGaps {
  /** Prefixes times vendors that have a price on both sides. */
  readonly compared: number
  readonly gapCount: number
  /** The worst first, at most `limit`. */
  readonly gaps: readonly MarginGap[]
  /** Currencies without a rate: what is priced in them was not compared. */
  readonly missing: readonly string[]
}

export interface MarginGap {
  readonly prefix: string
  readonly vendor: string
  /** Of a call of one minute, in `currency`; decimal texts. */
  readonly income: string
  readonly cost: string
  readonly margin: string
}

/**
 * Every prefix, of either side, for which a minute earns less than it costs with the least margin: what must be seen
 * before a deck goes live.
 */
export function marginGaps(question: MarginQuestion, limit: number): MarginGaps {
  return finished(marginGapsInParts(question, limit))
}

/** As `marginGaps`, a part of a few milliseconds at a time. */
export function* marginGapsInParts(question: MarginQuestion, limit: number): Generator<void, MarginGaps> {
  const { income, costs, atMs, currency, rates, day, longestOverAll = false } = question
  const least = unitsFrom(question.minimumMargin, storedDigits)
  const missing = new Set<string>()
  const gaps: { gap: MarginGap; margin: bigint }[] = []
  let compared = 0
  const inCurrency = (decks: readonly CompiledDeck[], prefix: string, isLongest: boolean): bigint | null => {
    const price = priceOf(decks, { called: prefix, caller: '', atMs, answeredS: 60 }, isLongest)
    if (price === null) return null
    const own = price.found.deck?.settings.currency ?? currency
    if (own === currency) return price.units
    const rate: FoundRate | undefined = rates.find(own, currency, day)
    if (rate === undefined) {
      missing.add(own)
      return null
    }
    return converted(price.units, storedDigits, rate, storedDigits)
  }
  let looked = 0
  for (const prefix of prefixesOf([...income, ...costs.flatMap(({ decks }) => decks)])) {
    looked += 1
    if (looked % rowsOfPart === 0) yield
    const earned = inCurrency(income, prefix, longestOverAll)
    if (earned === null) continue
    for (const { vendor, decks } of costs) {
      const paid = inCurrency(decks, prefix, false)
      if (paid === null) continue
      compared += 1
      const margin = earned - paid
      if (margin >= least) continue
      const text = (units: bigint): string => textFrom(units, storedDigits)
      gaps.push({ gap: { prefix, vendor, income: text(earned), cost: text(paid), margin: text(margin) }, margin })
    }
  }
  gaps.sort((a, b) => (a.margin < b.margin ? -1 : a.margin > b.margin ? 1 : a.gap.prefix < b.gap.prefix ? -1 : 1))
  return { compared, gapCount: gaps.length, gaps: gaps.slice(0, limit).map(({ gap }) => gap), missing: [...missing] }
}

/** Each once. */
function* prefixesOf(decks: readonly CompiledDeck[]): Generator<string> {
  const told = new Set<string>()
  for (const deck of decks) {
    for (let row = 0; row < deck.rows; row += 1) {
      const prefix = deck.prefixOf(row)
      if (told.has(prefix)) continue
      told.add(prefix)
      yield prefix
    }
  }
}
