import type { Meter } from '../meter.ts'
import { add, calculated, multiply, negated, positive, remainder } from '../values/arithmetic.ts'
import { type Given, givenOf, noArguments, type Work } from '../values/callable.ts'
import { chargedMarkup } from '../values/markup.ts'
import { callMethod, callValue, memberOf, sliceOf } from '../values/member.ts'
import { Float } from '../values/numbers.ts'
import { areEqual, compareValues, contains, dictSet } from '../values/python-order.ts'
import { textOf } from '../values/python-text.ts'
import {
  entriesOf,
  isDict,
  isTrue,
  itemsOf,
  kindOf,
  Namespace,
  SafeText,
  sizeOf,
  tupleOf,
} from '../values/python-values.ts'
import { Macro, missing } from './macro.ts'

/** Numbers that are exact and whole need no further look. */
function quick(result: number, left: unknown, right: unknown): boolean {
  return Number.isSafeInteger(result) && Number.isInteger(left) && Number.isInteger(right)
}

function escapedText(value: unknown, meter: Meter): string {
  if (value instanceof SafeText) return value.text
  return chargedMarkup(textOf(value, meter), meter)
}

/** What the code of templates calls. Names are those that the compiler writes. */
export const operations = {
  add,
  multiply,
  negated,
  positive,
  remainder,
  areEqual,
  callMethod,
  compareValues,
  contains,
  escapedText,
  givenOf,
  isTrue,
  itemsOf,
  memberOf,
  missing,
  noArguments,
  sliceOf,
  textOf,
  tupleOf,
  subtract(left: unknown, right: unknown, { meter }: Work): unknown {
    const result = typeof left === 'number' && typeof right === 'number' ? left - right : Number.NaN
    return quick(result, left, right) ? result : calculated('-', left, right, meter)
  },
  divide: (left: unknown, right: unknown, { meter }: Work) => calculated('/', left, right, meter),
  floorDivide: (left: unknown, right: unknown, { meter }: Work) => calculated('//', left, right, meter),
  power: (left: unknown, right: unknown, { meter }: Work) => calculated('**', left, right, meter),
  float: (value: number) => new Float(value),
  safe: (text: string) => new SafeText(text),
  /** `~` where everything is escaped. */
  joinedMarkup: (values: readonly unknown[], meter: Meter) =>
    new SafeText(meter.joined(values.map((value) => escapedText(value, meter)).join(''))),
  dictOf(pairs: readonly (readonly [unknown, unknown])[], meter: Meter): Map<unknown, unknown> {
    const dict = new Map<unknown, unknown>()
    for (const [key, value] of pairs) dictSet(dict, key, value, meter)
    return dict
  },
  /** `dict.items()` for a loop. */
  pairsOf(value: unknown, work: Work): readonly unknown[] {
    if (!isDict(value)) return itemsOf(callMethod(value, 'items', noArguments, work), work.meter)
    work.meter.spend(sizeOf(value))
    return entriesOf(value)
  },
  unpacked(value: unknown, count: number, meter: Meter): readonly unknown[] {
    const items = itemsOf(value, meter)
    if (items.length !== count) throw new TypeError(`${items.length} values cannot be unpacked to ${count} names`)
    return items
  },
  /** Arguments with names, and with those of `*more` and `**names`. */
  givenWith(
    positions: readonly unknown[],
    pairs: readonly (readonly [string, unknown])[],
    more: unknown,
    names: unknown,
    { meter }: Work,
  ): Given {
    const all = more === undefined ? positions : [...positions, ...itemsOf(more, meter)]
    meter.spend(all.length)
    const named = new Map(pairs)
    if (names !== undefined) {
      if (!isDict(names)) throw new TypeError(`${kindOf(names)} holds no arguments by name`)
      for (const [key, value] of entriesOf(names)) named.set(textOf(key, meter), value)
    }
    return { positions: all, named }
  },
  call: (target: unknown, given: Given, work: Work, label: string) =>
    callValue(target, given, work, () => `there is no ${label} to call`),
  callWith(target: unknown, positions: readonly unknown[], work: Work, label: string): unknown {
    if (target instanceof Macro) return target.invoke(positions)
    return callValue(target, givenOf(positions), work, () => `there is no ${label} to call`)
  },
  assignAttribute(target: unknown, name: string, value: unknown): void {
    if (!(target instanceof Namespace)) throw new TypeError(`only a namespace takes attributes, not ${kindOf(target)}`)
    target.attributes.set(name, value)
  },
}
