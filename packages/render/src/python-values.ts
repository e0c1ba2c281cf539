/** Values as Jinja2 treats them: what is true, how they print, when they are equal. Undefined is Jinja2's undefined. */

export function isDict(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** Keys and values of a dict in its order. Keys that are numbers come first, by size, as in every JSON object. */
export function entriesOf(value: unknown): [unknown, unknown][] {
  if (value instanceof Map) return [...value.entries()]
  return isDict(value) ? Object.entries(value) : []
}

export function isTrue(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0
  if (value instanceof Map) return value.size > 0
  if (isDict(value)) return !isEmpty(value)
  return Boolean(value)
}

function isEmpty(dict: Record<string, unknown>): boolean {
  for (const key in dict) if (Object.hasOwn(dict, key)) return false
  return true
}

/** As `{{ value }}` prints it: str(). */
export function textOf(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value
    case 'undefined':
    case 'function':
      return ''
    case 'boolean':
      return value ? 'True' : 'False'
    case 'number':
      return String(value)
    default:
      return value === null ? 'None' : representationOf(value, 0)
  }
}

/** As it stands inside a list or a dict: repr(). */
function representationOf(value: unknown, depth: number): string {
  if (typeof value === 'string') {
    const quote = value.includes("'") && !value.includes('"') ? '"' : "'"
    const escaped = value
      .replaceAll('\\', '\\\\')
      .replaceAll('\n', '\\n')
      .replaceAll('\r', '\\r')
      .replaceAll('\t', '\\t')
    return quote + (quote === "'" ? escaped.replaceAll("'", "\\'") : escaped) + quote
  }
  if (depth > 8) return '...'
  if (Array.isArray(value)) return `[${value.map((item) => representationOf(item, depth + 1)).join(', ')}]`
  if (value instanceof Map || isDict(value)) {
    const entries = entriesOf(value).map(([key, item]) => {
      return `${representationOf(key, depth + 1)}: ${representationOf(item, depth + 1)}`
    })
    return `{${entries.join(', ')}}`
  }
  return value === undefined ? 'Undefined' : textOf(typeof value === 'object' && value !== null ? undefined : value)
}

/** `==`: never between kinds, so 3 is not "3"; lists and dicts by what they hold; True is 1. */
export function areEqual(a: unknown, b: unknown, depth = 0): boolean {
  if (a === b) return true
  if (typeof a === 'boolean' || typeof b === 'boolean') {
    return typeof a !== 'string' && typeof b !== 'string' && isNumeric(a) && isNumeric(b) && Number(a) === Number(b)
  }
  if (depth > 16 || typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => areEqual(item, b[index], depth + 1))
  }
  if (Array.isArray(a) || Array.isArray(b)) return false
  const entries = entriesOf(a)
  const others = new Map(entriesOf(b))
  return entries.length === others.size && entries.every(([key, item]) => areEqual(item, others.get(key), depth + 1))
}

function isNumeric(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'boolean'
}

/** `in`. */
export function contains(container: unknown, item: unknown): boolean {
  if (typeof container === 'string') return typeof item === 'string' && container.includes(item)
  if (Array.isArray(container)) return container.some((each) => areEqual(each, item))
  if (container instanceof Map) return container.has(item)
  return isDict(container) && Object.hasOwn(container, String(item))
}

/** What a `for` goes through: items of a list, keys of a dict, characters of a text. Nothing else can be looped over. */
export function itemsOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  if (typeof value === 'string') return [...value]
  if (value === undefined) return []
  if (value instanceof Map || isDict(value)) return entriesOf(value).map(([key]) => key)
  throw new TypeError(`${textOf(value)} cannot be looped over`)
}

/** `<` and its like; an order between kinds is an error, as in Python. */
export function compareValues(a: unknown, b: unknown): number {
  const numbers = isNumeric(a) && isNumeric(b)
  if (numbers) return Number(a) - Number(b)
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0
  if (Array.isArray(a) && Array.isArray(b)) {
    for (let index = 0; index < Math.min(a.length, b.length); index++) {
      const order = compareValues(a[index], b[index])
      if (order !== 0) return order
    }
    return a.length - b.length
  }
  throw new TypeError(`${textOf(a)} and ${textOf(b)} have no order`)
}
