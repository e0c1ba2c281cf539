import type { Meter } from '../meter.ts'
import { bound, type Given, noArguments, type Work } from '../values/callable.ts'
import { memberOf } from '../values/member.ts'
import { indexOf } from '../values/numbers.ts'
import { plain, SafeText } from '../values/python-values.ts'

/** `value|name(…)`. */
export type Filter = (value: unknown, given: Given, work: Work) => unknown
/** `value is name(…)`. */
export type Condition = (value: unknown, given: Given, work: Work) => boolean

type Apply = (value: unknown, given: readonly unknown[], work: Work) => unknown

/** A filter on values without marks, with its arguments by position. */
export function filter(name: string, parameters: readonly string[], apply: Apply): [string, Filter] {
  const label = `the filter ${name}`
  return [
    name,
    (value, given, work) => {
      const bare = value instanceof SafeText ? value.text : value
      if (given === noArguments) return apply(bare, noArguments.positions, work)
      return apply(bare, bound(label, parameters, given).map(plain), work)
    },
  ]
}

/** A filter whose text is markup again when it was given markup. */
export function textFilter(name: string, parameters: readonly string[], apply: Apply): [string, Filter] {
  const [, inner] = filter(name, parameters, apply)
  return [
    name,
    (value, given, work) => {
      const result = inner(value, given, work)
      return value instanceof SafeText && typeof result === 'string' ? new SafeText(result) : result
    },
  ]
}

/** What `attribute='a.b.0'` takes from each item. */
export function attributeOf(attribute: unknown, work: Work): (item: unknown) => unknown {
  if (attribute === undefined || attribute === null) return (item) => item
  if (typeof attribute === 'number') return (item) => memberOf(item, indexOf(attribute), work)
  const path = String(plain(attribute))
    .split('.')
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part))
  return (item) => {
    work.meter.spend(path.length)
    return path.reduce((value: unknown, part) => memberOf(value, part, work), item)
  }
}

/** Texts without regard to capitals, unless they matter. */
export function folded(caseSensitive: boolean, meter: Meter): (value: unknown) => unknown {
  return (value) => {
    const bare = plain(value)
    if (typeof bare !== 'string' || caseSensitive) return bare
    meter.look(bare)
    return bare.toLowerCase()
  }
}

/** A filter or test that is charged for the texts it is given: who calls it in a loop has them looked through each time. */
export function charged<Result>(
  inner: (value: unknown, given: Given, work: Work) => Result,
): (value: unknown, given: Given, work: Work) => Result {
  return (value, given, work) => {
    lookInto(value, work.meter)
    if (given !== noArguments) {
      for (const each of given.positions) lookInto(each, work.meter)
      for (const each of given.named.values()) lookInto(each, work.meter)
    }
    return inner(value, given, work)
  }
}

function lookInto(value: unknown, meter: Meter): void {
  if (typeof value === 'string') meter.look(value)
  else if (value instanceof SafeText) meter.look(value.text)
}
