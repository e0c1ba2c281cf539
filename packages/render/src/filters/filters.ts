import type { Given, Work } from '../values/callable.ts'
import { memberOf } from '../values/member.ts'
import { isTrue, itemsOf, plain, SafeText } from '../values/python-values.ts'
import { conditions, tellFilterNames } from './conditions.ts'
import { attributeOf, type Condition, charged, type Filter, filter } from './filter.ts'
import { jsonText } from './json-text.ts'
import { listFilters } from './list-filters.ts'
import { numberFilters } from './number-filters.ts'
import { textFilters } from './text-filters.ts'

const [, otherwise] = filter('default', ['default_value', 'boolean'], (value, [instead = '', boolean]) =>
  value === undefined || (isTrue(boolean) && !isTrue(value)) ? instead : value,
)

function filterNamed(name: unknown): Filter {
  const known = filters.get(String(plain(name)))
  if (known === undefined) throw new TypeError(`there is no filter ${String(plain(name))}`)
  return known
}

function conditionNamed(name: unknown): Condition {
  const known = conditions.get(String(plain(name)))
  if (known === undefined) throw new TypeError(`there is no test ${String(plain(name))}`)
  return known
}

/** `map('upper')`, `map('join', ', ')`, `map(attribute='name', default='')`. */
const mapped: Filter = (value, given, work) => {
  const items = isTrue(value) ? itemsOf(value, work.meter) : []
  work.meter.spend(items.length)
  const attribute = given.named.get('attribute')
  if (attribute !== undefined && given.positions.length === 0) {
    const part = attributeOf(attribute, work)
    return items.map((item) => {
      const found = part(item)
      return found === undefined ? given.named.get('default') : found
    })
  }
  const [name, ...rest] = given.positions
  const apply = filterNamed(name)
  const inner: Given = { positions: rest, named: given.named }
  return items.map((item) => {
    work.meter.spend(1)
    return apply(item, inner, work)
  })
}

/** `select`, `reject`, and by attribute `selectattr`, `rejectattr`. */
function selecting(wanted: boolean, byAttribute: boolean): Filter {
  return (value, given: Given, work: Work) => {
    const items = isTrue(value) ? itemsOf(value, work.meter) : []
    work.meter.spend(items.length)
    const [first, ...others] = given.positions
    const part = byAttribute ? attributeOf(first, work) : (item: unknown) => item
    const [name, ...rest] = byAttribute ? others : given.positions
    const holds = name === undefined ? undefined : conditionNamed(name)
    const inner = { positions: rest, named: given.named }
    return items.filter((item) => {
      work.meter.spend(1)
      return (holds ? holds(part(item), inner, work) : isTrue(part(item))) === wanted
    })
  }
}

const all: readonly (readonly [string, Filter])[] = [
  ...textFilters,
  ...numberFilters,
  ...listFilters,
  ['default', otherwise],
  ['d', otherwise],
  ['map', mapped],
  ['select', selecting(true, false)],
  ['reject', selecting(false, false)],
  ['selectattr', selecting(true, true)],
  ['rejectattr', selecting(false, true)],
  // Attributes of Python's objects, which a dict's keys are not.
  filter('attr', ['name'], (value, [name], work) =>
    typeof value === 'object' && value !== null && 'attributes' in value ? memberOf(value, name, work) : undefined,
  ),
  filter('tojson', ['indent'], (value, [indent], { meter }) => new SafeText(jsonText(value, indent, meter))),
]

/** These go through every value of every file and charge for it themselves. */
const chargeThemselves = new Set(['value', 'exact'])

/** The filters that templates have: those of Jinja2 by its names, and `value` and `exact` for the format of the plugin. */
export const filters: ReadonlyMap<string, Filter> = new Map(
  all.map(([name, inner]) => [name, chargeThemselves.has(name) ? inner : charged(inner)]),
)

tellFilterNames(new Set(filters.keys()))
