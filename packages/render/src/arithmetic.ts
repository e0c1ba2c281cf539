import type { Meter } from './meter.ts'
import { isTrue, textOf } from './python-values.ts'

/** Python's arithmetic on numbers, and `+`, `*`, `~` on texts and lists. TypeError for what does not go together. */
export function calculate(operator: string, left: unknown, right: unknown, meter: Meter): unknown {
  if (typeof left === 'number' && typeof right === 'number' && operator !== '~') return numbers(operator, left, right)
  if (operator === '~') return joined(textOf(left), textOf(right), meter)
  if (operator === '+' && typeof left === 'string' && typeof right === 'string') return joined(left, right, meter)
  if (operator === '+' && Array.isArray(left) && Array.isArray(right)) {
    meter.spend(left.length + right.length)
    return [...left, ...right]
  }
  if (operator === '*' && typeof left === 'string' && typeof right === 'number') {
    const times = Math.max(0, Math.trunc(right))
    meter.allow(left.length * times)
    return left.repeat(times)
  }
  if (operator === '%' && typeof left === 'string') throw new TypeError('write "…"|format(…) instead of "…" % …')
  if (isNumber(left) && isNumber(right)) return numbers(operator, Number(left), Number(right))
  throw new TypeError(`${describe(left)} ${operator} ${describe(right)} cannot be worked out`)
}

function joined(left: string, right: string, meter: Meter): string {
  meter.allow(left.length + right.length)
  return left + right
}

function numbers(operator: string, left: number, right: number): number {
  if ((operator === '/' || operator === '//' || operator === '%') && !isTrue(right))
    throw new RangeError('division by zero')
  switch (operator) {
    case '+':
      return left + right
    case '-':
      return left - right
    case '*':
      return left * right
    case '/':
      return left / right
    case '//':
      return Math.floor(left / right)
    case '%':
      return left - right * Math.floor(left / right)
    case '**':
      return left ** right
    default:
      throw new TypeError(`there is no operator ${operator}`)
  }
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'boolean'
}

function describe(value: unknown): string {
  if (value === undefined) return 'undefined'
  if (value === null) return 'None'
  return Array.isArray(value) ? 'a list' : typeof value === 'string' ? 'a text' : typeof value
}
