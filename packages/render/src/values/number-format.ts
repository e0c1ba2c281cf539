import type { Meter } from '../meter.ts'
import { doubleOf, type Numeric, pythonExponent } from './numbers.ts'

/** A number as printf and str.format write it with one of `e f g` and their capitals; no sign for positive ones. */
export function floatFormatted(value: number, kind: string, precision: number, alternate: boolean): string {
  const lower = kind.toLowerCase()
  const text = Number.isFinite(value)
    ? formattedFinite(value, lower, precision, alternate)
    : Number.isNaN(value)
      ? 'nan'
      : value > 0
        ? 'inf'
        : '-inf'
  return kind === lower ? text : text.toUpperCase()
}

function formattedFinite(value: number, kind: string, precision: number, alternate: boolean): string {
  if (precision > 100) throw new RangeError(`a precision of ${precision} is too large`)
  const minus = value < 0 || Object.is(value, -0) ? '-' : ''
  const size = Math.abs(value)
  if (kind === 'e') return minus + pythonExponent(size.toExponential(precision))
  if (kind === 'f') return minus + fixed(size, precision)
  const digits = Math.max(1, precision)
  const exponent = size === 0 ? 0 : Number(size.toExponential(digits - 1).split('e')[1])
  if (exponent < -4 || exponent >= digits) {
    const [mantissa = '', power = ''] = pythonExponent(size.toExponential(digits - 1)).split('e')
    return `${minus}${alternate ? mantissa : withoutZeros(mantissa)}e${power}`
  }
  const text = fixed(size, Math.max(0, digits - 1 - exponent))
  return minus + (alternate ? text : withoutZeros(text))
}

function withoutZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}

/** toFixed, also from 1e21 on, where JavaScript changes to exponents. */
function fixed(value: number, precision: number): string {
  if (value < 1e21) return value.toFixed(precision)
  return BigInt(value).toString() + (precision > 0 ? `.${'0'.repeat(precision)}` : '')
}

/** A whole number in a base, with its minus. */
export function integerFormatted(value: Numeric, kind: string, meter: Meter): string {
  const base = kind === 'x' || kind === 'X' ? 16 : kind === 'o' ? 8 : kind === 'b' ? 2 : 10
  const whole = typeof value === 'bigint' ? value : Math.trunc(doubleOf(value))
  if (typeof whole === 'number' && !Number.isFinite(whole)) throw new RangeError('there is no such whole number')
  const exact = typeof whole === 'number' && !Number.isSafeInteger(whole) ? BigInt(whole) : whole
  const text = (typeof exact === 'number' ? exact + 0 : exact).toString(base)
  meter.scan(text.length)
  return kind === 'X' ? text.toUpperCase() : text
}
