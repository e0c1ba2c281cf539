import { pageOf } from '@strowger/schema'
import { pagingOf } from './paging.ts'

type Item = Readonly<Record<string, unknown>>

const columns = ['id', 'ip', 'mac', 'sn', 'plugin', 'vendor', 'model', 'version', 'description', 'config']

/** The page of devices that a query asks for, with the exact total. @throws Fault `invalid-input`. */
export function devicePage(
  items: readonly Item[],
  query: Readonly<Record<string, string>>,
): { total: number; items: Item[] } {
  const { order = 'ip', direction, limit = items.length, offset } = pagingOf(query, columns)
  const exact = columns.filter((column) => query[column] !== undefined)
  const found = items.filter((item) => exact.every((column) => textOf(item[column]) === query[column]))
  const key = (item: Item) => (order === 'ip' ? sortableAddress(textOf(item['ip'])) : textOf(item[order]))
  return pageOf(
    found,
    { search: query['search'], direction, limit, offset },
    {
      texts: (item) => columns.map((column) => textOf(item[column])),
      by: { key },
      id: (item) => textOf(item['id']),
    },
  )
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** 192.0.2.9 before 192.0.2.10. */
function sortableAddress(ip: string): string {
  return ip.replaceAll(/\d+/g, (digits) => digits.padStart(5, '0'))
}
