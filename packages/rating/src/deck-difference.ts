import { textFrom } from './amount.ts'
import type { CompiledDeck } from './compiled-deck.ts'
import { priceOf } from './minute-price.ts'
import { storedDigits } from './rounding.ts'

export type DeckChange = 'new' | 'gone' | 'dearer' | 'cheaper' | 'changed' | 'closed' | 'opened'

export interface DeckDifference {
  readonly counts: Readonly<Record<DeckChange | 'same', number>>
  /** In order of prefixes, the first `limit` of them. */
  readonly changes: readonly DeckDifferenceLine[]
}

export interface DeckDifferenceLine {
  readonly prefix: string
  readonly origin: string
  readonly change: DeckChange
  /** Cost of a call of one minute at the instant (decimal text), before and after; null where there is no price. */
  readonly before: string | null
  readonly after: string | null
}

/**
 * What a new deck changes for calls at an instant, for every prefix that either has. A prefix that one deck has not
 * itself is priced there by the shorter one that calls would find: so `new` and `gone` say what becomes of the calls.
 */
export function compareDecks(live: CompiledDeck, next: CompiledDeck, atMs: number, limit: number): DeckDifference {
  const counts: Record<DeckChange | 'same', number> = {
    same: 0,
    new: 0,
    gone: 0,
    dearer: 0,
    cheaper: 0,
    changed: 0,
    closed: 0,
    opened: 0,
  }
  const changes: DeckDifferenceLine[] = []
  for (const [prefix, origin] of placesOf(live, next)) {
    const before = ownRow(live, prefix, origin, atMs)
    const after = ownRow(next, prefix, origin, atMs)
    if (before < 0 && after < 0) continue
    const [old, young] = [minute(live, prefix, origin, atMs), minute(next, prefix, origin, atMs)]
    const change = changeOf(live, next, before, after, old, young)
    counts[change] += 1
    if (change !== 'same' && changes.length < limit)
      changes.push({ prefix, origin, change, before: shown(old), after: shown(young) })
  }
  return { counts, changes }
}

function changeOf(
  live: CompiledDeck,
  next: CompiledDeck,
  before: number,
  after: number,
  old: bigint | null,
  young: bigint | null,
): DeckChange | 'same' {
  if (before < 0) return 'new'
  if (after < 0) return 'gone'
  const [wasClosed, isClosed] = [live.isClosed(before), next.isClosed(after)]
  if (wasClosed !== isClosed) return isClosed ? 'closed' : 'opened'
  if (old !== null && young !== null && old !== young) return young > old ? 'dearer' : 'cheaper'
  return isSameTariff(live, next, before, after) ? 'same' : 'changed'
}

/** By form and amounts: the price of a minute may be the same where increments are not. */
function isSameTariff(live: CompiledDeck, next: CompiledDeck, before: number, after: number): boolean {
  return JSON.stringify(live.rowAt(before).tariff) === JSON.stringify(next.rowAt(after).tariff)
}

function placesOf(live: CompiledDeck, next: CompiledDeck): readonly (readonly [prefix: string, origin: string])[] {
  const places = new Map<string, readonly [string, string]>()
  for (const deck of [live, next]) {
    const { origin, origins } = deck.columns
    for (let row = 0; row < deck.rows; row += 1) {
      const prefix = deck.prefixOf(row)
      const from = origins[origin[row] as number] as string
      places.set(from === '' ? prefix : `${prefix}<${from}`, [prefix, from])
    }
  }
  return [...places.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, place]) => place)
}

function ownRow(deck: CompiledDeck, prefix: string, origin: string, atMs: number): number {
  const row = deck.find(prefix, origin, atMs)
  if (row < 0 || deck.prefixLength(row) !== prefix.length) return -1
  const { columns } = deck
  return columns.origins[columns.origin[row] as number] === origin ? row : -1
}

function minute(deck: CompiledDeck, prefix: string, origin: string, atMs: number): bigint | null {
  return priceOf([deck], { called: prefix, caller: origin, atMs, answeredS: 60 })?.units ?? null
}

function shown(units: bigint | null): string | null {
  return units === null ? null : textFrom(units, storedDigits)
}
