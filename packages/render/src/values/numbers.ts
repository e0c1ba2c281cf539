/**
 * Python's numbers. An int is a whole JavaScript number, or a bigint where that would not be exact; a float is a
 * JavaScript number with a fraction (or none at all: inf, nan), or, being whole, a Float.
 */
export class Float {
  readonly value: number

  constructor(value: number) {
    this.value = value
  }
}

export type Numeric = number | bigint | Float

export function floatOf(value: number): number | Float {
  return Number.isInteger(value) ? new Float(value) : value
}

/** An int of any size in its own form. */
export function intOf(value: bigint): number | bigint {
  return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value
}

/** Whole numbers of JavaScript that came out of a calculation with floats. */
export function truncated(value: number): number | bigint {
  const whole = Math.trunc(value)
  if (!Number.isFinite(whole)) throw new RangeError(`${floatText(value)} is no whole number`)
  return Number.isSafeInteger(whole) ? whole + 0 : intOf(BigInt(whole))
}

export function isFloat(value: unknown): value is number | Float {
  return value instanceof Float || (typeof value === 'number' && !Number.isInteger(value))
}

export function isInteger(value: unknown): value is number | bigint {
  return typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value))
}

/** Numbers, and True and False, which are 1 and 0. */
export function numericOf(value: unknown): Numeric | undefined {
  if (typeof value === 'number' || typeof value === 'bigint' || value instanceof Float) return value
  if (typeof value === 'boolean') return value ? 1 : 0
  return undefined
}

/** As a JavaScript number, which rounds what is too large. */
export function doubleOf(value: Numeric): number {
  return value instanceof Float ? value.value : Number(value)
}

/** Where a whole number is needed. Throws TypeError. */
export function indexOf(value: unknown): number {
  const number = typeof value === 'boolean' ? Number(value) : value
  if (typeof number === 'number' && Number.isInteger(number)) return number
  if (typeof number === 'bigint') return number > 0n ? Number.MAX_SAFE_INTEGER : Number.MIN_SAFE_INTEGER
  throw new TypeError('a whole number is needed here')
}

/** The character of a code, as of `%c` and `{:c}`. Throws TypeError or RangeError for what is the code of none. */
export function characterOf(value: unknown): string {
  const code = indexOf(value)
  if (code < 0 || code > 0x10ffff) throw new RangeError('a character has a code from 0 to 1114111')
  return String.fromCodePoint(code)
}

/** As Python's repr(): the shortest digits that give the number again. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  if (Object.is(value, -0)) return '-0.0'
  const exponent = Number(value.toExponential().split('e')[1])
  if (exponent < -4 || exponent >= 16) return pythonExponent(value.toExponential())
  const text = plainDigits(value, exponent)
  return text.includes('.') ? text : `${text}.0`
}

function plainDigits(value: number, exponent: number): string {
  // JavaScript writes 0.00001 with an exponent only below 1e-6, and large ones from 1e21: in between it agrees.
  return exponent >= -6 ? String(value) : value.toFixed(20)
}

/** `1e+16`, `1e-05`: two digits at least. */
export function pythonExponent(text: string): string {
  return text.replace(/e([+-])(\d)$/, 'e$10$2')
}

export function numberText(value: Numeric): string {
  if (typeof value === 'bigint') return value.toString()
  if (value instanceof Float) return floatText(value.value)
  return Number.isInteger(value) ? String(value + 0) : floatText(value)
}

/** Ints and floats by size, exactly also where one of them is too large for a double. */
export function compareNumbers(a: Numeric, b: Numeric): number {
  const left = a instanceof Float ? a.value : a
  const right = b instanceof Float ? b.value : b
  return left < right ? -1 : left > right ? 1 : left === right || Number(left) === Number(right) ? 0 : Number.NaN
}
