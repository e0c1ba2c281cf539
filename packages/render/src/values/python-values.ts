import type { Meter } from '../meter.ts'

/** Values as Jinja2 treats them. Undefined is Jinja2's undefined, null is None, a list is an array. */

/** Never changes, and prints with parentheses. Its methods make plain arrays. */
export class Tuple extends Array<unknown> {
  static override get [Symbol.species](): ArrayConstructor {
    return Array
  }
}

export function tupleOf(items: Iterable<unknown>): Tuple {
  const tuple = new Tuple()
  for (const item of items) tuple.push(item)
  return tuple
}

/** A text that is markup already: `e` leaves it alone. */
export class SafeText {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** What `namespace()` makes: the only value whose attributes a template may set. */
export class Namespace {
  readonly attributes: Map<string, unknown>

  constructor(attributes: Iterable<readonly [string, unknown]>) {
    this.attributes = new Map(attributes)
  }
}

/** Bytes, from `str.encode()`: they can be printed, and counted. */
export class Bytes {
  readonly bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }
}

/** A dict is a Map where a template has made it, and a plain object where it came from JSON. */
export type Dict = Map<unknown, unknown> | Record<string, unknown>

export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

export function isDict(value: unknown): value is Dict {
  return value instanceof Map || isPlainObject(value)
}

/** Keys and values in order. In an object from JSON, keys that are whole numbers come first, by size. */
export function entriesOf(dict: Dict): [unknown, unknown][] {
  return dict instanceof Map ? [...dict.entries()] : Object.entries(dict)
}

export function keysOf(dict: Dict): unknown[] {
  return dict instanceof Map ? [...dict.keys()] : Object.keys(dict)
}

export function sizeOf(dict: Dict): number {
  return dict instanceof Map ? dict.size : Object.keys(dict).length
}

/** Without SafeText: what most operations work on. */
export function plain(value: unknown): unknown {
  return value instanceof SafeText ? value.text : value
}

export function isTrue(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return Boolean(value)
  if (Array.isArray(value)) return value.length > 0
  if (value instanceof Map) return value.size > 0
  if (isPlainObject(value)) {
    for (const key in value) if (Object.hasOwn(value, key)) return true
    return false
  }
  if (value instanceof SafeText) return value.text !== ''
  return 'value' in value ? value.value !== 0 : true
}

/** What a `for` goes through: items of a list, keys of a dict, characters of a text. Nothing else can be looped over. */
export function itemsOf(value: unknown, meter: Meter): readonly unknown[] {
  if (Array.isArray(value)) return value
  if (value === undefined) return []
  if (value instanceof SafeText) return itemsOf(value.text, meter)
  if (typeof value === 'string') {
    meter.spend(value.length)
    return [...value]
  }
  if (isDict(value)) {
    const keys = keysOf(value)
    meter.spend(keys.length)
    return keys
  }
  throw new TypeError(`${kindOf(value)} cannot be looped over`)
}

/** The name of a value's type, as Python calls it, for errors. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'undefined'
  if (value === null) return 'None'
  if (typeof value === 'string' || value instanceof SafeText) return 'a text'
  if (typeof value === 'boolean') return 'a boolean'
  if (typeof value === 'number' || typeof value === 'bigint') return 'a number'
  if (value instanceof Tuple) return 'a tuple'
  if (Array.isArray(value)) return 'a list'
  if (isDict(value)) return 'a dict'
  return typeof value === 'object' && 'value' in value ? 'a number' : 'an object'
}
