import { Fault } from '@strowger/schema'

type Item = Readonly<Record<string, unknown>>

const columns = ['id', 'ip', 'mac', 'sn', 'plugin', 'vendor', 'model', 'version', 'description', 'config']

/** The page of a list that a query asks for, with the exact total. @throws Fault `invalid-input`. */
export function pageOf(
  items: readonly Item[],
  query: Readonly<Record<string, string>>,
): { total: number; items: Item[] } {
  const { search, order = 'ip', direction = 'asc' } = query
  if (!columns.includes(order)) {
    throw new Fault('invalid-input', {
      fields: [{ field: '/order', problem: `Must be one of: ${columns.join(', ')}.` }],
    })
  }
  if (direction !== 'asc' && direction !== 'desc') {
    throw new Fault('invalid-input', { fields: [{ field: '/direction', problem: 'Must be one of: asc, desc.' }] })
  }
  const wanted = search?.toLowerCase()
  const exact = columns.filter((column) => query[column] !== undefined)
  const found = items.filter(
    (item) =>
      exact.every((column) => textOf(item[column]) === query[column]) &&
      (wanted === undefined || columns.some((column) => textOf(item[column]).toLowerCase().includes(wanted))),
  )
  const sign = direction === 'desc' ? -1 : 1
  const key = (item: Item) => (order === 'ip' ? sortableAddress(textOf(item['ip'])) : textOf(item[order]))
  const sorted = found
    .map((item) => ({ item, key: key(item) }))
    .sort((one, other) => sign * (one.key < other.key ? -1 : one.key > other.key ? 1 : 0))
    .map(({ item }) => item)
  const offset = wholeNumber(query, 'offset') ?? 0
  const limit = wholeNumber(query, 'limit')
  return { total: sorted.length, items: sorted.slice(offset, limit === undefined ? undefined : offset + limit) }
}

function wholeNumber(query: Readonly<Record<string, string>>, name: string): number | undefined {
  const text = query[name]
  if (text === undefined) return undefined
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new Fault('invalid-input', { fields: [{ field: `/${name}`, problem: 'Not a valid integer.' }] })
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** 192.0.2.9 before 192.0.2.10. */
function sortableAddress(ip: string): string {
  return ip.replaceAll(/\d+/g, (digits) => digits.padStart(5, '0'))
}
