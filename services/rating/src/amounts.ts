import { decimalFrom, rescaled, textFrom } from '@strowger/rating'

/** Digits after the point of amounts as the database has them. */
const storedDigits = 8

/** A decimal text as the database has it: whole numbers of 0.00000001. @throws AmountFault */
export function amountOf(text: string): bigint {
  const { units, scale } = decimalFrom(text)
  return rescaled(units, scale, storedDigits)
}

/** The decimal text of an amount of the database. */
export function amountText(stored: string | number | bigint | null): string | null {
  return stored === null ? null : textFrom(BigInt(stored), storedDigits)
}
