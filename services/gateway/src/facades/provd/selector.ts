import { Fault } from '@strowger/schema'
import { isRecord } from './entity.ts'

export type Document = Readonly<Record<string, unknown>>
type Test = (value: unknown) => boolean

/** The value at `raw_config.sip_lines.1.number`; undefined where there is none. */
export function valueAt(document: unknown, dotted: string): unknown {
  let value = document
  for (const name of dotted.split('.')) {
    if (!isRecord(value) || !Object.hasOwn(value, name)) return undefined
    value = value[name]
  }
  return value
}

/**
 * The documents that a selector means: equality and `$in`, `$nin`, `$contains`, `$gt`, `$ge`, `$lt`, `$le`, `$ne`,
 * `$exists` on dotted keys, all of which must hold.
 * @throws Fault `invalid-input` for an operator that there is not.
 */
export function compileSelector(selector: Document): (document: Document) => boolean {
  const tests = Object.entries(selector).map(([key, wanted]) => ({ key, holds: testFor(wanted) }))
  return (document) => tests.every(({ key, holds }) => holds(valueAt(document, key)))
}

function testFor(wanted: unknown): Test {
  const isOperators = isRecord(wanted) && Object.keys(wanted).some((name) => name.startsWith('$'))
  if (!isOperators) return (value) => areEqual(value, wanted)
  const tests = Object.entries(wanted).map(([operator, operand]) => operatorTest(operator, operand))
  return (value) => tests.every((test) => test(value))
}

function operatorTest(operator: string, operand: unknown): Test {
  switch (operator) {
    case '$in':
      return isMemberOf(operand, operator)
    case '$nin': {
      const isMember = isMemberOf(operand, operator)
      return (value) => !isMember(value)
    }
    case '$contains':
      return (value) =>
        Array.isArray(value)
          ? value.some((item) => areEqual(item, operand))
          : typeof value === 'string' && value.includes(String(operand))
    case '$gt':
      return (value) => compare(value, operand, (order) => order > 0)
    case '$ge':
      return (value) => compare(value, operand, (order) => order >= 0)
    case '$lt':
      return (value) => compare(value, operand, (order) => order < 0)
    case '$le':
      return (value) => compare(value, operand, (order) => order <= 0)
    case '$ne':
      return (value) => !areEqual(value, operand)
    case '$exists':
      return (value) => (value !== undefined) === (operand === true)
    default:
      throw new Fault('invalid-input', { detail: `Invalid operator in selector: ${operator}` })
  }
}

function isMemberOf(operand: unknown, operator: string): Test {
  if (!Array.isArray(operand)) throw new Fault('invalid-input', { detail: `${operator} needs a list` })
  return (value) => operand.some((item) => areEqual(item, value))
}

function compare(value: unknown, operand: unknown, holds: (order: number) => boolean): boolean {
  if (typeof value === 'number' && typeof operand === 'number') return holds(value - operand)
  if (typeof value === 'string' && typeof operand === 'string')
    return holds(value < operand ? -1 : value > operand ? 1 : 0)
  return false
}

/** As JSON has it; a key that is missing is null. */
function areEqual(one: unknown, other: unknown): boolean {
  if (one === other || (one ?? null) === (other ?? null)) return true
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, index) => areEqual(item, other[index]))
  }
  if (!isRecord(one) || !isRecord(other)) return false
  const names = Object.keys(one)
  return names.length === Object.keys(other).length && names.every((name) => areEqual(one[name], other[name]))
}
