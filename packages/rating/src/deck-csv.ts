import type { CompiledDeck } from './compiled-deck.ts'
import type { DeckRow, DeckSettings } from './deck.ts'

/** Which column of a file says what. A column is its number from 1 or its heading. */
export interface DeckMapping {
  readonly separator?: ',' | ';' | '\t' | '|'
  readonly encoding?: 'utf-8' | 'latin1' | 'windows-1252' | 'utf-16le'
  /** Lines before the first row that are skipped, headings not counted. */
  readonly skipLines?: number
  readonly headings?: boolean
  readonly decimalComma?: boolean
  readonly columns: Readonly<Partial<Record<DeckField, string | number>>>
  /** What rows have that say nothing. */
  readonly defaults?: Readonly<Partial<Record<DeckField, string>>>
  /** `YYYY-MM-DD`, `DD/MM/YYYY`, `MM/DD/YYYY`, `DD.MM.YYYY`, `YYYYMMDD`, with or without a time. */
  readonly dateForm?: string
}

export type DeckField =
  | 'prefix'
  | 'countryCode'
  | 'areaCode'
  | 'origin'
  | 'name'
  | 'price'
  | 'peakPrice'
  | 'offPeakPrice'
  | 'unit'
  | 'first'
  | 'next'
  | 'increments'
  | 'fee'
  | 'grace'
  | 'free'
  | 'minimumS'
  | 'minimumCost'
  | 'maximumCost'
  | 'validFrom'
  | 'validTo'
  | 'status'
  | 'rounding'
  | 'decimals'

export interface DeckPreset {
  readonly id: string
  readonly title: string
  readonly mapping: DeckMapping
}

export interface DeckFault {
  readonly file: string
  readonly line: number
  /** Field of the line, from 1; 0: the line as a whole. */
  readonly column: number
  readonly reason: string
}

export interface DeckImport {
  /** Undefined when there is any fault: a deck is all or nothing. */
  readonly deck: CompiledDeck | undefined
  /** Rows read, and the first of them as they would be. */
  readonly rows: number
  readonly preview: readonly DeckRow[]
  /** At most 1,000; `faultCount` is exact. */
  readonly faults: readonly DeckFault[]
  readonly faultCount: number
}

export const deckPresets: readonly DeckPreset[] = []

/** Parses, checks and indexes a file. */
export function importDeck(
  _file: string,
  _bytes: Uint8Array,
  _mapping: DeckMapping,
  _settings: DeckSettings,
): DeckImport {
  throw new Error('being built')
}

/** The file of a deck; read again by the mapping it is the same deck. Yields pieces of about 64 KiB. */
export function exportDeck(_deck: CompiledDeck, _mapping: DeckMapping): Iterable<string> {
  throw new Error('being built')
}
