import type { Meter } from '../meter.ts'
import type { Work } from './callable.ts'
import { chargedMarkup } from './markup.ts'
import {
  compareNumbers,
  doubleOf,
  Float,
  floatOf,
  intOf,
  isFloat,
  isInteger,
  type Numeric,
  numericOf,
} from './numbers.ts'
import { printed } from './printf.ts'
import { textOf } from './python-text.ts'
import { isDict, kindOf, SafeText, Tuple, tupleOf } from './python-values.ts'

/** `+`. */
export function add(left: unknown, right: unknown, work: Work): unknown {
  if (typeof left === 'number' && typeof right === 'number') {
    const sum = left + right
    if (Number.isSafeInteger(sum) && Number.isInteger(left) && Number.isInteger(right)) return sum
  }
  if (typeof left === 'string' && typeof right === 'string') return work.meter.joined(left + right)
  if (left instanceof SafeText || right instanceof SafeText) return addMarkup(left, right, work)
  if (Array.isArray(left) && Array.isArray(right) && left instanceof Tuple === right instanceof Tuple) {
    work.meter.spend(left.length + right.length)
    const both = [...left, ...right]
    return left instanceof Tuple ? tupleOf(both) : both
  }
  return calculated('+', left, right, work.meter)
}

function addMarkup(left: unknown, right: unknown, { meter }: Work): SafeText {
  const part = (value: unknown) => {
    if (value instanceof SafeText) return value.text
    if (typeof value === 'string') return chargedMarkup(value, meter)
    throw unsupported('+', left, right)
  }
  return new SafeText(meter.joined(part(left) + part(right)))
}

/** `*`, of texts and lists too. */
export function multiply(left: unknown, right: unknown, { meter }: Work): unknown {
  if (typeof left === 'number' && typeof right === 'number') {
    const product = left * right
    // Not for 0: its sign is that of a float.
    if (product !== 0 && Number.isSafeInteger(product) && Number.isInteger(left) && Number.isInteger(right))
      return product
  }
  if (isSequence(left) && !isSequence(right)) return repeated(left, right, meter)
  if (isSequence(right) && !isSequence(left)) return repeated(right, left, meter)
  return calculated('*', left, right, meter)
}

function isSequence(value: unknown): value is string | SafeText | unknown[] {
  return typeof value === 'string' || Array.isArray(value) || value instanceof SafeText
}

function repeated(sequence: string | SafeText | unknown[], count: unknown, meter: Meter): unknown {
  const number = numericOf(count)
  if (number === undefined || isFloat(number)) throw unsupported('*', sequence, count)
  const times = Math.max(0, doubleOf(number))
  if (sequence instanceof SafeText) return new SafeText(String(repeated(sequence.text, times, meter)))
  if (typeof sequence === 'string') {
    meter.allow(sequence.length * times)
    return sequence === '' ? '' : sequence.repeat(times)
  }
  meter.spend(sequence.length * times)
  const items: unknown[] = []
  if (sequence.length > 0) for (let turn = 0; turn < times; turn++) for (const item of sequence) items.push(item)
  return sequence instanceof Tuple ? tupleOf(items) : items
}

/** `%`: the rest, or printf when a text stands before it. */
export function remainder(left: unknown, right: unknown, work: Work): unknown {
  if (typeof left === 'string' || left instanceof SafeText) {
    const named = isDict(right) ? right : undefined
    const text = printed(textOf(left, work.meter), right instanceof Tuple ? right : [right], named, work.meter)
    return left instanceof SafeText ? new SafeText(text) : text
  }
  return calculated('%', left, right, work.meter)
}

export function negated(value: unknown): unknown {
  const number = numericOf(value)
  if (number === undefined) throw new TypeError(`${kindOf(value)} has no negative`)
  if (number instanceof Float) return new Float(-number.value)
  return typeof number === 'bigint' ? intOf(-number) : Number.isInteger(number) ? 0 - number : -number
}

export function positive(value: unknown): unknown {
  const number = numericOf(value)
  if (number === undefined) throw new TypeError(`${kindOf(value)} is no number`)
  return number
}

/** `- / // **` and the above on numbers. */
export function calculated(operator: string, left: unknown, right: unknown, meter: Meter): unknown {
  const a = numericOf(left)
  const b = numericOf(right)
  if (a === undefined || b === undefined) throw unsupported(operator, left, right)
  if ((operator === '/' || operator === '//' || operator === '%') && compareNumbers(b, 0) === 0) {
    throw new RangeError('division by zero')
  }
  if (operator === '/' || isFloat(a) || isFloat(b)) return floatOf(ofDoubles(operator, doubleOf(a), doubleOf(b)))
  if (operator === '**' && compareNumbers(b, 0) < 0) {
    if (compareNumbers(a, 0) === 0) throw new RangeError('0 has no negative power')
    return floatOf(doubleOf(a) ** doubleOf(b))
  }
  const result = ofDoubles(operator, doubleOf(a), doubleOf(b))
  return Number.isSafeInteger(result) && isInteger(a) && typeof a === 'number' && typeof b === 'number'
    ? result + 0
    : ofIntegers(operator, bigintOf(a), bigintOf(b), meter)
}

function ofDoubles(operator: string, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    case '/':
      return a / b
    case '//':
      return floorQuotient(a, b)
    case '%':
      return floorRemainder(a, b)
    default: {
      const power = a ** b
      if (Number.isNaN(power) && a < 0) throw new RangeError('this power is no real number')
      return power
    }
  }
}

/** With the sign of the divisor, as in Python. */
function floorRemainder(a: number, b: number): number {
  const rest = a % b
  if (rest === 0) return b < 0 ? -0 : 0
  return rest < 0 !== b < 0 ? rest + b : rest
}

/** By the exact rest, as in Python: 2.5 // 0.1 is 24, since 0.1 is a little more than a tenth. */
function floorQuotient(a: number, b: number): number {
  const rest = a % b
  const quotient = (a - rest) / b - (rest !== 0 && rest < 0 !== b < 0 ? 1 : 0)
  if (quotient === 0) return a / b < 0 ? -0 : 0
  const whole = Math.floor(quotient)
  return quotient - whole > 0.5 ? whole + 1 : whole
}

const maxBits = 8192

function ofIntegers(operator: string, a: bigint, b: bigint, meter: Meter): number | bigint {
  const bits = bitsOf(a) + bitsOf(b)
  if (bits > maxBits || (operator === '**' && (b > BigInt(maxBits) || bitsOf(a) * Number(b) > maxBits))) {
    throw new RangeError('this number is too large')
  }
  meter.spend(bits >> 4)
  switch (operator) {
    case '+':
      return intOf(a + b)
    case '-':
      return intOf(a - b)
    case '*':
      return intOf(a * b)
    case '//':
      return intOf(a / b - (a % b !== 0n && a < 0n !== b < 0n ? 1n : 0n))
    case '%': {
      const rest = a % b
      return intOf(rest !== 0n && rest < 0n !== b < 0n ? rest + b : rest)
    }
    default:
      return intOf(a ** b)
  }
}

function bigintOf(value: Numeric): bigint {
  return typeof value === 'bigint' ? value : BigInt(doubleOf(value))
}

function bitsOf(value: bigint): number {
  return (value < 0n ? -value : value).toString(16).length * 4
}

function unsupported(operator: string, left: unknown, right: unknown): TypeError {
  return new TypeError(`${kindOf(left)} ${operator} ${kindOf(right)} cannot be worked out`)
}
