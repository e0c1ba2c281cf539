import { add } from '../values/arithmetic.ts'
import type { Given, Work } from '../values/callable.ts'
import { indexOf } from '../values/numbers.ts'
import { areEqual, compareValues } from '../values/python-order.ts'
import {
  entriesOf,
  isDict,
  isTrue,
  itemsOf,
  kindOf,
  plain,
  SafeText,
  sizeOf,
  tupleOf,
} from '../values/python-values.ts'
import { attributeOf, type Filter, filter, folded } from './filter.ts'

function listOf(value: unknown, { meter }: Work): unknown[] {
  const items = itemsOf(value, meter)
  meter.spend(items.length)
  return [...items]
}

/** In a stable order: equal items stay as they are, also the other way round. */
function ordered(items: unknown[], keyOf: (item: unknown) => unknown, reverse: boolean, { meter }: Work): unknown[] {
  const keyed = items.map((item) => ({ item, key: keyOf(item) }))
  meter.sort(items.length)
  const sign = reverse ? -1 : 1
  keyed.sort((a, b) => sign * compareValues(a.key, b.key, meter))
  return keyed.map(({ item }) => item)
}

function sorted(value: unknown, [reverse, caseSensitive, attribute]: readonly unknown[], work: Work): unknown[] {
  const paths = typeof attribute === 'string' && attribute.includes(',') ? attribute.split(',') : [attribute]
  const fold = folded(isTrue(caseSensitive), work.meter)
  const parts = paths.map((path) => attributeOf(path, work))
  const keyOf = (item: unknown) => {
    const keys = parts.map((part) => fold(part(item)))
    return keys.length === 1 ? keys[0] : keys
  }
  return ordered(listOf(value, work), keyOf, isTrue(reverse), work)
}

function dictSorted(value: unknown, given: readonly unknown[], work: Work): unknown[] {
  const [caseSensitive, by = 'key', reverse] = given
  if (by !== 'key' && by !== 'value') throw new RangeError('dictsort goes by key or by value')
  if (!isDict(value)) throw new TypeError(`dictsort takes a dict, not ${kindOf(value)}`)
  const place = by === 'value' ? 1 : 0
  const fold = folded(isTrue(caseSensitive), work.meter)
  const pairs = entriesOf(value)
  // Keys of JSON are texts: those that are all whole numbers are lines and keys of a phone, to be sorted as such.
  const areNumbers =
    place === 0 && !(value instanceof Map) && pairs.every(([key]) => /^(?:0|[1-9]\d{0,8})$/.test(String(key)))
  const keyOf = (pair: unknown) => (areNumbers ? Number((pair as unknown[])[0]) : fold((pair as unknown[])[place]))
  return ordered(pairs, keyOf, isTrue(reverse), work).map((pair) => tupleOf(pair as unknown[]))
}

function extreme(name: string, sign: number): [string, Filter] {
  return filter(name, ['case_sensitive', 'attribute'], (value, [caseSensitive, attribute], work) => {
    const part = attributeOf(attribute, work)
    const fold = folded(isTrue(caseSensitive), work.meter)
    const items = listOf(value, work)
    return items.reduce(
      (best, item) => (sign * compareValues(fold(part(item)), fold(part(best)), work.meter) > 0 ? item : best),
      items[0],
    )
  })
}

function unique(value: unknown, [caseSensitive, attribute]: readonly unknown[], work: Work): unknown[] {
  const part = attributeOf(attribute, work)
  const fold = folded(isTrue(caseSensitive), work.meter)
  const seen: unknown[] = []
  const quick = new Set<unknown>()
  return listOf(value, work).filter((item) => {
    const key = fold(part(item))
    if (typeof key === 'string' || (typeof key === 'number' && key > 1)) {
      const isNew = !quick.has(key)
      quick.add(key)
      return isNew
    }
    work.meter.spend(seen.length)
    if (seen.some((each) => areEqual(each, key, work.meter))) return false
    seen.push(key)
    return true
  })
}

