import { safeUnitsFrom } from './amount.ts'
import { safeAmountsOf } from './compile-tariff.ts'
import { type DeckBuilder, DeckRowFault } from './deck-builder.ts'
import type { DeckField, DeckMapping } from './deck-fields.ts'
import { instantFrom } from './instant.ts'
import { isRounding } from './rounding.ts'
import { dateReader } from './sources/date-form.ts'
import type { Band, Step, Tariff } from './tariff.ts'
import { templateOf } from './tariff-template.ts'
import type { Zone } from './zone.ts'

/** Where a column is wrong. */
export class DeckFieldFault extends Error {
  override readonly name = 'DeckFieldFault'
  readonly field: DeckField | ''
  constructor(field: DeckField | '', problem: string) {
    super(problem)
    this.field = field
  }
}

/** What a line of a deck says, checked; prefixes are several where the mapping lets them be. */
export interface ReadDeckRow {
  readonly prefixes: readonly string[]
  readonly origin: string
  readonly name: string
  readonly validFromMs: number
  readonly validToMs: number
  readonly hasEnd: boolean
  readonly status: 'open' | 'closed'
  readonly shape: number
  readonly amounts: readonly number[]
}

/** What makes the form of a row, and which amounts it has besides its price. */
const allFormFields: readonly DeckField[] = [
  'first',
  'next',
  'increments',
  'unit',
  'grace',
  'free',
  'minimumS',
  'rounding',
  'decimals',
]
const allOptionalAmounts: readonly DeckField[] = ['offPeakPrice', 'fee', 'minimumCost', 'maximumCost']

const closed = [
  'closed',
  'blocked',
  'block',
  'd',
  'delete',
  'deleted',
  'del',
  '0',
  'no',
  'inactive',
  'disabled',
  'false',
]

/**
 * Reads rows by a mapping. Most rows of a deck differ in their prefix and price only: the form of a row is kept by the
 * texts that make it, and moments by theirs. Throws DeckFieldFault.
 */
export function createDeckRowReader(mapping: DeckMapping, builder: DeckBuilder, zone: Zone, scale: number) {
  const shapes = new Map<string, number>()
  const moments = new Map<string, number>()
  const read = dateReader(mapping.dateForm, zone) ?? ((text: string) => instantFrom(text, zone))
  const closedWords = new Set((mapping.closedWords ?? closed).map((word) => word.toLowerCase()))
  const { decimalComma = false } = mapping
  const isMapped = (field: DeckField): boolean =>
    mapping.columns[field] !== undefined || mapping.defaults?.[field] !== undefined
  const formFields = allFormFields.filter(isMapped)
  const optionalAmounts = allOptionalAmounts.filter(isMapped)

  const moment = (text: string, field: DeckField, open: number): number => {
    if (text === '') return open
    const known = moments.get(text)
    if (known !== undefined) return known
    const found = read(text)
    if (found === undefined) throw new DeckFieldFault(field, `"${text.slice(0, 40)}" is no date`)
    moments.set(text, found.ms)
    return found.ms
  }

  const units = (text: string, field: DeckField): number => {
    try {
      return unitsOf(decimalComma ? withPoint(text) : text, scale)
    } catch (error) {
      throw new DeckFieldFault(field, error instanceof Error ? error.message : 'is no price')
    }
  }

  /** The amounts of the columns in the slots of the form. The second band of two prices is the cheaper time. */
  const columnAmounts = (at: (field: DeckField) => string, shape: number): { shape: number; amounts: number[] } => {
    const amounts: number[] = []
    const fee = at('fee')
    const feeUnits = fee === '' ? 0 : units(fee, 'fee')
    for (const { index, fromS } of builder.shapeAt(shape).bands) {
      const text = at(index === 0 ? 'price' : 'offPeakPrice')
      const value = text === '' ? 0 : units(text, index === 0 ? 'price' : 'offPeakPrice')
      for (let step = 0; step < fromS.length; step += 1) amounts.push(value)
      if (fee !== '') amounts.push(feeUnits)
    }
    if (at('maximumCost') !== '') amounts.push(units(at('maximumCost'), 'maximumCost'))
    if (at('minimumCost') !== '') amounts.push(units(at('minimumCost'), 'minimumCost'))
    return { shape, amounts }
  }

  return (at: (field: DeckField) => string): ReadDeckRow => {
    const price = at('price')
    let key = ''
    for (const field of formFields) key += `${field.length}${at(field)}|`
    for (const field of optionalAmounts) key += at(field) === '' ? 0 : 1
    const own = at('tariff')
    let shape = shapes.get(key)
    if (shape === undefined && own === '') {
      shape = shapeFor(at, mapping, builder)
      shapes.set(key, shape)
    }
    const status = closedWords.has(at('status').toLowerCase()) ? 'closed' : 'open'
    if (price === '' && own === '' && status === 'open') throw new DeckFieldFault('price', 'there is none')
    const priced = own === '' ? columnAmounts(at, shape ?? 0) : tariffFromJson(own, builder)
    const validTo = at('validTo')
    const validFromMs = moment(at('validFrom'), 'validFrom', Number.NEGATIVE_INFINITY)
    const validToMs = moment(validTo, 'validTo', Number.POSITIVE_INFINITY)
    if (!(validFromMs < validToMs)) throw new DeckFieldFault('validTo', 'must be later than valid from')
    return {
      prefixes: prefixesFrom(at, mapping),
      origin: at('origin') === '' ? '' : cleanPrefix(at('origin'), 'origin'),
      name: at('name').slice(0, 200),
      validFromMs,
      validToMs,
      hasEnd: validTo !== '',
      status,
      ...priced,
    }
  }
}

