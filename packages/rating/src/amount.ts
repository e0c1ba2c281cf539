import { type Rounding, roundRatio } from './rounding.ts'

/** What is wrong with a text that should be an amount. The text itself is in the message, cut to 60 characters. */
export class AmountFault extends Error {
  override readonly name = 'AmountFault'
}

/** An exact decimal: `units` / 10^`scale`. */
export interface Decimal {
  readonly units: bigint
  readonly scale: number
}

const decimalForm = /^([+-]?)(\d*)(?:\.(\d*))?$/
const exponentForm = /^([+-]?\d+(?:\.\d+)?)[eE]([+-]?\d{1,2})$/
/** More digits than this are no price of anybody: refused rather than believed. */
const digitLimit = 30

/**
 * The decimal that a text says: `0.05`, `-3`, `.5`, `5.`. Throws AmountFault: no number, or more than 30 digits.
 * Never goes through a binary fraction.
 */
export function decimalFrom(text: string): Decimal {
  const trimmed = text.trim()
  const exponent = exponentForm.exec(trimmed)
  if (exponent) return shifted(decimalFrom(exponent[1] ?? ''), Number(exponent[2]))
  const parts = decimalForm.exec(trimmed)
  const whole = parts?.[2] ?? ''
  const fraction = (parts?.[3] ?? '').replace(/0+$/, '')
  if (!parts || (whole === '' && (parts[3] ?? '') === ''))
    throw new AmountFault(`"${trimmed.slice(0, 60)}" is not a decimal number`)
  if (whole.replace(/^0+/, '').length + fraction.length > digitLimit) {
    throw new AmountFault(`"${trimmed.slice(0, 60)}" has more than ${digitLimit} digits`)
  }
  const units = BigInt(`${whole}${fraction}` || '0')
  return { units: parts[1] === '-' ? -units : units, scale: fraction.length }
}

function shifted(decimal: Decimal, exponent: number): Decimal {
  const scale = decimal.scale - exponent
  return scale >= 0 ? { units: decimal.units, scale } : { units: decimal.units * 10n ** BigInt(-scale), scale: 0 }
}

/** The integer at a scale that a text says. Throws AmountFault, also when the text has more decimals than the scale. */
export function unitsFrom(text: string, scale: number): bigint {
  const decimal = decimalFrom(text)
  if (decimal.scale > scale) throw new AmountFault(`"${text.trim().slice(0, 60)}" has more than ${scale} decimals`)
  return decimal.units * 10n ** BigInt(scale - decimal.scale)
}

/** As `unitsFrom`, as a number; throws AmountFault when the integer is 2^53 or more. */
export function safeUnitsFrom(text: string, scale: number): number {
  const units = Number(unitsFrom(text, scale))
  if (!Number.isSafeInteger(units)) throw new AmountFault(`"${text.trim().slice(0, 60)}" is too large`)
  return units
}

/** The shortest decimal text of an integer at a scale: 9600 at 6 is `0.0096`, 2000000 at 6 is `2`. */
export function textFrom(units: bigint | number, scale: number): string {
  const isNegative = units < 0
  const digits = String(units)
    .replace('-', '')
    .padStart(scale + 1, '0')
  const whole = digits.slice(0, digits.length - scale)
  const fraction = digits.slice(digits.length - scale).replace(/0+$/, '')
  return `${isNegative ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`
}

/** An integer at one scale as the integer at another, rounded when digits are lost. */
export function rescaled(units: bigint, from: number, to: number, rounding: Rounding = 'half_up'): bigint {
  return to >= from ? units * 10n ** BigInt(to - from) : roundRatio(units, 10n ** BigInt(from - to), rounding)
}
