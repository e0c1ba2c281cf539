import type { Meter } from './meter.ts'
import { entriesOf, isDict } from './python-values.ts'
import { stringMethods } from './string-methods.ts'

/** A value that shows templates what it says it shows, and nothing else. */
export interface Showing {
  member(name: string): unknown
}

const dictMethods = ['items', 'keys', 'values', 'get'] as const

/**
 * `object.name` and `object[name]`. Only own keys of dicts, positions of lists and texts, and the listed methods:
 * nothing of JavaScript (`constructor`, prototypes, functions) can be reached.
 */
export function memberOf(object: unknown, name: unknown, meter: Meter): unknown {
  if (object === undefined || object === null) return undefined
  if (typeof object === 'string') return memberOfText(object, name, meter)
  if (Array.isArray(object)) return typeof name === 'number' ? object.at(name) : undefined
  if (object instanceof Map) return object.has(name) ? object.get(name) : dictMethod(object, name, meter)
  if (isDict(object)) {
    const key = String(name)
    return Object.hasOwn(object, key) ? object[key] : dictMethod(object, name, meter)
  }
  if (isShowing(object)) return object.member(String(name))
  return undefined
}

function isShowing(object: unknown): object is Showing {
  return typeof object === 'object' && object !== null && 'member' in object && typeof object.member === 'function'
}

function memberOfText(text: string, name: unknown, meter: Meter): unknown {
  if (typeof name === 'number') return text.at(name)
  if (typeof name !== 'string' || !Object.hasOwn(stringMethods, name)) return undefined
  const method = stringMethods[name]
  return method && ((...given: unknown[]) => method(text, given, meter))
}

function dictMethod(dict: object, name: unknown, meter: Meter): unknown {
  switch (dictMethods.find((known) => known === name)) {
    case 'items':
      return () => counted(entriesOf(dict), meter)
    case 'keys':
      return () => counted(entriesOf(dict), meter).map(([key]) => key)
    case 'values':
      return () => counted(entriesOf(dict), meter).map(([, value]) => value)
    case 'get':
      return (key: unknown, otherwise: unknown = null) => {
        if (dict instanceof Map) return dict.has(key) ? dict.get(key) : otherwise
        return isDict(dict) && Object.hasOwn(dict, String(key)) ? dict[String(key)] : otherwise
      }
    default:
      return undefined
  }
}

function counted<Item>(items: Item[], meter: Meter): Item[] {
  meter.spend(items.length)
  return items
}
