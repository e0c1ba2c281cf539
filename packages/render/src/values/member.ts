import { BoundFunction, bound, Callable, type Given, type Work } from './callable.ts'
import { changingMethods, dictMethods, listMethods, updateDict } from './collection-methods.ts'
import { escapedMarkup } from './markup.ts'
import { dictGet } from './python-order.ts'
import { isDict, isPlainObject, kindOf, Namespace, plain, SafeText, Tuple, tupleOf } from './python-values.ts'
import { slicePlaces } from './string-cuts.ts'
import { callStringMethod, stringMethods } from './string-methods.ts'

/**
 * `object.name` and `object[name]`. Only own keys of dicts, places of lists and texts, and the listed methods:
 * nothing of JavaScript (`constructor`, prototypes, functions) can be reached. What there is not is undefined.
 */
export function memberOf(object: unknown, name: unknown, work: Work): unknown {
  if (typeof name === 'string') work.meter.look(name)
  if (typeof object !== 'object' || object === null) {
    return typeof object === 'string' ? memberOfText(object, name, work) : undefined
  }
  if (isPlainObject(object)) {
    // All keys of JSON are texts: a whole number finds the key that it is written as.
    const key = typeof name === 'number' ? String(name) : name
    if (typeof key !== 'string') return undefined
    if (Object.hasOwn(object, key)) return object[key]
    return hasMethod(key) ? boundMethod(object, key) : undefined
  }
  if (object instanceof Map) {
    if (typeof name !== 'string') return dictGet(object, name, work.meter)
    const value = object.get(name)
    return value !== undefined || object.has(name) || !hasMethod(name) ? value : boundMethod(object, name)
  }
  if (Array.isArray(object)) {
    if (typeof name === 'number') return object.at(name)
    if (typeof name === 'boolean') return object[Number(name)]
    return typeof name === 'string' && listMethods.has(name) ? boundMethod(object, name) : undefined
  }
  if (object instanceof SafeText) return memberOfText(object, name, work)
  if (object instanceof Namespace) return object.attributes.get(String(name))
  return object instanceof Callable ? object.member(String(name)) : undefined
}

function memberOfText(text: string | SafeText, name: unknown, work: Work): unknown {
  const bare = typeof text === 'string' ? text : text.text
  if (typeof name === 'number') return characterAt(bare, name, work)
  if (typeof name === 'boolean') return characterAt(bare, Number(name), work)
  return typeof name === 'string' && (name === 'format' || stringMethods.has(name))
    ? boundMethod(text, name)
    : undefined
}

function characterAt(text: string, place: number, work: Work): string | undefined {
  work.meter.scan(text.length)
  // Halves of pairs are counted as one character, as everywhere in Python.
  return /[\ud800-\udfff]/.test(text) ? [...text].at(place) : text.at(place)
}

function hasMethod(name: string): boolean {
  return name === 'update' || dictMethods.has(name)
}

function boundMethod(object: unknown, name: string): BoundFunction {
  return new BoundFunction(`method ${name}`, (given, work) => callMethod(object, name, given, work))
}

/** `object.name(…)` without making the method a value first. */
export function callMethod(object: unknown, name: string, given: Given, work: Work): unknown {
  if (typeof object === 'string' || object instanceof SafeText) {
    const called = callStringMethod(object, name, given, work, {
      bound,
      member: (value, key) => memberOf(value, /^-?\d+$/.test(key) ? Number(key) : key, work),
      escaped: (value) => (typeof value === 'string' ? escapedMarkup(value) : value),
    })
    if (called !== undefined) return called.result
  } else if (Array.isArray(object)) {
    const method = listMethods.get(name)
    if (method !== undefined) {
      refuseChange(name, work)
      return method.apply(object, bound(name, method.parameters, given), work)
    }
  } else if (isDict(object) && hasMethod(name)) {
    refuseChange(name, work)
    if (name === 'update') {
      updateDict(object, given.positions, given.named, work.meter)
      return null
    }
    const method = dictMethods.get(name)
    if (method !== undefined) return method.apply(object, bound(name, method.parameters, given), work)
  }
  return callValue(memberOf(object, name, work), given, work, () => `${kindOf(object)} has no method ${name}`)
}

/** A change is refused where the template is not known to change anything: it would change the device's own data. */
function refuseChange(name: string, work: Work): void {
  if (!work.mayChange && changingMethods.has(name)) {
    throw new TypeError(`the method ${name} must be called by its name here`)
  }
}

export function callValue(target: unknown, given: Given, work: Work, problem: () => string): unknown {
  if (target instanceof Callable) return target.call(given, work)
  throw new TypeError(target === undefined ? problem() : `${kindOf(target)} cannot be called`)
}

/** `object[start:stop:step]`. */
export function sliceOf(value: unknown, start: unknown, stop: unknown, step: unknown, { meter }: Work): unknown {
  const object = plain(value)
  if (typeof object === 'string') {
    meter.scan(object.length)
    const characters = /[\ud800-\udfff]/.test(object) ? [...object] : object
    const places = slicePlaces(characters.length, start, stop, step)
    meter.spend(places.length >> 2)
    if (step === undefined && typeof characters === 'string') {
      return characters.slice(places[0] ?? 0, (places.at(-1) ?? -1) + 1)
    }
    return places.map((place) => characters[place]).join('')
  }
  if (Array.isArray(object)) {
    const places = slicePlaces(object.length, start, stop, step)
    meter.spend(places.length)
    const items = places.map((place) => object[place])
    return object instanceof Tuple ? tupleOf(items) : items
  }
  return undefined
}
