import { pageOf } from '@strowger/schema'
import { type ObjectSchema, type Operation, schemaOf } from '../../rest/operation.ts'
import { everything } from '../every-page.ts'
import { pagingOf } from './paging.ts'

type Item = Readonly<Record<string, unknown>>
type Query = Readonly<Record<string, string>>

/** What our lists take at once at most. */
const ourLimit = 1_000
const paging = new Set(['limit', 'offset', 'order', 'direction'])

/** Names of what items of a list show; undefined for what is no list with pages. */
export function columnsOf(operation: Operation): readonly string[] | undefined {
  const { items } = schemaOf(operation.output).properties ?? {}
  const columns = items?.items?.properties
  const isPaged = Object.hasOwn(schemaOf(operation.input).properties ?? {}, 'limit')
  return columns !== undefined && isPaged ? Object.keys(columns) : undefined
}

/**
 * A list as scripts ask for it: without a limit they want all of it, any column orders it, and any column with a value
 * is a filter. What our own list can do is left to it.
 * @throws Fault `invalid-input`
 */
export async function answerList(
  operation: Operation,
  query: Query,
  ask: (query: Query) => Promise<{ items: readonly Item[]; total: number }>,
): Promise<{ total: number; items: readonly Item[] }> {
  const columns = columnsOf(operation) ?? []
  const known = schemaOf(operation.input).properties ?? {}
  const { order, direction, limit, offset } = pagingOf(query, columns)
  const exact = Object.entries(query).filter(([name]) => columns.includes(name) && !(name in known))
  const isOurs = order === undefined || enumOf(known['order']).includes(order)
  const ours = Object.fromEntries(Object.entries(query).filter(([name]) => name in known && !paging.has(name)))
  const ordered = isOurs ? { ...(order === undefined ? {} : { order }), direction } : {}
  if (limit !== undefined && limit >= 1 && limit <= ourLimit && exact.length === 0 && isOurs)
    return ask({ ...ours, ...ordered, limit: String(limit), offset: String(offset) })

  const all = await everything((most, from) => ask({ ...ours, ...ordered, limit: String(most), offset: String(from) }))
  const found = all.filter((item) => exact.every(([name, value]) => isSame(item[name], value)))
  // What has our order has it already.
  const places = new Map(found.map((item, place) => [item, place]))
  return pageOf(
    found,
    { direction: isOurs ? 'asc' : direction, limit: limit ?? found.length, offset },
    {
      texts: () => [],
      by: { key: isOurs ? (item) => places.get(item) : (item) => keyOf(item[order]) },
      id: (item) => String(item['uuid'] ?? item['id']),
    },
  )
}

const enumOf = (schema: ObjectSchema | undefined): readonly unknown[] => schema?.enum ?? []

function isSame(shown: unknown, wanted: string): boolean {
  if (typeof shown === 'boolean') return String(shown) === wanted.toLowerCase()
  if (typeof shown === 'object') return shown === null && wanted === ''
  return String(shown ?? '') === wanted
}

function keyOf(value: unknown): string | number {
  if (typeof value === 'number') return value
  return typeof value === 'object' ? '' : String(value ?? '')
}
