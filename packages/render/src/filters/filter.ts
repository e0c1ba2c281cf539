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
export function folded(caseSensitive: boolean): (value: unknown) => unknown {
  return (value) => {
    const bare = plain(value)
    return typeof bare === 'string' && !caseSensitive ? bare.toLowerCase() : bare
  }
}
