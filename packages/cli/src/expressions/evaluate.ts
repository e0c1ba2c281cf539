import { type Expression, parseStatements } from './parse.ts'
import { boundArguments, Method, Thing, type Value } from './things.ts'
import { unreadable } from './tokens.ts'

/** Names that an expression may use; `p = …` adds one. */
export type Names = Map<string, Value>

/** Does what the text says, one statement after the other, and hands the value of each to `show`. */
export async function evaluate(
  code: string,
  names: Names,
  show: (value: Value) => void | Promise<void>,
): Promise<void> {
  for (const { target, value } of parseStatements(code)) {
    const result = await resultOf(value)
    if (target === undefined) await show(result)
    else if (target.kind === 'name') names.set(target.name, result)
    else if (target.kind === 'member') {
      const owner = await resultOf(target.of)
      if (!(owner instanceof Thing) || owner.assign === undefined) {
        throw unreadable(code, target.at, `${described(owner)} has nothing that can be set`)
      }
      owner.assign(target.name, result)
    }
  }

  async function resultOf(expression: Expression): Promise<Value> {
    switch (expression.kind) {
      case 'constant':
        return expression.value
      case 'list':
        return inOrder(expression.items)
      case 'dict': {
        const entries: [string, Value][] = []
        for (const [key, value] of expression.entries)
          entries.push([String(await resultOf(key)), await resultOf(value)])
        return Object.fromEntries(entries)
      }
      case 'name': {
        const value = names.get(expression.name)
        if (value !== undefined) return value
        throw unreadable(code, expression.at, unknown('There is no', expression.name, [...names.keys()]))
      }
      case 'member':
        return memberOf(await resultOf(expression.of), expression)
      case 'item':
        return itemOf(await resultOf(expression.of), await resultOf(expression.key), expression.at)
      case 'call': {
        const callee = await resultOf(expression.of)
        const places = await inOrder(expression.places)
        const named: [string, Value][] = []
        for (const [name, value] of expression.named) named.push([name, await resultOf(value)])
        if (!(callee instanceof Method)) throw unreadable(code, expression.at, `${described(callee)} cannot be called`)
        return callee.run(boundArguments(callee, places, named))
      }
    }
  }

  async function inOrder(expressions: readonly Expression[]): Promise<Value[]> {
    const values: Value[] = []
    for (const expression of expressions) values.push(await resultOf(expression))
    return values
  }

  function memberOf(owner: Value, { name, at }: { name: string; at: number }): Value {
    if (!(owner instanceof Thing)) throw unreadable(code, at, `${described(owner)} has no ${name}`)
    const member = owner.members.get(name)
    if (member === undefined) {
      throw unreadable(code, at, unknown(`${owner.name} has no`, name, [...owner.members.keys()]))
    }
    return member instanceof Method ? member : member.read()
  }

  async function itemOf(owner: Value, key: Value, at: number): Promise<Value> {
    if (owner instanceof Thing && owner.item && typeof key === 'string') return owner.item(key)
    if (Array.isArray(owner) && typeof key === 'number') {
      const item = (owner as readonly Value[]).at(key)
      if (item !== undefined) return item
    }
    if (typeof owner === 'object' && owner !== null && !(owner instanceof Thing) && Object.hasOwn(owner, String(key))) {
      return (owner as { readonly [name: string]: Value })[String(key)] ?? null
    }
    throw unreadable(code, at, `${described(owner)} has no item ${JSON.stringify(key)}`)
  }
}

function described(value: Value): string {
  if (value instanceof Thing) return value.name
  if (value instanceof Method) return `The method ${value.name}, which is called as ${value.signature},`
  if (value === null) return 'None'
  return `The value ${JSON.stringify(value).slice(0, 60)}`
}

/** What there is instead; the nearest name first when one is near. */
function unknown(head: string, name: string, present: readonly string[]): string {
  const near = present.find((other) => isNear(name.toLowerCase(), other.toLowerCase()))
  const guess = near === undefined ? '' : ` Did you mean ${near}?`
  return `${head} ${name}.${guess} There is ${[...present].sort().join(', ')}`
}

/** The same but for one letter too many, too few or other, or one begins with the other. */
function isNear(one: string, other: string): boolean {
  if (one.length > 2 && (other.startsWith(one) || one.startsWith(other))) return true
  let start = 0
  while (start < one.length && one[start] === other[start]) start += 1
  const [a, b] = [one.slice(start), other.slice(start)]
  return a.slice(1) === b.slice(1) || a.slice(1) === b || a === b.slice(1)
}
