import type { CompiledDeck } from './compiled-deck.ts'
import type { DeckRow, DeckSettings } from './deck.ts'
import { createDeckBuilder, DeckRowFault } from './deck-builder.ts'
import { type DeckFault, type DeckField, type DeckMapping, deckFields } from './deck-fields.ts'
import { timeProblems } from './deck-overlaps.ts'
import { createDeckRowReader, DeckFieldFault } from './deck-row-reader.ts'
import { deckTextFrom } from './deck-text.ts'
import { growing } from './growing.ts'
import { CsvFault, splitCsvLine } from './sources/csv-line.ts'
import { zoneOf } from './zone.ts'

export interface DeckImport {
  /** Undefined when there is any fault: a deck is all or nothing. */
  readonly deck: CompiledDeck | undefined
  /** Rows that could be read, and the first 20 of them as they would be. */
  readonly rows: number
  readonly preview: readonly DeckRow[]
  /** In order of lines, at most 1,000; `faultCount` is exact. */
  readonly faults: readonly DeckFault[]
  readonly faultCount: number
  /** What is no fault but should be known: gaps in time. At most 1,000. */
  readonly warnings: readonly DeckFault[]
  readonly warningCount: number
}

const mostShown = 1000
const previewRows = 20

/**
 * Parses, checks and indexes a file of prices. Every line is looked at, so that all faults are told at once; with any of
 * them there is no deck. `revision` is that of the import. 300,000 rows take about two seconds.
 */
export function importDeck(
  file: string,
  bytes: Uint8Array,
  mapping: DeckMapping,
  settings: DeckSettings,
  revision = 1,
): DeckImport {
  const faults: DeckFault[] = []
  let faultCount = 0
  const fault = (line: number, column: number, reason: string): void => {
    faultCount += 1
    if (faults.length < mostShown) faults.push({ file, line, column, reason })
  }
  const nothing = (): DeckImport => ({
    deck: undefined,
    rows: 0,
    preview: [],
    faults,
    faultCount,
    warnings: [],
    warningCount: 0,
  })

  const text = deckTextFrom(bytes, mapping.encoding)
  if (typeof text !== 'string') {
    fault(text.line, 0, text.reason)
    return nothing()
  }
  const lines = linesOf(text, mapping)
  const places = placesOf(mapping, lines, fault)
  if (places === undefined) return nothing()

  const builder = createDeckBuilder(settings)
  const zone = zoneOf(settings.zone)
  if (!zone) return nothing()
  const readRow = createDeckRowReader(mapping, builder, zone, settings.scale)
  const fields: string[] = []
  let count = 0
  const { separator = ',', defaults = {} } = mapping
  const at = (field: DeckField): string => {
    const place = places[field]
    const own = place === undefined || place >= count ? '' : (fields[place] ?? '').trim()
    return own === '' ? (defaults[field] ?? '') : own
  }
  const rowLine = growing((length) => new Uint32Array(length))
  const rowHasEnd = growing((length) => new Uint8Array(length))
  const needed = Math.max(-1, places.prefix ?? -1, places.price ?? -1)

  let line = 0
  for (let from = 0; from <= text.length; line += 1) {
    const found = text.indexOf('\n', from)
    const end = found < 0 ? text.length : found
    const content = text.slice(from, text.charCodeAt(end - 1) === 13 && end > from ? end - 1 : end)
    from = end + 1
    if (line + 1 < lines.first || content.trim() === '') continue
    try {
      count = splitCsvLine(content, separator, fields)
      if (count <= needed)
        throw new DeckFieldFault('', `has ${count} columns; the mapping asks for column ${needed + 1}`)
      const row = readRow(at)
      for (const prefix of row.prefixes) {
        builder.addShaped(row, prefix, revision)
        rowLine.push(line + 1)
        rowHasEnd.push(row.hasEnd ? 1 : 0)
      }
    } catch (error) {
      const [column, reason] = placeOf(error, places)
      fault(line + 1, column, reason)
    }
  }
  if (builder.rows === 0 && faultCount === 0) fault(lines.first, 0, 'there are no rows')
  const deck = builder.build()
  const warnings: DeckFault[] = []
  let warningCount = 0
  for (const problem of timeProblems(deck, { line: rowLine.finished(), hasEnd: rowHasEnd.finished() })) {
    if (problem.kind === 'overlap') fault(problem.line, (places.prefix ?? -1) + 1, problem.text)
    else {
      warningCount += 1
      if (warnings.length < mostShown) warnings.push({ file, line: problem.line, column: 0, reason: problem.text })
    }
  }
  faults.sort((a, b) => a.line - b.line)
  const preview = Array.from({ length: Math.min(previewRows, deck.rows) }, (_, row) => deck.rowAt(row))
  return {
    deck: faultCount === 0 ? deck : undefined,
    rows: deck.rows,
    preview,
    faults,
    faultCount,
    warnings,
    warningCount,
  }
}

function placeOf(error: unknown, places: Partial<Record<DeckField, number>>): [column: number, reason: string] {
  if (error instanceof CsvFault) return [error.column, error.message]
  if (error instanceof DeckFieldFault) {
    const place = error.field === '' ? undefined : places[error.field]
    return [
      place === undefined ? 0 : place + 1,
      error.field === '' ? error.message : `${error.field}: ${error.message}`,
    ]
  }
  if (error instanceof DeckRowFault) return [(places.prefix ?? -1) + 1, `${error.field}: ${error.message}`]
  throw error
}

interface Lines {
  /** From 1; the first that may hold a row. */
  readonly first: number
  readonly headings: string
}

function linesOf(text: string, mapping: DeckMapping): Lines {
  const first = (mapping.skipLines ?? 0) + (mapping.headings === true ? 2 : 1)
  if (mapping.headings !== true) return { first, headings: '' }
  let from = 0
  for (let line = 1; line < first - 1; line += 1) {
    const end = text.indexOf('\n', from)
    if (end < 0) return { first, headings: '' }
    from = end + 1
  }
  const end = text.indexOf('\n', from)
  return { first, headings: text.slice(from, end < 0 ? text.length : end).replace(/\r$/, '') }
}

function placesOf(
  mapping: DeckMapping,
  lines: Lines,
  fault: (line: number, column: number, reason: string) => void,
): Partial<Record<DeckField, number>> | undefined {
  const places: Partial<Record<DeckField, number>> = {}
  const headings: string[] = []
  const at = lines.first - 1
  if (mapping.headings === true) {
    try {
      const count = splitCsvLine(lines.headings, mapping.separator ?? ',', headings)
      headings.length = count
    } catch (error) {
      fault(at, error instanceof CsvFault ? error.column : 0, error instanceof Error ? error.message : 'is no CSV')
      return undefined
    }
  }
  const names = headings.map((heading) => heading.trim().toLowerCase())
  let isWhole = true
  for (const field of deckFields) {
    const column = mapping.columns[field]
    if (column === undefined) continue
    const place = typeof column === 'number' ? column - 1 : names.indexOf(column.trim().toLowerCase())
    if (place < 0) {
      fault(at, 0, `there is no column "${column}" for ${field}`)
      isWhole = false
    }
    places[field] = place
  }
  if (places.prefix === undefined && places.countryCode === undefined && places.areaCode === undefined) {
    fault(at, 0, 'the mapping says of no column that it is the prefix')
    isWhole = false
  }
  return isWhole ? places : undefined
}
