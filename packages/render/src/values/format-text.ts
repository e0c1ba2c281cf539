import type { Given, Work } from './callable.ts'
import { floatFormatted, integerFormatted } from './number-format.ts'
import { characterOf, doubleOf, type Float, floatText, isFloat, numericOf } from './numbers.ts'
import { reprOf, textOf } from './python-text.ts'
import { kindOf, plain } from './python-values.ts'

const field = /\{\{|\}\}|\{([^{}!:]*)(?:!([rsa]))?(?::([^{}]*))?\}|[{}]/g

/**
 * Python's `str.format`: `{}`, `{0}`, `{name}`, with `.name` and `[key]`, `!r`, and a specification.
 * Throws TypeError or RangeError for a value that is missing or of the wrong kind.
 *
 * @param member looks a field's attribute up
 */
export function formatted(
  text: string,
  given: Given,
  work: Work,
  member: (value: unknown, name: string) => unknown,
): string {
  const { meter } = work
  meter.scan(text.length)
  let next = 0
  let length = 0
  return text.replace(field, (all, name: string | undefined, conversion, specification = '') => {
    if (all === '{{' || all === '}}') return all.charAt(0)
    if (name === undefined) throw new RangeError('a brace in the format stands alone')
    const [, first = '', path = ''] = /^([^.[]*)(.*)$/s.exec(name) ?? []
    if (path.length > 255) throw new RangeError('a name in the format is too long')
    const place = first === '' ? next++ : /^\d+$/.test(first) ? Number(first) : undefined
    const known = place === undefined ? given.named.has(first) : place < given.positions.length
    if (!known) throw new RangeError(`there is no value ${first} for the format`)
    let value = place === undefined ? given.named.get(first) : given.positions[place]
    for (const [, attribute, key] of path.matchAll(/\.([^.[]+)|\[([^\]]+)\]/g)) {
      value = member(value, attribute ?? key ?? '')
    }
    if (conversion !== undefined) value = conversion === 's' ? textOf(value, meter) : reprOf(value, meter)
    const shown = specified(value, specification, work)
    length += shown.length
    meter.allow(length)
    return shown
  })
}

const specificationShape = /^(?:(.)?([<>=^]))?([-+ ])?(#)?(0)?(\d*)([,_])?(?:\.(\d+))?([bcdeEfFgGnosxX%])?$/su

/** One value by a format specification, as `0>4` or `08.3f`. */
function specified(given: unknown, specification: string, work: Work): string {
  const { meter } = work
  const value = plain(given)
  if (specification === '') return textOf(value, meter)
  const match = specificationShape.exec(specification)
  if (match === null) throw new RangeError(`the format ${specification} cannot be read`)
  const [, givenFill, alignment, sign = '-', alternate, zero, width = '', grouping, precision, kind] = match
  const fill = givenFill ?? (zero ? '0' : ' ')
  const total = meter.width(width)
  const number = numericOf(value)
  if (number === undefined) {
    if (kind !== undefined && kind !== 's')
      throw new TypeError(`the format ${kind} takes a number, not ${kindOf(value)}`)
    if (typeof value === 'string' && (match[3] !== undefined || alternate || grouping || alignment === '=')) {
      throw new RangeError(`the format ${specification} takes a number`)
    }
    if (typeof value !== 'string') throw new TypeError(`${kindOf(value)} takes no format`)
    meter.spend(value.length >> 2)
    const cut = [...value].slice(0, precision === undefined ? undefined : Number(precision)).join('')
    return aligned(cut, '', alignment ?? '<', fill, total)
  }
  if (kind === 's') throw new TypeError('the format s takes a text, not a number')
  const digits = precision === undefined ? undefined : meter.width(precision)
  const body = kind === 'c' ? characterOf(number) : digitsOf(number, kind, digits, alternate !== undefined, work)
  const minus = body.startsWith('-')
  const plainBody = minus ? body.slice(1) : body
  const prefix = alternate && kind && 'xXob'.includes(kind) ? `0${kind}` : ''
  const lead = (minus ? '-' : sign === '-' ? '' : sign) + prefix
  return aligned(
    grouping ? grouped(plainBody, grouping) : plainBody,
    lead,
    alignment ?? (zero ? '=' : '>'),
    fill,
    total,
  )
}

function digitsOf(
  number: number | bigint | Float,
  kind: string | undefined,
  precision: number | undefined,
  alternate: boolean,
  { meter }: Work,
): string {
  const value = doubleOf(number)
  if (kind === '%') return `${floatFormatted(value * 100, 'f', precision ?? 6, alternate)}%`
  if (kind !== undefined && 'eEfFgG'.includes(kind)) return floatFormatted(value, kind, precision ?? 6, alternate)
  if (!isFloat(number)) {
    if (precision !== undefined) throw new RangeError('a whole number takes no precision')
    return integerFormatted(number, kind ?? 'd', meter)
  }
  if (kind !== undefined && kind !== 'n') throw new TypeError(`the format ${kind} takes a whole number`)
  if (precision === undefined) return floatText(value)
  const text = floatFormatted(value, 'g', precision, alternate)
  return /^-?\d+$/.test(text) && text.replace('-', '').length < precision ? `${text}.0` : text
}

function grouped(text: string, separator: string): string {
  const [, whole = '', rest = ''] = /^(\d*)(.*)$/s.exec(text) ?? []
  const first = whole.length % 3
  const groups = whole.slice(first).match(/\d{3}/g) ?? []
  return [...(first > 0 ? [whole.slice(0, first)] : []), ...groups].join(separator) + rest
}

function aligned(text: string, lead: string, side: string, fill: string, width: number): string {
  const room = Math.max(0, width - [...text].length - lead.length)
  switch (side) {
    case '<':
      return lead + text + fill.repeat(room)
    case '=':
      return lead + fill.repeat(room) + text
    case '^':
      return fill.repeat(room >> 1) + lead + text + fill.repeat(room - (room >> 1))
    default:
      return fill.repeat(room) + lead + text
  }
}
