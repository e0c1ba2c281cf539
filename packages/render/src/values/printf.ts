import type { Meter } from '../meter.ts'
import { floatFormatted, integerFormatted } from './number-format.ts'
import { characterOf, doubleOf, isFloat, numericOf } from './numbers.ts'
import { dictGet, dictHas } from './python-order.ts'
import { reprOf, textOf } from './python-text.ts'
import { type Dict, kindOf } from './python-values.ts'

const directive = /%(?:\(([^)]{0,255})\))?([-+ 0#]*)(\*|\d*)(?:\.(\*|\d*))?[hlL]?(.?)/gs

/**
 * Python's `"…" % values`: positional values, or named ones from a dict.
 * Throws TypeError for too few or too many values or one of the wrong kind.
 */
export function printed(format: string, values: readonly unknown[], named: Dict | undefined, meter: Meter): string {
  meter.scan(format.length)
  let next = 0
  let usesNames = false
  let length = 0
  const take = () => {
    if (next >= values.length) throw new TypeError('there are too few values for the format')
    return values[next++]
  }
  const result = format.replace(directive, (_all, name, flags: string, width, precision, kind: string) => {
    if (name !== undefined) {
      usesNames = true
      if (named === undefined) throw new TypeError('the format wants named values')
      if (!dictHas(named, name, meter)) throw new TypeError(`there is no value ${name} for the format`)
    }
    const total = meter.width(width === '*' ? take() : width)
    const digits = precision === undefined ? undefined : meter.width(precision === '*' ? take() : precision)
    if (kind === '%') return '%'
    const value = name === undefined ? take() : dictGet(named ?? {}, name, meter)
    const shown = padded(converted(value, kind, flags, digits, meter), kind, flags, total)
    length += shown.length
    meter.allow(length)
    return shown
  })
  if (!usesNames && named === undefined && next < values.length) {
    throw new TypeError('not all values are used by the format')
  }
  return result
}

function converted(value: unknown, kind: string, flags: string, precision: number | undefined, meter: Meter): string {
  switch (kind) {
    case 's':
      return textOf(value, meter).slice(0, precision)
    case 'r':
    case 'a':
      return reprOf(value, meter).slice(0, precision)
    case 'c':
      if (typeof value === 'string' && value.length <= 2 && [...value].length === 1) return value
      return characterOf(value)
    case 'd':
    case 'i':
    case 'u':
    case 'x':
    case 'X':
    case 'o': {
      const number = numericOf(value)
      const isHex = kind === 'x' || kind === 'X' || kind === 'o'
      if (number === undefined || (isHex && isFloat(number))) {
        throw new TypeError(`%${kind} takes a number, not ${kindOf(value)}`)
      }
      const [minus = '', text = ''] = apart(integerFormatted(number, kind, meter))
      const prefix = flags.includes('#') && isHex ? `0${kind}` : ''
      return signOf(minus, flags) + prefix + text.padStart(precision ?? 0, '0')
    }
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G': {
      const number = numericOf(value)
      if (number === undefined) throw new TypeError(`%${kind} takes a number, not ${kindOf(value)}`)
      const [minus = '', text = ''] = apart(floatFormatted(doubleOf(number), kind, precision ?? 6, flags.includes('#')))
      return signOf(minus, flags) + text
    }
    default:
      throw new TypeError(`there is no format %${kind}`)
  }
}

function apart(text: string): [string, string] {
  return text.startsWith('-') ? ['-', text.slice(1)] : ['', text]
}

function signOf(minus: string, flags: string): string {
  return minus || (flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '')
}

function padded(text: string, kind: string, flags: string, width: number): string {
  if (flags.includes('-')) return text.padEnd(width)
  if (!flags.includes('0') || 'sracs'.includes(kind)) return text.padStart(width)
  const [, front = '', digits = ''] = /^([-+ ]?(?:0[xXo])?)(.*)$/s.exec(text) ?? []
  return front + digits.padStart(width - front.length, '0')
}
