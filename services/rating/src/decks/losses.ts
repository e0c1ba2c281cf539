import { type CompiledDeck, createCurrencyRates, marginGapsInParts } from '@strowger/rating'
import type { Tariffs } from '../configuration/compose.ts'

export interface Losses {
  readonly losses: number
  readonly lossExamples: { prefix: string; vendor: string; income: string; cost: string }[]
}

const shown = 100

/** Prefixes that would be sold for less than they cost and the least margin, if this deck were live; in parts. */
export function* lossesWith(
  { tariffs, decks }: { tariffs: Tariffs; decks: ReadonlyMap<string, CompiledDeck> },
  id: string,
  next: CompiledDeck,
  atMs: number,
): Generator<void, Losses> {
  const deckOf = (name: string) => (name === id ? next : decks.get(name))
  const present = (names: readonly string[]) => names.flatMap((name) => deckOf(name) ?? [])
  const holdsNow = ({ fromMs, toMs }: { fromMs: number; toMs: number }) => atMs >= fromMs && atMs < toMs
  const vendors = tariffs.vendors.map((vendor) => ({
    vendor: vendor.id.slice(vendor.id.indexOf('/') + 1),
    names: vendor.decks.filter(holdsNow).flatMap(({ value }) => value),
  }))
  const isCost = vendors.some(({ names }) => names.includes(id))
  const rates = createCurrencyRates(tariffs.rates)
  let losses = 0
  const lossExamples: Losses['lossExamples'] = []
  for (const plan of tariffs.plans) {
    const names = plan.decks.filter(({ direction = 'outgoing' }) => direction === 'outgoing').map(({ deck }) => deck)
    if (!isCost && !names.includes(id)) continue
    const { gapCount, gaps } = yield* marginGapsInParts(
      {
        income: present(names),
        costs: vendors.map(({ vendor, names: costs }) => ({ vendor, decks: present(costs) })),
        atMs,
        minimumMargin: plan.minimumMargin ?? '0',
        currency: plan.currency,
        rates,
        day: Math.floor(atMs / 86_400_000),
        ...(plan.longestOverAll === undefined ? {} : { longestOverAll: plan.longestOverAll }),
      },
      shown,
    )
    losses += gapCount
    for (const { prefix, vendor, income, cost } of gaps) {
      if (lossExamples.length < shown) lossExamples.push({ prefix, vendor, income, cost })
    }
  }
  return { losses, lossExamples }
}