function batched(value: unknown, [size, filling]: readonly unknown[], work: Work): unknown[] {
  const count = indexOf(size)
  if (count < 1) throw new RangeError('a batch has one item at least')
  const items = listOf(value, work)
  const rows: unknown[][] = []
  for (let place = 0; place < items.length; place += count) rows.push(items.slice(place, place + count))
  const last = rows.at(-1)
  if (last !== undefined && filling !== undefined && filling !== null) {
    work.meter.spend(count)
    while (last.length < count) last.push(filling)
  }
  return rows
}

function sliced(value: unknown, [slices, filling]: readonly unknown[], work: Work): unknown[] {
  const count = work.meter.width(slices)
  if (count < 1) throw new RangeError('there is one slice at least')
  const items = listOf(value, work)
  const [size, larger] = [Math.floor(items.length / count), items.length % count]
  work.meter.spend(count)
  let place = 0
  return Array.from({ length: count }, (_, index) => {
    const part = items.slice(place, place + size + (index < larger ? 1 : 0))
    place += part.length
    if (filling !== undefined && filling !== null && index >= larger) part.push(filling)
    return part
  })
}

function grouped(value: unknown, [attribute, otherwise, caseSensitive]: readonly unknown[], work: Work): unknown[] {
  const part = attributeOf(attribute, work)
  const keyOf = (item: unknown) => {
    const key = part(item)
    return key === undefined ? otherwise : key
  }
  const fold = folded(isTrue(caseSensitive), work.meter)
  const groups: { key: unknown; shown: unknown; items: unknown[] }[] = []
  for (const item of ordered(listOf(value, work), (each) => fold(keyOf(each)), false, work)) {
    const key = fold(keyOf(item))
    const last = groups.at(-1)
    if (last !== undefined && areEqual(last.key, key, work.meter)) last.items.push(item)
    else groups.push({ key, shown: keyOf(item), items: [item] })
  }
  return groups.map(({ shown, items }) => tupleOf([shown, items]))
}

function summed(value: unknown, [attribute, start = 0]: readonly unknown[], work: Work): unknown {
  const part = attributeOf(attribute, work)
  return listOf(value, work).reduce((total, item) => add(total, part(item), work), start)
}

function lengthOf(value: unknown): number {
  const bare = plain(value)
  if (typeof bare === 'string') return /[\ud800-\udfff]/.test(bare) ? [...bare].length : bare.length
  if (Array.isArray(bare)) return bare.length
  if (isDict(bare)) return sizeOf(bare)
  if (bare === undefined) return 0
  throw new TypeError(`${kindOf(bare)} has no length`)
}

function reversed(value: unknown, given: Given, work: Work): unknown {
  if (value instanceof SafeText) return new SafeText(String(reversed(value.text, given, work)))
  const items = listOf(value, work).reverse()
  return typeof value === 'string' ? items.join('') : items
}

const [, count] = filter('length', [], lengthOf)

export const listFilters: readonly [string, Filter][] = [
  ['length', count],
  ['count', count],
  filter('first', [], (value, _given, { meter }) => itemsOf(value, meter)[0]),
  filter('last', [], (value, _given, { meter }) => itemsOf(value, meter).at(-1)),
  filter('list', [], (value, _given, work) => listOf(value, work)),
  ['reverse', reversed],
  filter('sort', ['reverse', 'case_sensitive', 'attribute'], sorted),
  filter('dictsort', ['case_sensitive', 'by', 'reverse'], dictSorted),
  filter('items', [], (value, _given, { meter }) => {
    if (value === undefined) return []
    if (!isDict(value)) throw new TypeError(`items takes a dict, not ${kindOf(value)}`)
    meter.spend(sizeOf(value))
    return entriesOf(value).map(tupleOf)
  }),
  filter('unique', ['case_sensitive', 'attribute'], unique),
  extreme('min', -1),
  extreme('max', 1),
  filter('sum', ['attribute', 'start'], summed),
  filter('batch', ['linecount', 'fill_with'], batched),
  filter('slice', ['slices', 'fill_with'], sliced),
  filter('groupby', ['attribute', 'default', 'case_sensitive'], grouped),
]
