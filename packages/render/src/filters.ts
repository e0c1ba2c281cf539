import type { PluginManifest } from '@strowger/schema'
import { escapedMarkup, escapedValue, exactValue } from './escape-value.ts'
import { memberOf } from './member.ts'
import type { Meter } from './meter.ts'
import { areEqual, compareValues, entriesOf, isDict, isTrue, itemsOf, textOf } from './python-values.ts'
import { joinTexts, paddingOf, replaced, stringMethods } from './string-methods.ts'

export interface FilterCall {
  /** Arguments after the value, by position. */
  readonly given: readonly unknown[]
  readonly named: Readonly<Record<string, unknown>>
  readonly format: PluginManifest['format']
  readonly meter: Meter
}

type Filter = (value: unknown, call: FilterCall) => unknown

const argument = ({ given, named }: FilterCall, position: number, name: string) => given[position] ?? named[name]

function listOf(value: unknown, meter: Meter): unknown[] {
  const items = itemsOf(value)
  meter.spend(items.length)
  return [...items]
}

function sorted(value: unknown, call: FilterCall): unknown[] {
  const attribute = argument(call, 2, 'attribute')
  const caseSensitive = isTrue(argument(call, 1, 'case_sensitive'))
  const keyOf = (item: unknown) => {
    const key = attribute === undefined ? item : memberOf(item, attribute, call.meter)
    return typeof key === 'string' && !caseSensitive ? key.toLowerCase() : key
  }
  const items = listOf(value, call.meter)
  call.meter.spend(items.length * 4)
  items.sort((a, b) => compareValues(keyOf(a), keyOf(b)))
  return isTrue(argument(call, 0, 'reverse')) ? items.reverse() : items
}

function dictSorted(value: unknown, call: FilterCall): unknown[] {
  const by = argument(call, 1, 'by') === 'value' ? 1 : 0
  const entries = entriesOf(value).map(([key, item]) => [isDict(value) ? numberIfInteger(key) : key, item])
  call.meter.spend(entries.length * 4)
  const lower = (item: unknown) => (typeof item === 'string' ? item.toLowerCase() : item)
  const allAlike = new Set(entries.map((entry) => typeof entry[by])).size <= 1
  const keyOf = (entry: unknown[]) => (allAlike ? lower(entry[by]) : textOf(entry[by]))
  entries.sort((a, b) => compareValues(keyOf(a), keyOf(b)))
  const named = entries.map(([key, item]) => [isDict(value) ? String(key) : key, item])
  return isTrue(argument(call, 2, 'reverse')) ? named.reverse() : named
}

/** Keys of a JSON object are texts; those that are numbers are to be sorted as such. */
function numberIfInteger(key: unknown): unknown {
  return typeof key === 'string' && /^(?:0|[1-9]\d{0,8})$/.test(key) ? Number(key) : key
}

function integerOf(value: unknown, call: FilterCall): unknown {
  const otherwise = argument(call, 0, 'default') ?? 0
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'number') return Number.isFinite(value) ? Math.trunc(value) : otherwise
  if (typeof value !== 'string') return otherwise
  const base = argument(call, 1, 'base')
  if (base === 16 && /^\s*[+-]?(?:0x)?[0-9a-f]+\s*$/i.test(value)) return Number.parseInt(value, 16)
  return /^\s*[+-]?\d+(?:\.\d*)?\s*$/.test(value) ? Math.trunc(Number(value)) : otherwise
}

function rounded(value: unknown, call: FilterCall): unknown {
  const precision = Math.min(12, Math.max(0, Number(argument(call, 0, 'precision') ?? 0)))
  const method = argument(call, 1, 'method')
  const round = method === 'floor' ? Math.floor : method === 'ceil' ? Math.ceil : Math.round
  return round(Number(value) * 10 ** precision) / 10 ** precision
}

/** printf: `"%02x"|format(n)`. */
function printed(value: unknown, { given, meter }: FilterCall): string {
  let next = 0
  const result = textOf(value).replace(/%(?:%|([-0]*)(\d*)([sdixX]))/g, (all, flags: string, width, kind) => {
    if (all === '%%') return '%'
    const item = given[next++]
    const digits =
      kind === 's' ? textOf(item) : Math.trunc(Number(item)).toString(kind === 'd' || kind === 'i' ? 10 : 16)
    const shown = kind === 'X' ? digits.toUpperCase() : digits
    const total = paddingOf(width === '' ? 0 : width)
    if (flags.includes('-')) return shown.padEnd(total)
    return shown.padStart(total, flags.includes('0') ? '0' : ' ')
  })
  meter.allow(result.length)
  return result
}

