import type { CompiledDeck } from './compiled-deck.ts'
import { createDeckPrice, type DeckPrice, findPrice, priceCall } from './price-deck.ts'
import { powerOfTen, storedDigits } from './rounding.ts'

const price = createDeckPrice()

/** What a call of some seconds costs by a chain of decks; null where it has no price. Integer at 8 digits. */
export function priceOf(
  decks: readonly CompiledDeck[],
  call: { called: string; caller: string; atMs: number; answeredS: number },
  longestOverAll = false,
): { units: bigint; found: DeckPrice } | null {
  findPrice(price, decks, call, longestOverAll)
  priceCall(price, call)
  if (price.reason !== '') return null
  const units = price.amount * powerOfTen(storedDigits - price.decimals)
  const isExact = Number.isSafeInteger(units)
  return {
    units: isExact ? BigInt(units) : BigInt(price.amount) * 10n ** BigInt(storedDigits - price.decimals),
    found: price,
  }
}
