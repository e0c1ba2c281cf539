/** Which column of a file says what. A column is its number from 1 or its heading. */
export interface DeckMapping {
  readonly separator?: ',' | ';' | '\t' | '|'
  readonly encoding?: 'utf-8' | 'latin1' | 'utf-16le'
  /** Lines before the headings, or before the first row, that are skipped. */
  readonly skipLines?: number
  readonly headings?: boolean
  readonly decimalComma?: boolean
  readonly columns: Readonly<Partial<Record<DeckField, string | number>>>
  /** What rows have that say nothing. */
  readonly defaults?: Readonly<Partial<Record<DeckField, string>>>
  /** ISO when not said; else as `DD/MM/YYYY`, `MM/DD/YYYY HH:mm`, `YYYYMMDD`, `epoch`. By the zone of the deck. */
  readonly dateForm?: string
  /** What the words of the status mean; without it: closed, blocked, d, delete, deleted, 0 are closed. */
  readonly closedWords?: readonly string[]
  /** When the second price holds, for files with peak and off-peak. */
  readonly offPeak?: { readonly from: string; readonly to: string; readonly weekend: boolean }
  /** Several prefixes in one field: `20, 22-24;31`. */
  readonly prefixLists?: boolean
}

/** `tariff`: all of a tariff as JSON, for what columns cannot say; it goes before the columns of prices and steps. */
export const deckFields = [
  'prefix',
  'countryCode',
  'areaCode',
  'origin',
  'name',
  'price',
  'offPeakPrice',
  'unit',
  'first',
  'next',
  'increments',
  'fee',
  'grace',
  'free',
  'minimumS',
  'minimumCost',
  'maximumCost',
  'validFrom',
  'validTo',
  'status',
  'rounding',
  'decimals',
  'tariff',
] as const
export type DeckField = (typeof deckFields)[number]

export interface DeckFault {
  readonly file: string
  readonly line: number
  /** Field of the line, from 1; 0: the line as a whole. */
  readonly column: number
  readonly reason: string
}
