import { negated } from '../values/arithmetic.ts'
import { doubleOf, Float, floatOf, intOf, isFloat, numericOf, truncated } from '../values/numbers.ts'
import { kindOf } from '../values/python-values.ts'
import { type Filter, filter } from './filter.ts'

const digits = '0123456789abcdefghijklmnopqrstuvwxyz'
const maxDigits = 400

/** Python's int(text, base): with signs, underscores and the base's own prefix. Undefined for what is no number. */
function parsedInteger(text: string, base: number): number | bigint | undefined {
  const [, minus, front = '', body = ''] =
    /^([+-])?(0[xob])?([0-9a-z]+(?:_[0-9a-z]+)*)$/.exec(text.trim().toLowerCase()) ?? []
  const own = { '0x': 16, '0o': 8, '0b': 2 }[front]
  const isOwn = own === undefined || own === base || base === 0
  const radix = base === 0 ? (own ?? 10) : base
  // `0b1` is also a number of base 16.
  const all = (isOwn ? body : front + body).replaceAll('_', '')
  if (all === '' || all.length > maxDigits) return undefined
  let value = 0n
  for (const character of all) {
    const digit = digits.indexOf(character)
    if (digit >= radix) return undefined
    value = value * BigInt(radix) + BigInt(digit)
  }
  return intOf(minus === '-' ? -value : value)
}

const floatShape = /^[+-]?(?:(?:\d+(?:_\d+)*)?\.?\d*(?:_\d+)*(?:e[+-]?\d+)?|inf(?:inity)?|nan)$/i

function parsedFloat(text: string): number | undefined {
  const bare = text.trim()
  // Digits in two places of the shape: what is long would be tried in every way that they can be shared out.
  if (bare.length > maxDigits) return undefined
  if (!floatShape.test(bare) || !/\d|inf|nan/i.test(bare)) return undefined
  if (/nan/i.test(bare)) return Number.NaN
  if (/inf/i.test(bare)) return bare.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  const number = Number(bare.replaceAll('_', ''))
  return Number.isNaN(number) ? undefined : number
}

function integer(value: unknown, [otherwise = 0, base = 10]: readonly unknown[]): unknown {
  if (typeof value === 'string') {
    const parsed = parsedInteger(value, Number(base))
    if (parsed !== undefined) return parsed
    const number = parsedFloat(value)
    return number === undefined || !Number.isFinite(number) ? otherwise : truncated(number)
  }
  const number = numericOf(value)
  if (number === undefined) return otherwise
  if (!isFloat(number)) return number
  return Number.isFinite(doubleOf(number)) ? truncated(doubleOf(number)) : otherwise
}

function real(value: unknown, [otherwise = new Float(0)]: readonly unknown[]): unknown {
  const number = typeof value === 'string' ? parsedFloat(value) : numericOf(value)
  return number === undefined ? otherwise : floatOf(doubleOf(number))
}

/** To the even neighbour from the middle, by the digits that the number really has. */
function roundedHalfEven(value: number, precision: number): number {
  const scale = 10 ** Math.abs(precision)
  if (precision > 0) {
    // toFixed goes by the exact value; a true middle there goes up, in Python to the even digit.
    const shown = value.toFixed(Math.min(100, precision))
    return isMiddle(value, precision) ? evenNeighbour(value * scale) / scale : Number(shown)
  }
  const scaled = precision === 0 ? value : value / scale
  const rounded = Math.abs(scaled % 1) === 0.5 ? evenNeighbour(scaled) : Math.round(scaled)
  return precision === 0 ? rounded : rounded * scale
}

function isMiddle(value: number, precision: number): boolean {
  // The exact decimal expansion of a double that lies in the middle ends with a 5 right behind the last kept digit.
  const exact = Math.abs(value).toFixed(Math.min(100, precision + 40))
  return (
    /^5?0*$/.test(exact.slice(exact.indexOf('.') + 1 + precision)) &&
    exact.charAt(exact.indexOf('.') + 1 + precision) === '5'
  )
}

function evenNeighbour(value: number): number {
  const lower = Math.floor(value)
  return lower % 2 === 0 ? lower : lower + 1
}

function rounded(value: unknown, [precision = 0, method = 'common']: readonly unknown[]): unknown {
  const number = numericOf(value)
  if (number === undefined) throw new TypeError(`${kindOf(value)} cannot be rounded`)
  const places = Number(precision)
  if (!Number.isInteger(places) || Math.abs(places) > 100) throw new RangeError('this precision is not possible')
  const scale = 10 ** places
  switch (method) {
    case 'common':
      return isFloat(number) ? floatOf(roundedHalfEven(doubleOf(number), places)) : roundedInteger(number, places)
    case 'ceil':
      return floatOf(Math.ceil(doubleOf(number) * scale) / scale)
    case 'floor':
      return floatOf(Math.floor(doubleOf(number) * scale) / scale)
    default:
      throw new RangeError('the method of rounding is common, ceil or floor')
  }
}

function roundedInteger(value: number | bigint, places: number): number | bigint {
  return places >= 0 ? value : truncated(roundedHalfEven(Number(value), places))
}

export const numberFilters: readonly [string, Filter][] = [
  filter('abs', [], (value) => {
    const number = numericOf(value)
    if (number === undefined) throw new TypeError(`${kindOf(value)} has no size`)
    return doubleOf(number) < 0 || Object.is(doubleOf(number), -0) ? negated(number) : number
  }),
  filter('int', ['default', 'base'], integer),
  filter('float', ['default'], real),
  filter('round', ['precision', 'method'], rounded),
]
