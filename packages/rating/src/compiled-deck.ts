import type { DeckRow, DeckSettings } from './deck.ts'
import type { DeckColumns, DeckShape } from './deck-columns.ts'
import { createPrefixIndex, longestPrefix, type PrefixTable, prefixMatches } from './prefix-index.ts'
import type { Shape } from './shape.ts'
import { tariffFrom } from './tariff-template.ts'

/** A deck as calls meet it: packed, never changed; about 70 bytes a row and 12 a node of its prefixes. */
export interface CompiledDeck {
  readonly settings: DeckSettings
  readonly rows: number
  /** Memory held, bytes; of names and other texts two bytes a character. */
  readonly bytes: number
  /** The row for a call, or -1. `called` and `caller` are digits; `atMs` is the answer instant. */
  find(called: string, caller: string, atMs: number): number
  prefixOf(row: number): string
  prefixLength(row: number): number
  /** What the row calls its destination. */
  nameOf(row: number): string
  isClosed(row: number): boolean
  shapeOf(row: number): Shape
  /** Place in `amounts` from which the amounts of the row stand. */
  baseOf(row: number): number
  readonly amounts: Float64Array
  /** The row as it was given. */
  rowAt(row: number): DeckRow
  readonly columns: DeckColumns
  /** The next row of the same prefix in the order in which they win, or -1: few prefixes have more than one. */
  nextOf(row: number): number
}

/** So many digits are always an exact integer. */
const mostSafeDigits = 15

export function compiledDeckFrom(settings: DeckSettings, columns: DeckColumns): CompiledDeck {
  const { rows, prefixEnds, prefixBytes } = columns
  const prefixOf = (row: number): string => {
    const from = row === 0 ? 0 : (prefixEnds[row - 1] as number)
    const to = prefixEnds[row] as number
    if (to - from > mostSafeDigits) return String.fromCharCode(...prefixBytes.subarray(from, to))
    // One text instead of one a digit: all prefixes of a deck are made when it is compared with another.
    let number = 0
    for (let at = from; at < to; at += 1) number = number * 10 + (prefixBytes[at] as number) - 48
    return to === from ? '' : String(number).padStart(to - from, '0')
  }
  const { table, next } = indexOf(columns)
  const facts = factsOf(columns, next)
  const { origin, origins, validity, validities } = columns
  const lookup: Lookup = { table, facts, validities, origins, hasOrigins: origins.some((text) => text !== '') }
  const shapes = columns.shapes.map(({ shape }) => shape)

  return {
    settings,
    rows,
    bytes: bytesOf(columns) + table.byteLength + facts.byteLength,
    find: (called, caller, atMs) => findRow(lookup, called, caller, atMs),
    prefixOf,
    prefixLength: (row) => (facts[row * factsWidth + prefixLengthFact] as number) & 0xff,
    nameOf: (row) => columns.names[columns.name[row] as number] ?? '',
    isClosed: (row) => (facts[row * factsWidth + prefixLengthFact] as number) > 0xff,
    shapeOf: (row) => shapes[facts[row * factsWidth + shapeFact] as number] as Shape,
    baseOf: (row) => facts[row * factsWidth + baseFact] as number,
    amounts: columns.amounts,
    rowAt(row) {
      const { template, shape: compiled } = columns.shapes[columns.shape[row] as number] as DeckShape
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
    nextOf: (row) => facts[row * factsWidth + nextFact] as number,
  }
}

/** What a call asks of a row, side by side: one row is then one line of the cache, not one of each column. */
const factsWidth = 8
const validityFact = 0
const originFact = 1
const nextFact = 2
/** With 256 for a closed destination: no prefix is longer than 40. */
const prefixLengthFact = 3
const shapeFact = 4
const baseFact = 5

function factsOf(columns: DeckColumns, next: Int32Array): Int32Array {
  const { rows, prefixEnds, origin, validity, shape, base, closed } = columns
  const facts = new Int32Array(rows * factsWidth)
  let from = 0
  for (let row = 0; row < rows; row += 1) {
    const at = row * factsWidth
    const to = prefixEnds[row] as number
    facts[at + validityFact] = (validity[row] as number) * 2
    facts[at + originFact] = origin[row] as number
    facts[at + nextFact] = next[row] as number
    facts[at + prefixLengthFact] = to - from + (closed[row] === 1 ? 256 : 0)
    facts[at + shapeFact] = shape[row] as number
    facts[at + baseFact] = base[row] as number
    from = to
  }
  return facts
}

interface Lookup {
  readonly table: PrefixTable
  readonly facts: Int32Array
  readonly validities: Float64Array
  readonly origins: readonly string[]
  readonly hasOrigins: boolean
}

const heads = new Int32Array(longestPrefix + 1)

/** The longest prefix of which a row is valid for the caller at the instant. */
function findRow(lookup: Lookup, called: string, caller: string, atMs: number): number {
  const { table, facts, validities, origins, hasOrigins } = lookup
  for (let found = prefixMatches(table, called, heads) - 1; found >= 0; found -= 1) {
    for (let row = (heads[found] as number) - 1; row >= 0; ) {
      const at = row * factsWidth
      const valid = facts[at + validityFact] as number
      if (atMs >= (validities[valid] as number) && atMs < (validities[valid + 1] as number)) {
        if (!hasOrigins || caller.startsWith(origins[facts[at + originFact] as number] as string)) return row
      }
      row = facts[at + nextFact] as number
    }
  }
  return -1
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
  return { table: index.packed(), next }
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
