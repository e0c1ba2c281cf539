import type { CompiledDeck } from './compiled-deck.ts'
import type { Reason } from './reason.ts'
import { createWalk, walkCall } from './walk.ts'
import { type ExplainedStep, walkExactly } from './walk-exactly.ts'

/** A call as a deck sees it. */
export interface PricedCall {
  called: string
  caller: string
  atMs: number
  answeredS: number
}

/** What a deck, or a chain of them, makes of a call. Written over by the next. */
export interface DeckPrice {
  reason: Reason | ''
  deck: CompiledDeck | undefined
  row: number
  /** Integer at `decimals` digits. */
  amount: number
  decimals: number
  billedS: number
  includedS: number
}

export function createDeckPrice(): DeckPrice {
  return { reason: '', deck: undefined, row: -1, amount: 0, decimals: 0, billedS: 0, includedS: 0 }
}

const walk = createWalk()

/** Finds the deck and the row: the first deck that has one, or the one with the longest prefix over all. */
export function findPrice(
  price: DeckPrice,
  decks: readonly CompiledDeck[],
  call: PricedCall,
  longestOverAll: boolean,
): void {
  price.reason = 'no_rate'
  price.deck = undefined
  price.row = -1
  price.amount = 0
  price.decimals = 0
  price.billedS = 0
  price.includedS = 0
  let longest = -1
  for (const deck of decks) {
    const row = deck.find(call.called, call.caller, call.atMs)
    if (row < 0) continue
    const length = deck.prefixLength(row)
    if (length <= longest) continue
    longest = length
    price.deck = deck
    price.row = row
    price.reason = deck.isClosed(row) ? 'destination_closed' : ''
    if (!longestOverAll) return
  }
}

/** Prices the call by the row that was found. `leftS` and `isWhole` as of `walkCall`. */
export function priceCall(price: DeckPrice, call: PricedCall, leftS = 0, isWhole = false): void {
  const { deck, row } = price
  if (deck === undefined || price.reason !== '') return
  const shape = deck.shapeOf(row)
  const base = deck.baseOf(row)
  walkCall(walk, shape, deck.amounts, base, call.atMs, call.answeredS, leftS, isWhole)
  if (walk.outcome !== 'ok') {
    price.reason = 'no_rate'
    return
  }
  price.billedS = walk.billedS
  price.includedS = walk.includedS
  price.decimals = walk.decimals
  price.amount = walk.isExact ? walk.amount : slowAmount(deck, row, call, leftS, isWhole)
  if (!Number.isSafeInteger(price.amount)) price.reason = 'limit_exceeded'
}

/** A sum that left the exact integers: done again by those of any size. What does not fit then is refused. */
function slowAmount(deck: CompiledDeck, row: number, call: PricedCall, leftS: number, isWhole: boolean): number {
  return Number(explainRow(deck, row, call, leftS, isWhole).amount)
}

/** The walk of a row with its steps. */
export function explainRow(deck: CompiledDeck, row: number, call: PricedCall, leftS = 0, isWhole = false) {
  const shape = deck.shapeOf(row)
  const base = deck.baseOf(row)
  const amounts = Array.from(deck.amounts.subarray(base, base + shape.slots), BigInt)
  const walked = walkExactly(shape, amounts, call.atMs, call.answeredS, leftS, isWhole)
  const prefix = deck.prefixOf(row)
  const steps: ExplainedStep[] = [
    { step: 'row', text: `Deck ${deck.settings.id}: prefix ${prefix || '(every number)'}, row ${row}` },
    ...walked.steps,
  ]
  return { ...walked, steps }
}