function lengthOf(value: unknown): number {
  if (typeof value === 'string' || Array.isArray(value)) return value.length
  return value === undefined ? 0 : itemsOf(value).length
}

function unique(value: unknown, { meter }: FilterCall): unknown[] {
  const kept: unknown[] = []
  for (const item of listOf(value, meter)) {
    meter.spend(kept.length)
    if (!kept.some((each) => areEqual(each, item))) kept.push(item)
  }
  return kept
}

const otherwise: Filter = (value, call) => {
  const isMissing = value === undefined || (isTrue(argument(call, 1, 'boolean')) && !isTrue(value))
  return isMissing ? (argument(call, 0, 'default_value') ?? '') : value
}
const method = (name: string): Filter => {
  return (value, { given, meter }) => stringMethods[name]?.(textOf(value), given, meter)
}
const length: Filter = (value) => lengthOf(value)
const escaped: Filter = (value) => escapedMarkup(textOf(value))

/** The filters that templates have: those of Jinja2 by its names, and `value` and `exact` for the format of the plugin. */
export const filters: Readonly<Record<string, Filter>> = {
  abs: (value) => Math.abs(Number(value)),
  capitalize: method('capitalize'),
  count: length,
  d: otherwise,
  default: otherwise,
  dictsort: dictSorted,
  e: escaped,
  escape: escaped,
  exact: (value, { format }) => exactValue(value === null ? '' : textOf(value), format),
  first: (value) => itemsOf(value)[0],
  float: (value, call) => (Number.isFinite(Number(value)) ? Number(value) : (argument(call, 0, 'default') ?? 0)),
  format: printed,
  int: integerOf,
  join: (value, call) => joinTexts(itemsOf(value), textOf(argument(call, 0, 'd')), call.meter),
  last: (value) => itemsOf(value).at(-1),
  length,
  list: (value, { meter }) => listOf(value, meter),
  lower: method('lower'),
  replace: (value, { given: [from, to, count], meter }) =>
    replaced(textOf(value), textOf(from), textOf(to), count, meter),
  reverse: (value, { meter }) => {
    return typeof value === 'string' ? [...value].reverse().join('') : listOf(value, meter).reverse()
  },
  round: rounded,
  safe: (value) => value,
  sort: sorted,
  string: (value) => textOf(value),
  title: method('title'),
  trim: method('strip'),
  unique,
  upper: method('upper'),
  value: (value, { format }) => escapedValue(value === null ? '' : textOf(value), format),
}

type Condition = (value: unknown, given: readonly unknown[]) => boolean

/** What may stand behind `is`. */
export const conditions: Readonly<Record<string, Condition>> = {
  defined: (value) => value !== undefined,
  undefined: (value) => value === undefined,
  none: (value) => value === null,
  true: (value) => value === true,
  false: (value) => value === false,
  boolean: (value) => typeof value === 'boolean',
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number' || typeof value === 'boolean',
  integer: (value) => Number.isInteger(value),
  mapping: (value) => value instanceof Map || isDict(value),
  sequence: (value) => typeof value === 'string' || Array.isArray(value) || value instanceof Map || isDict(value),
  iterable: (value) => typeof value === 'string' || Array.isArray(value) || value instanceof Map || isDict(value),
  odd: (value) => Math.abs(Number(value)) % 2 === 1,
  even: (value) => Number(value) % 2 === 0,
  divisibleby: (value, [divisor]) => Number(value) % Number(divisor) === 0,
  eq: (value, [other]) => areEqual(value, other),
  equalto: (value, [other]) => areEqual(value, other),
  ne: (value, [other]) => !areEqual(value, other),
  sameas: (value, [other]) => value === other,
  in: (value, [container]) => itemsOf(container).some((item) => areEqual(item, value)),
  lower: (value) => textOf(value) === textOf(value).toLowerCase(),
  upper: (value) => textOf(value) === textOf(value).toUpperCase(),
}
