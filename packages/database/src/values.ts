import pg from 'pg'

const int8 = 20
const date = 1082

/**
 * How a column's text becomes a value: as pg does it, but for `bigint`, which becomes a number (our revisions and row
 * ids stay far below 2^53), and `date`, which stays `2026-11-21` (pg would make a moment in the local zone of it).
 */
export function parseValue(type: number, format?: 'text' | 'binary'): (value: never) => unknown {
  if (type === int8) return Number
  if (type === date) return String
  return pg.types.getTypeParser(type, format ?? 'text') as (value: never) => unknown
}
