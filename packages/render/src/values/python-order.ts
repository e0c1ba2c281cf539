import type { Meter } from '../meter.ts'
import { compareNumbers, numericOf } from './numbers.ts'
import { type Dict, entriesOf, isDict, isPlainObject, keysOf, kindOf, plain, sizeOf, Tuple } from './python-values.ts'

const maxNesting = 24

/** `==`: never between kinds, so 3 is not "3"; lists and dicts by what they hold; True is 1. */
export function areEqual(left: unknown, right: unknown, meter: Meter, depth = 0): boolean {
  const a = plain(left)
  const b = plain(right)
  if (typeof a === 'string' || typeof b === 'string') return areSameTexts(a, b, meter)
  if (a === b) return true
  const number = numericOf(a)
  const other = numericOf(b)
  if (number !== undefined || other !== undefined) {
    return number !== undefined && other !== undefined && compareNumbers(number, other) === 0
  }
  meter.spend(4)
  if (depth > maxNesting) return false
  if (Array.isArray(a) && Array.isArray(b)) {
    if (a instanceof Tuple !== b instanceof Tuple || a.length !== b.length) return false
    meter.spend(a.length)
    return a.every((item, index) => areEqual(item, b[index], meter, depth + 1))
  }
  if (!isDict(a) || !isDict(b)) return false
  meter.spend(sizeOf(a))
  const entries = entriesOf(a)
  return (
    entries.length === keysOf(b).length &&
    entries.every(([key, item]) => dictHas(b, key, meter) && areEqual(item, dictGet(b, key, meter), meter, depth + 1))
  )
}

/** Only texts of one length are compared character by character. */
function areSameTexts(a: unknown, b: unknown, meter: Meter): boolean {
  if (typeof a !== 'string' || typeof b !== 'string' || a.length !== b.length) return false
  meter.look(a)
  return a === b
}

/** The key under which a dict holds what equals this one: 1, 1.0 and True are one key, tuples are equal by content. */
function keyIn(dict: Map<unknown, unknown>, asked: unknown, meter: Meter): unknown {
  const key = plain(asked)
  if (typeof key === 'string') meter.look(key)
  if (typeof key === 'string' || key === null || dict.has(key)) return key
  if (typeof key === 'number' && key !== 0 && key !== 1 && !Number.isInteger(key)) return key
  meter.spend(dict.size)
  for (const known of dict.keys()) if (areEqual(known, key, meter)) return known
  return key
}

export function dictHas(dict: Dict, key: unknown, meter: Meter): boolean {
  if (dict instanceof Map) return dict.has(keyIn(dict, key, meter))
  const name = plain(key)
  return typeof name === 'string' && Object.hasOwn(dict, name)
}

export function dictGet(dict: Dict, key: unknown, meter: Meter): unknown {
  if (dict instanceof Map) return dict.get(keyIn(dict, key, meter))
  const name = plain(key)
  return typeof name === 'string' && Object.hasOwn(dict, name) ? dict[name] : undefined
}

export function dictSet(dict: Dict, key: unknown, value: unknown, meter: Meter): void {
  meter.spend(1)
  if (dict instanceof Map) {
    if (isDict(key) || (Array.isArray(key) && !(key instanceof Tuple))) {
      throw new TypeError(`${kindOf(key)} cannot be a key`)
    }
    dict.set(keyIn(dict, key, meter), value)
  } else {
    const name = plain(key)
    if (typeof name !== 'string') throw new TypeError('the keys of this dict are texts')
    Object.defineProperty(dict, name, { value, writable: true, enumerable: true, configurable: true })
  }
}

export function dictDelete(dict: Dict, key: unknown, meter: Meter): void {
  if (dict instanceof Map) dict.delete(keyIn(dict, key, meter))
  else delete dict[String(plain(key))]
}

/** `in`. Throws TypeError for what holds nothing. */
export function contains(container: unknown, asked: unknown, meter: Meter): boolean {
  const holder = plain(container)
  const item = plain(asked)
  if (typeof holder === 'string') {
    meter.scan(holder.length)
    if (typeof item !== 'string') throw new TypeError(`a text cannot hold ${kindOf(item)}`)
    meter.look(item)
    return holder.includes(item)
  }
  if (Array.isArray(holder)) {
    meter.spend(holder.length)
    return holder.some((each) => areEqual(each, item, meter))
  }
  if (holder instanceof Map || isPlainObject(holder)) return dictHas(holder, item, meter)
  if (holder === undefined) return false
  throw new TypeError(`${kindOf(holder)} holds nothing`)
}

/** `<` and its like; an order between kinds is an error, as in Python. NaN for what has none. */
export function compareValues(left: unknown, right: unknown, meter: Meter, depth = 0): number {
  const a = plain(left)
  const b = plain(right)
  if (typeof a === 'string' && typeof b === 'string') return compareTexts(a, b, meter)
  const number = numericOf(a)
  const other = numericOf(b)
  if (number !== undefined && other !== undefined) return compareNumbers(number, other)
  const areAlike = Array.isArray(a) && Array.isArray(b) && a instanceof Tuple === b instanceof Tuple
  if (areAlike && depth <= maxNesting) {
    for (let index = 0; index < Math.min(a.length, b.length); index++) {
      meter.spend(2)
      if (!areEqual(a[index], b[index], meter)) return compareValues(a[index], b[index], meter, depth + 1)
    }
    return a.length - b.length
  }
  throw new TypeError(`${kindOf(a)} and ${kindOf(b)} have no order`)
}

/** By code points, as Python: JavaScript's `<` goes by UTF-16, where some of the rarest come too early. */
function compareTexts(a: string, b: string, meter: Meter): number {
  if (areSameTexts(a, b, meter)) return 0
  let index = 0
  while (index < a.length && index < b.length && a.charCodeAt(index) === b.charCodeAt(index)) index++
  meter.spend(index >> 3)
  const left = a.charCodeAt(index)
  const right = b.charCodeAt(index)
  if (Number.isNaN(left) || Number.isNaN(right)) return a.length - b.length
  return order(left) - order(right)
}

/** Halves of pairs stand for code points above all others. */
function order(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}
