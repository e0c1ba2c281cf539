import type { CompiledDeck } from './compiled-deck.ts'
import type { DeckRow } from './deck.ts'
import { type DeckField, type DeckMapping, deckFields } from './deck-fields.ts'
import { ownDeckMapping } from './deck-presets.ts'
import { csvField } from './sources/csv-line.ts'
import type { Tariff } from './tariff.ts'
import { zoneOf } from './zone.ts'

/** A row that the columns of a mapping cannot say: which, and what would be lost. */
export class DeckExportFault extends Error {
  override readonly name = 'DeckExportFault'
}

const pieceCharacters = 65_536

/**
 * The file of a deck; read again by the mapping it is the same deck. Yields pieces of about 64 KiB. Throws
 * DeckExportFault when a row has what the mapping has no column for.
 */
export function* exportDeck(deck: CompiledDeck, mapping: DeckMapping = ownDeckMapping): Generator<string> {
  const { separator = ',' } = mapping
  const columns = columnsOf(mapping)
  let piece =
    mapping.headings === true
      ? line(
          columns.map(({ heading }) => heading),
          separator,
        )
      : ''
  for (let row = 0; row < deck.rows; row += 1) {
    const texts = textsOf(deck.rowAt(row), deck, mapping)
    for (const [field, text] of Object.entries(texts)) {
      if (
        text !== '' &&
        text !== mapping.defaults?.[field as DeckField] &&
        !columns.some((column) => column.field === field)
      ) {
        throw new DeckExportFault(
          `row ${row + 1}, prefix ${deck.prefixOf(row)}: the mapping has no column for ${field} (${text.slice(0, 60)})`,
        )
      }
    }
    piece += line(
      columns.map(({ field }) => (field === undefined ? '' : (texts[field] ?? ''))),
      separator,
    )
    if (piece.length >= pieceCharacters) {
      yield piece
      piece = ''
    }
  }
  if (piece !== '') yield piece
}

interface Column {
  readonly field: DeckField | undefined
  readonly heading: string
}

function columnsOf(mapping: DeckMapping): readonly Column[] {
  const columns: Column[] = []
  for (const field of deckFields) {
    const column = mapping.columns[field]
    if (typeof column === 'number') columns[column - 1] = { field, heading: field }
  }
  for (const field of deckFields) {
    const column = mapping.columns[field]
    if (typeof column === 'string') columns.push({ field, heading: column })
  }
  return Array.from(columns, (column) => column ?? { field: undefined, heading: '' })
}

function line(texts: readonly string[], separator: string): string {
  return `${texts.map((text) => csvField(text, separator)).join(separator)}\n`
}

function textsOf(row: DeckRow, deck: CompiledDeck, mapping: DeckMapping): Partial<Record<DeckField, string>> {
  const zone = deck.settings.zone
  const decimal = (text: string): string => (mapping.decimalComma === true ? text.replace('.', ',') : text)
  return {
    prefix: row.prefix,
    origin: row.origin,
    name: row.name,
    validFrom: dateText(row.validFromMs, mapping.dateForm, zone),
    validTo: dateText(row.validToMs, mapping.dateForm, zone),
    status: row.status === 'closed' ? 'closed' : '',
    ...tariffTexts(row.tariff, mapping, decimal),
  }
}

/** By columns where one band says it all and there are columns for it; else as JSON. */
function tariffTexts(
  tariff: Tariff,
  mapping: DeckMapping,
  decimal: (text: string) => string,
): Partial<Record<DeckField, string>> {
  const { bands, fee, maxCost, minCost, graceS, freeS, minS, rounding, decimals, discount, ...unknown } = tariff
  const [band, ...more] = bands
  const { steps = [], ...times } = band ?? {}
  const [first, next, ...further] = steps
  const isFlat =
    first !== undefined &&
    (next === undefined ||
      (next.fromS === first.incrementS && next.price === first.price && next.unitS === first.unitS))
  const isSimple =
    isFlat &&
    more.length + further.length + Object.keys(times).length + Object.keys(unknown).length === 0 &&
    discount === undefined
  if (!isSimple || first === undefined) return { tariff: JSON.stringify(tariff) }
  const after = next ?? first
  const hasPair = mapping.columns.first !== undefined || mapping.columns.next !== undefined
  const increments: Partial<Record<DeckField, string>> = hasPair
    ? { first: String(first.incrementS), next: String(after.incrementS) }
    : first.incrementS === 1 && after.incrementS === 1
      ? {}
      : { increments: `${first.incrementS}/${after.incrementS}` }
  const texts: Partial<Record<DeckField, string>> = {
    price: decimal(first.price),
    ...increments,
    ...(first.unitS === 60 ? {} : { unit: String(first.unitS) }),
    fee: decimal(fee ?? ''),
    maximumCost: decimal(maxCost ?? ''),
    minimumCost: decimal(minCost ?? ''),
    grace: numberText(graceS),
    free: numberText(freeS),
    minimumS: numberText(minS),
    rounding: rounding ?? '',
    decimals: decimals === undefined ? '' : String(decimals),
  }
  const isMissing = Object.entries(texts).some(
    ([field, text]) => text !== '' && mapping.columns[field as DeckField] === undefined,
  )
  return isMissing && mapping.columns.tariff !== undefined ? { tariff: JSON.stringify(tariff) } : texts
}

function numberText(value: number | undefined): string {
  return value === undefined ? '' : String(value)
}

/** Wall clock of the deck's zone in the form of the mapping; ISO with Z where it has none. */
function dateText(ms: number, form: string | undefined, zoneName: string): string {
  if (!Number.isFinite(ms)) return ''
  if (form === undefined || form === '' || form.toUpperCase() === 'ISO') return new Date(ms).toISOString()
  if (form === 'epoch') return String(ms / 1000)
  const wall = new Date(ms + (zoneOf(zoneName)?.offsetAt(ms) ?? 0)).toISOString()
  const parts: Record<string, string> = {
    YYYY: wall.slice(0, 4),
    YY: wall.slice(2, 4),
    MM: wall.slice(5, 7),
    DD: wall.slice(8, 10),
    HH: wall.slice(11, 13),
    mm: wall.slice(14, 16),
    ss: wall.slice(17, 19),
  }
  const text = form.replaceAll(/YYYY|YY|MM|DD|HH|mm|ss/g, (token) => parts[token] ?? token)
  return form.includes('HH') || wall.slice(11, 19) === '00:00:00' ? text : `${text} ${wall.slice(11, 19)}`
}
