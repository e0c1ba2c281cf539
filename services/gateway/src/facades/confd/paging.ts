import { Fault } from '@strowger/schema'

type Query = Readonly<Record<string, string>>

/** What part of a list is asked for, and in which order. */
export interface Paging {
  readonly order: string | undefined
  readonly direction: 'asc' | 'desc'
  /** Undefined: all of it. */
  readonly limit: number | undefined
  readonly offset: number
}

/** Reads it; `columns` are what a list can be ordered by. @throws Fault `invalid-input` as scripts know it */
export function pagingOf(query: Query, columns: readonly string[]): Paging {
  const { order, direction = 'asc' } = query
  if (order !== undefined && !columns.includes(order)) refuse('order', `Must be one of: ${columns.join(', ')}.`)
  if (direction !== 'asc' && direction !== 'desc') return refuse('direction', 'Must be one of: asc, desc.')
  return { order, direction, limit: wholeNumber(query, 'limit'), offset: wholeNumber(query, 'offset') ?? 0 }
}

function wholeNumber(query: Query, name: string): number | undefined {
  const text = query[name]
  if (text === undefined) return undefined
  return /^\d{1,9}$/.test(text) ? Number(text) : refuse(name, 'Not a valid integer.')
}

function refuse(name: string, problem: string): never {
  throw new Fault('invalid-input', { fields: [{ field: `/${name}`, problem }] })
}
