import { textFrom } from './amount.ts'
import type { CompiledDeck } from './compiled-deck.ts'
import { priceOf } from './minute-price.ts'
import { finished, rowsOfPart } from './parts.ts'
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
  return finished(compareDecksInParts(live, next, atMs, limit))
}

/** As `compareDecks`, a part of a few milliseconds at a time. */
export function* compareDecksInParts(
  live: CompiledDeck,
  next: CompiledDeck,
  atMs: number,
  limit: number,
): Generator<void, DeckDifference> {
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
  const first = createFirst(limit)
  const isSame = tariffComparison(live, next)

  function changeOf(place: Place, before: number, after: number): DeckChange | 'same' {
    if (before < 0) return 'new'
    if (after < 0) return 'gone'
    const [wasClosed, isClosed] = [live.isClosed(before), next.isClosed(after)]
    if (wasClosed !== isClosed) return isClosed ? 'closed' : 'opened'
    if (isSame(before, after)) return 'same'
    const [old, young] = [minute(live, place, atMs), minute(next, place, atMs)]
    // The price of a minute may be the same where increments are not.
    if (old === null || young === null || old === young) return 'changed'
    return young > old ? 'dearer' : 'cheaper'
  }

  function compare(prefix: string, origin: string, before: number, after: number): void {
    const change = changeOf({ prefix, origin }, before, after)
    counts[change] += 1
    if (change !== 'same') first.put({ prefix, origin, change })
  }

  yield* eachPlace(next, atMs, (prefix, origin, row) =>
    compare(prefix, origin, ownRow(live, prefix, origin, atMs), row),
  )
  yield* eachPlace(live, atMs, (prefix, origin, row) => {
    if (ownRow(next, prefix, origin, atMs) < 0) compare(prefix, origin, row, -1)
  })
  const changes = first.list().map((place) => ({
    ...place,
    before: shown(minute(live, place, atMs)),
    after: shown(minute(next, place, atMs)),
  }))
  return { counts, changes }
}

interface Place {
  readonly prefix: string
  readonly origin: string
}
type Changed = Place & { readonly change: DeckChange }

/** Calls back for each prefix, with origin, that a deck has at an instant, and the row that counts. */
function* eachPlace(
  deck: CompiledDeck,
  atMs: number,
  take: (prefix: string, origin: string, row: number) => void,
): Generator<void> {
  const { origin, origins } = deck.columns
  for (let row = 0; row < deck.rows; row += 1) {
    const prefix = deck.prefixOf(row)
    const from = origins[origin[row] as number] as string
    if (ownRow(deck, prefix, from, atMs) === row) take(prefix, from, row)
    if (row % rowsOfPart === rowsOfPart - 1) yield
  }
}

function ownRow(deck: CompiledDeck, prefix: string, origin: string, atMs: number): number {
  const row = deck.find(prefix, origin, atMs)
  if (row < 0 || deck.prefixLength(row) !== prefix.length) return -1
  const { columns } = deck
  return columns.origins[columns.origin[row] as number] === origin ? row : -1
}

/** Keeps the first of all that are put, in the order of prefixes and origins. */
function createFirst(limit: number) {
  let kept: Changed[] = []
  const cut = () => {
    kept.sort((one, other) => (comesBefore(one, other) ? -1 : 1))
    kept = kept.slice(0, limit)
  }
  let last: Changed | undefined
  return {
    put(place: Changed): void {
      if (last !== undefined && !comesBefore(place, last)) return
      kept.push(place)
      if (kept.length < 2 * limit + 16) return
      cut()
      last = kept.at(-1)
    },
    list(): readonly Changed[] {
      cut()
      return kept
    },
  }
}

function comesBefore(one: Place, other: Place): boolean {
  return one.prefix < other.prefix || (one.prefix === other.prefix && one.origin < other.origin)
}

/** Whether rows of two decks have the same tariff, without writing down that of each of 300,000 rows. */
function tariffComparison(live: CompiledDeck, next: CompiledDeck): (before: number, after: number) => boolean {
  const isAround = surroundingsOf(live) === surroundingsOf(next)
  const [formsBefore, formsAfter] = [formsOf(live), formsOf(next)]
  return (before, after) => {
    if (!isAround) return false
    const [old, young] = [live.columns.shape[before] as number, next.columns.shape[after] as number]
    if (formsBefore[old] !== formsAfter[young]) return false
    const [oldBase, youngBase] = [live.baseOf(before), next.baseOf(after)]
    for (let slot = 0; slot < next.shapeOf(after).slots; slot += 1) {
      if (live.amounts[oldBase + slot] !== next.amounts[youngBase + slot]) return false
    }
    return true
  }
}

function formsOf({ columns }: CompiledDeck): readonly string[] {
  return columns.shapes.map(({ template }) => JSON.stringify(template))
}

/** What beside its rows makes the prices of a deck. */
function surroundingsOf({ settings }: CompiledDeck): string {
  const { id: _, name: _name, ...rest } = settings
  return JSON.stringify(rest)
}

function minute(deck: CompiledDeck, { prefix, origin }: Place, atMs: number): bigint | null {
  return priceOf([deck], { called: prefix, caller: origin, atMs, answeredS: 60 })?.units ?? null
}

function shown(units: bigint | null): string | null {
  return units === null ? null : textFrom(units, storedDigits)
}
