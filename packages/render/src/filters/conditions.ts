import { calculated } from '../values/arithmetic.ts'
import { bound, Callable, type Given, type Work } from '../values/callable.ts'
import { isFloat, isInteger, numericOf } from '../values/numbers.ts'
import { areEqual, compareValues, contains } from '../values/python-order.ts'
import { textOf } from '../values/python-text.ts'
import { isDict, plain, SafeText } from '../values/python-values.ts'
import { isLower, isUpper } from '../values/string-methods.ts'
import { type Condition, charged } from './filter.ts'

type Holds = (value: unknown, given: readonly unknown[], work: Work) => boolean

function condition(name: string, parameters: readonly string[], holds: Holds): [string, Condition] {
  return [
    name,
    (value: unknown, given: Given, work: Work) =>
      holds(plain(value), bound(`the test ${name}`, parameters, given), work),
  ]
}

/** Several names for one test. */
function conditionsNamed(names: readonly string[], parameters: readonly string[], holds: Holds): [string, Condition][] {
  return names.map((name) => condition(name, parameters, holds))
}

function remainderIs(value: unknown, divisor: unknown, rest: number, { meter }: Work): boolean {
  return areEqual(calculated('%', value, divisor, meter), rest, meter)
}

const isListOrText = (value: unknown) => typeof value === 'string' || Array.isArray(value) || isDict(value)

const withOther = ['other']

const all: readonly (readonly [string, Condition])[] = [
  condition('defined', [], (value) => value !== undefined),
  condition('undefined', [], (value) => value === undefined),
  condition('none', [], (value) => value === null),
  condition('true', [], (value) => value === true),
  condition('false', [], (value) => value === false),
  condition('boolean', [], (value) => typeof value === 'boolean'),
  condition('string', [], (value) => typeof value === 'string'),
  condition('number', [], (value) => numericOf(value) !== undefined),
  condition('integer', [], (value) => isInteger(value)),
  condition('float', [], (value) => isFloat(value)),
  condition('mapping', [], (value) => isDict(value)),
  condition('sequence', [], (value) => isListOrText(value) || value === undefined),
  condition('iterable', [], (value) => isListOrText(value) || value === undefined),
  // What is undefined can be called in Python: it raises then.
  condition('callable', [], (value) => value === undefined || value instanceof Callable),
  condition('odd', [], (value, _given, work) => remainderIs(value, 2, 1, work)),
  condition('even', [], (value, _given, work) => remainderIs(value, 2, 0, work)),
  condition('divisibleby', ['num'], (value, [divisor], work) => remainderIs(value, plain(divisor), 0, work)),
  condition('lower', [], (value, _given, { meter }) => isLower(textOf(value, meter))),
  condition('upper', [], (value, _given, { meter }) => isUpper(textOf(value, meter))),
  ['escaped', (value) => value instanceof SafeText],
  condition('sameas', withOther, (value, [other]) => Object.is(value, plain(other))),
  condition('in', ['seq'], (value, [container], { meter }) => contains(container, value, meter)),
  ...conditionsNamed(['eq', 'equalto', '=='], withOther, (value, [other], { meter }) => areEqual(value, other, meter)),
  ...conditionsNamed(['ne', '!='], withOther, (value, [other], { meter }) => !areEqual(value, other, meter)),
  ...conditionsNamed(
    ['lt', 'lessthan', '<'],
    withOther,
    (value, [other], { meter }) => compareValues(value, other, meter) < 0,
  ),
  ...conditionsNamed(['le', '<='], withOther, (value, [other], { meter }) => compareValues(value, other, meter) <= 0),
  ...conditionsNamed(
    ['gt', 'greaterthan', '>'],
    withOther,
    (value, [other], { meter }) => compareValues(value, other, meter) > 0,
  ),
  ...conditionsNamed(['ge', '>='], withOther, (value, [other], { meter }) => compareValues(value, other, meter) >= 0),
  ['filter', (value) => filterNames().has(String(plain(value)))],
  ['test', (value) => conditions.has(String(plain(value)))],
]

/** What may stand behind `is`: the tests of Jinja2. */
export const conditions: ReadonlyMap<string, Condition> = new Map(all.map(([name, inner]) => [name, charged(inner)]))

let filterNames: () => ReadonlySet<string> = () => new Set()

/** Filters know tests, and one test knows the filters: the table of these tells its names when it is made. */
export function tellFilterNames(names: ReadonlySet<string>): void {
  filterNames = () => names
}
