/** How an exact amount becomes one of so many digits. Each mode acts on the absolute value; the sign is kept. */
export type Rounding = 'up' | 'down' | 'half_up' | 'half_even' | 'none'

export const roundings: readonly Rounding[] = ['up', 'down', 'half_up', 'half_even', 'none']

/** The digits that can be stored (NUMERIC(20,8)); `none` keeps this many, rounded half up where the exact value has more. */
export const storedDigits = 8

const powers = Float64Array.from({ length: 23 }, (_, digits) => Number(10n ** BigInt(digits)))

/** As `10 ** digits`, which asks the mathematics library each time. */
export function powerOfTen(digits: number): number {
  return powers[digits] ?? 10 ** digits
}

/** `numerator / denominator` (denominator > 0) as an integer. */
export function roundRatio(numerator: bigint, denominator: bigint, rounding: Rounding): bigint {
  const isNegative = numerator < 0n
  const size = isNegative ? -numerator : numerator
  const quotient = size / denominator
  const rest = size - quotient * denominator
  const rounded = quotient + (goesUp(quotient, rest, denominator, rounding) ? 1n : 0n)
  return isNegative ? -rounded : rounded
}

function goesUp(quotient: bigint, rest: bigint, denominator: bigint, rounding: Rounding): boolean {
  if (rest === 0n || rounding === 'down') return false
  if (rounding === 'up') return true
  const twice = rest * 2n
  if (twice !== denominator) return twice > denominator
  return rounding !== 'half_even' || quotient % 2n === 1n
}

/** As `roundRatio`, for integers below 2^53: the fast path, exact because nothing here leaves that range. */
export function roundSafeRatio(numerator: number, denominator: number, rounding: Rounding): number {
  const size = Math.abs(numerator)
  const rest = size % denominator
  let rounded = (size - rest) / denominator
  if (rest !== 0 && rounding !== 'down') {
    const toNext = denominator - rest
    if (rounding === 'up' || rest > toNext || (rest === toNext && (rounding !== 'half_even' || rounded % 2 === 1))) {
      rounded += 1
    }
  }
  return numerator < 0 ? -rounded : rounded
}

export function isRounding(text: string): text is Rounding {
  return (roundings as readonly string[]).includes(text)
}
