import type { DeckRow, DeckSettings } from './deck.ts'
import type { DeckColumns, DeckShape } from './deck-columns.ts'
import { createPrefixIndex, longestPrefix } from './prefix-index.ts'
import { tariffFrom } from './tariff-template.ts'

/** A deck as calls meet it: packed, never changed; about 40 bytes a row and 44 a node of its prefixes. */
export interface CompiledDeck {
  readonly settings: DeckSettings
  readonly rows: number
  /** Memory held, bytes; of names and other texts two bytes a character. */
  readonly bytes: number
  /** The row for a call, or -1. `called` and `caller` are digits; `atMs` is the answer instant. */
  find(called: string, caller: string, atMs: number): number
  prefixOf(row: number): string
  prefixLength(row: number): number
  isClosed(row: number): boolean
  shapeOf(row: number): DeckShape['shape']
  /** Place in `amounts` from which the amounts of the row stand. */
  baseOf(row: number): number
  readonly amounts: Float64Array
  /** The row as it was given. */
  rowAt(row: number): DeckRow
  readonly columns: DeckColumns
  /** The next row of the same prefix in the order in which they win, or -1: few prefixes have more than one. */
  nextOf(row: number): number
}

const digits = '0123456789'

export function compiledDeckFrom(settings: DeckSettings, columns: DeckColumns): CompiledDeck {
  const { rows, prefixEnds, prefixBytes } = columns
  const prefixOf = (row: number): string => {
    let prefix = ''
    const to = prefixEnds[row] as number
    for (let at = row === 0 ? 0 : (prefixEnds[row - 1] as number); at < to; at += 1)
      prefix += digits[(prefixBytes[at] as number) - 48]
    return prefix
  }
  const { index, next } = indexOf(columns)
  const heads = new Int32Array(longestPrefix + 1)
  const { origin, origins, validity, validities, shape, shapes } = columns
  const hasOrigins = origins.some((text) => text !== '')

  const find = (called: string, caller: string, atMs: number): number => {
    for (let found = index.matches(called, heads) - 1; found >= 0; found -= 1) {
      for (let row = (heads[found] as number) - 1; row >= 0; row = next[row] as number) {
        const valid = (validity[row] as number) * 2
        if (atMs < (validities[valid] as number) || atMs >= (validities[valid + 1] as number)) continue
        if (!hasOrigins || caller.startsWith(origins[origin[row] as number] as string)) return row
      }
    }
    return -1
  }

  return {
    settings,
    rows,
    bytes: bytesOf(columns) + index.bytes + next.byteLength,
    find,
    prefixOf,
    prefixLength: (row) => (prefixEnds[row] as number) - (row === 0 ? 0 : (prefixEnds[row - 1] as number)),
    isClosed: (row) => columns.closed[row] === 1,
    shapeOf: (row) => (shapes[shape[row] as number] as DeckShape).shape,
    baseOf: (row) => columns.base[row] as number,
    amounts: columns.amounts,
    rowAt(row) {
      const { template, shape: compiled } = shapes[shape[row] as number] as DeckShape
      const valid = (validity[row] as number) * 2
      return {
        prefix: prefixOf(row),
        origin: origins[origin[row] as number] as string,
        name: columns.names[columns.name[row] as number] as string,
        validFromMs: validities[valid] as number,
        validToMs: validities[valid + 1] as number,
        status: columns.closed[row] === 1 ? 'closed' : 'open',
        revision: columns.revision[row] as number,
        tariff: tariffFrom(template, compiled, columns.amounts, columns.base[row] as number),
      }
    },
    columns,
    nextOf: (row) => next[row] as number,
  }
}

/** Rows of one prefix hang together in the order in which they win: origin, valid from, revision, later in the file. */
function indexOf(columns: DeckColumns) {
  const { prefixBytes, prefixEnds } = columns
  const index = createPrefixIndex(Math.ceil(columns.rows * 1.3))
  const next = new Int32Array(columns.rows).fill(-1)
  let from = 0
  for (let row = 0; row < columns.rows; row += 1) {
    const to = prefixEnds[row] as number
    const node = index.nodeFor(prefixBytes, from, to)
    from = to
    const head = index.valueOf(node) - 1
    if (head < 0 || precedes(columns, row, head)) {
      next[row] = head
      index.setValue(node, row + 1)
      continue
    }
    let before = head
    while ((next[before] as number) >= 0 && !precedes(columns, row, next[before] as number))
      before = next[before] as number
    next[row] = next[before] as number
    next[before] = row
  }
  return { index, next }
}

function precedes(columns: DeckColumns, row: number, other: number): boolean {
  const { origin, origins, validity, validities, revision } = columns
  const length = (at: number): number => (origins[origin[at] as number] as string).length
  const from = (at: number): number => validities[(validity[at] as number) * 2] as number
  if (length(row) !== length(other)) return length(row) > length(other)
  if (from(row) !== from(other)) return from(row) > from(other)
  return (revision[row] as number) >= (revision[other] as number)
}

function bytesOf(columns: DeckColumns): number {
  let bytes = 0
  for (const column of Object.values(columns)) if (ArrayBuffer.isView(column)) bytes += column.byteLength
  for (const text of [...columns.names, ...columns.origins]) bytes += text.length * 2
  return bytes
}
