import type { Operation } from './callable.ts'
import { indexOf } from './numbers.ts'
import { areEqual, compareValues, dictDelete, dictGet, dictHas, dictSet } from './python-order.ts'
import { type Dict, entriesOf, isDict, isTrue, itemsOf, keysOf, sizeOf, Tuple, tupleOf } from './python-values.ts'

/** Methods that change a list or a dict. A template that has one gets a copy of the parameters. */
export const changingMethods: ReadonlySet<string> = new Set([
  'append',
  'extend',
  'insert',
  'pop',
  'popitem',
  'remove',
  'clear',
  'update',
  'setdefault',
  'sort',
  'reverse',
])

function onList(parameters: readonly string[], apply: Operation<unknown[]>['apply']): Operation<unknown[]> {
  return { parameters, apply }
}

/** A change: it gives None, as in Python. */
function changeList(parameters: readonly string[], change: Operation<unknown[]>['apply']): Operation<unknown[]> {
  return onList(parameters, (list, given, work) => {
    if (list instanceof Tuple) throw new TypeError('a tuple cannot be changed')
    work.meter.spend(1)
    change(list, given, work)
    return null
  })
}

export const listMethods: ReadonlyMap<string, Operation<unknown[]>> = new Map(
  Object.entries({
    append: changeList(['object'], (list, [item]) => list.push(item)),
    extend: changeList(['iterable'], (list, [items], { meter }) => {
      const more = itemsOf(items, meter)
      meter.spend(more.length)
      list.push(...more.slice())
    }),
    insert: changeList(['index', 'object'], (list, [index, item], { meter }) => {
      meter.spend(list.length >> 4)
      list.splice(indexOf(index), 0, item)
    }),
    remove: changeList(['value'], (list, [value], { meter }) => {
      meter.spend(list.length)
      const place = list.findIndex((item) => areEqual(item, value, meter))
      if (place === -1) throw new RangeError('the list does not hold it')
      list.splice(place, 1)
    }),
    clear: changeList([], (list) => list.splice(0)),
    reverse: changeList([], (list, _given, { meter }) => {
      meter.spend(list.length)
      list.reverse()
    }),
    sort: changeList(['key', 'reverse'], (list, [, reverse], { meter }) => {
      meter.sort(list.length)
      const sign = isTrue(reverse) ? -1 : 1
      list.sort((a, b) => sign * compareValues(a, b, meter))
    }),
    pop: onList(['index'], (list, [index], { meter }) => {
      if (list instanceof Tuple) throw new TypeError('a tuple cannot be changed')
      const place = index === undefined ? list.length - 1 : indexOf(index)
      const at = place < 0 ? place + list.length : place
      if (at < 0 || at >= list.length) throw new RangeError('the list has no such place')
      meter.spend(1 + ((list.length - at) >> 4))
      return list.splice(at, 1)[0]
    }),
    copy: onList([], (list, _given, { meter }) => {
      meter.spend(list.length)
      return [...list]
    }),
    count: onList(['value'], (list, [value], { meter }) => {
      meter.spend(list.length)
      return list.filter((item) => areEqual(item, value, meter)).length
    }),
    index: onList(['value', 'start', 'stop'], (list, [value, start], { meter }) => {
      meter.spend(list.length)
      const from = start === undefined ? 0 : indexOf(start)
      const place = list.findIndex((item, index) => index >= from && areEqual(item, value, meter))
      if (place === -1) throw new RangeError('the list does not hold it')
      return place
    }),
  }),
)

function onDict(parameters: readonly string[], apply: Operation<Dict>['apply']): Operation<Dict> {
  return { parameters, apply }
}

/** `update` is apart: it takes any names. */
export const dictMethods: ReadonlyMap<string, Operation<Dict>> = new Map(
  Object.entries({
    items: onDict([], (dict, _given, { meter }) => {
      meter.spend(sizeOf(dict))
      return entriesOf(dict).map(tupleOf)
    }),
    keys: onDict([], (dict, _given, { meter }) => {
      meter.spend(sizeOf(dict))
      return keysOf(dict)
    }),
    values: onDict([], (dict, _given, { meter }) => {
      meter.spend(sizeOf(dict))
      return entriesOf(dict).map(([, value]) => value)
    }),
    get: onDict(['key', 'default'], (dict, [key, otherwise = null], { meter }) =>
      dictHas(dict, key, meter) ? dictGet(dict, key, meter) : otherwise,
    ),
    copy: onDict([], (dict, _given, { meter }) => {
      meter.spend(sizeOf(dict))
      return new Map(entriesOf(dict))
    }),
    setdefault: onDict(['key', 'default'], (dict, [key, value = null], { meter }) => {
      if (!dictHas(dict, key, meter)) dictSet(dict, key, value, meter)
      return dictGet(dict, key, meter)
    }),
    pop: onDict(['key', 'default'], (dict, [key, otherwise], { meter }) => {
      if (!dictHas(dict, key, meter)) {
        if (otherwise === undefined) throw new RangeError('the dict has no such key')
        return otherwise
      }
      const value = dictGet(dict, key, meter)
      dictDelete(dict, key, meter)
      return value
    }),
    popitem: onDict([], (dict, _given, { meter }) => {
      meter.spend(sizeOf(dict))
      const last = entriesOf(dict).at(-1)
      if (last === undefined) throw new RangeError('the dict is empty')
      dictDelete(dict, last[0], meter)
      return tupleOf(last)
    }),
    clear: onDict([], (dict, _given, { meter }) => {
      for (const key of keysOf(dict)) dictDelete(dict, key, meter)
      return null
    }),
  }),
)

/** `dict.update(other, name=value)` and `dict(other, name=value)`. Throws TypeError for what holds no pairs. */
export function updateDict(
  dict: Dict,
  others: readonly unknown[],
  named: ReadonlyMap<string, unknown>,
  meter: Parameters<typeof dictSet>[3],
): void {
  if (others.length > 1) throw new TypeError('a dict is made of one other at most')
  const [other] = others
  const pairs = isDict(other) ? entriesOf(other) : itemsOf(other, meter)
  for (const pair of pairs) {
    const [key, value, ...more] = itemsOf(pair, meter)
    if (more.length > 0) throw new TypeError('a dict is made of pairs')
    dictSet(dict, key, value, meter)
  }
  for (const [key, value] of named) dictSet(dict, key, value, meter)
}