/** The column `tariff`: JSON of all of it. */
function tariffFromJson(text: string, builder: DeckBuilder): { shape: number; amounts: number[] } {
  try {
    const tariff = JSON.parse(text) as Tariff
    if (!Array.isArray(tariff?.bands)) throw new DeckFieldFault('tariff', 'is no tariff: it has no bands')
    const shape = builder.shape(templateOf(tariff))
    return { shape, amounts: safeAmountsOf(tariff, builder.shapeAt(shape)) }
  } catch (error) {
    if (error instanceof DeckFieldFault) throw error
    throw new DeckFieldFault('tariff', error instanceof Error ? error.message.slice(0, 200) : 'is no tariff')
  }
}

function prefixesFrom(at: (field: DeckField) => string, mapping: DeckMapping): readonly string[] {
  const country = at('countryCode')
  const prefix = at('prefix')
  const area = at('areaCode')
  if (mapping.columns.prefix !== undefined && prefix === '' && country === '')
    throw new DeckFieldFault('prefix', 'there is none')
  const head = country === '' ? '' : cleanPrefix(country, 'countryCode')
  const tail = mapping.columns.prefix === undefined ? area : prefix
  const field: DeckField = mapping.columns.prefix === undefined ? 'areaCode' : 'prefix'
  if (mapping.prefixLists !== true) return [head + (tail === '' ? '' : cleanPrefix(tail, field))]
  const parts = tail
    .split(/[,;]/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
  if (parts.length === 0) return [head]
  return parts.flatMap((part) => rangeOf(part, field)).map((part) => head + part)
}

const mostInRange = 10_000

/** `22-24` is 22, 23, 24: both ends of as many digits. */
function rangeOf(part: string, field: DeckField): readonly string[] {
  const ends = /^(\d+)\s*-\s*(\d+)$/.exec(part)
  if (!ends) return [cleanPrefix(part, field)]
  const [first = '', last = ''] = [ends[1], ends[2]]
  const count = Number(last) - Number(first) + 1
  if (first.length !== last.length || first.length > 15 || !(count > 0) || count > mostInRange) {
    throw new DeckFieldFault(field, `"${part.slice(0, 40)}" is no range of prefixes`)
  }
  return Array.from({ length: count }, (_, index) => String(Number(first) + index).padStart(first.length, '0'))
}

const plainPrefix = /^\d{1,40}$/

function cleanPrefix(text: string, field: DeckField): string {
  if (plainPrefix.test(text)) return text
  if (text === '*' || text.toLowerCase() === '*any' || text.toLowerCase() === 'default') return ''
  const digits = text
    .replaceAll(/[\s().-]/g, '')
    .replace(/^\+/, '')
    .replace(/\*$/, '')
  if (!plainPrefix.test(digits)) throw new DeckFieldFault(field, `"${text.slice(0, 40)}" is no prefix`)
  return digits
}

/** 1.234,56 is 1234.56. */
function withPoint(text: string): string {
  return text.replaceAll('.', '').replace(',', '.')
}

/** The usual price, `12.3456`, without a detour; anything else by the reader of amounts, which says what is wrong. */
function unitsOf(text: string, scale: number): number {
  let units = 0
  let decimals = -1
  if (text.length === 0 || text.length > 14) return safeUnitsFrom(text, scale)
  for (let place = 0; place < text.length; place += 1) {
    const digit = text.charCodeAt(place) - 48
    if (digit >= 0 && digit <= 9) {
      units = units * 10 + digit
      if (decimals >= 0) decimals += 1
    } else if (digit === -2 && decimals < 0) decimals = 0
    else return safeUnitsFrom(text, scale)
  }
  if (decimals > scale || text === '.') return safeUnitsFrom(text, scale)
  const shifted = units * 10 ** (scale - Math.max(0, decimals))
  return Number.isSafeInteger(shifted) ? shifted : safeUnitsFrom(text, scale)
}

function shapeFor(at: (field: DeckField) => string, mapping: DeckMapping, builder: DeckBuilder): number {
  const [first, next] = incrementsFrom(at)
  const unitS = seconds(at('unit'), 'unit', 60)
  const step = (fromS: number, incrementS: number): Step => ({ fromS, incrementS, unitS, price: '' })
  const steps = first === next ? [step(0, first)] : [step(0, first), step(first, next)]
  const rounding = at('rounding').toLowerCase()
  if (rounding !== '' && !isRounding(rounding))
    throw new DeckFieldFault('rounding', 'must be up, down, half_up, half_even or none')
  const bands: Band[] = [{ steps }]
  if (at('offPeakPrice') !== '') {
    const { from, to, weekend } = mapping.offPeak ?? { from: '19:00', to: '08:00', weekend: true }
    bands.push({ from, to, weight: 1, steps })
    if (weekend) bands.push({ days: [6, 7], weight: 2, steps })
  }
  const tariff: Tariff = {
    bands,
    ...(at('fee') === '' ? {} : { fee: '' }),
    ...(at('grace') === '' ? {} : { graceS: seconds(at('grace'), 'grace', 0) }),
    ...(at('free') === '' ? {} : { freeS: seconds(at('free'), 'free', 0) }),
    ...(at('minimumS') === '' ? {} : { minS: seconds(at('minimumS'), 'minimumS', 0) }),
    ...(at('maximumCost') === '' ? {} : { maxCost: '' }),
    ...(at('minimumCost') === '' ? {} : { minCost: '' }),
    ...(isRounding(rounding) ? { rounding } : {}),
    ...(at('decimals') === '' ? {} : { decimals: seconds(at('decimals'), 'decimals', 0) }),
  }
  try {
    return builder.shape(tariff)
  } catch (error) {
    if (error instanceof DeckRowFault) throw new DeckFieldFault('', error.message)
    throw error
  }
}

/** `60/1`, `30+6`, or two columns; one number is both. */
function incrementsFrom(at: (field: DeckField) => string): [first: number, next: number] {
  const both = at('increments')
  if (both !== '') {
    const parts = /^(\d+)(?:\s*[/+:x-]\s*(\d+))?$/.exec(both)
    if (!parts) throw new DeckFieldFault('increments', `"${both.slice(0, 40)}" must be as 60/1`)
    const first = seconds(parts[1] ?? '', 'increments', 1)
    return [first, parts[2] === undefined ? first : seconds(parts[2], 'increments', 1)]
  }
  const first = seconds(at('first'), 'first', 0)
  const next = seconds(at('next'), 'next', first || 1)
  return [first === 0 ? next : first, next]
}

function seconds(text: string, field: DeckField, otherwise: number): number {
  if (text === '') return otherwise
  if (!/^\d{1,8}$/.test(text)) throw new DeckFieldFault(field, `"${text.slice(0, 40)}" must be a whole number`)
  return Number(text)
}
