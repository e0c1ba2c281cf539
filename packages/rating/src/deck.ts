import type { Rounding } from './rounding.ts'
import type { Calendar, Tariff } from './tariff.ts'

/** What holds for all rows of a deck. */
export interface DeckSettings {
  readonly id: string
  readonly name: string
  /** ISO 4217 */
  readonly currency: string
  /** Digits of its prices after the point, 0 to 8. Default 6. */
  readonly scale: number
  /** IANA; bands are read by its wall clock. */
  readonly zone: string
  readonly rounding: Rounding
  readonly decimals: number
  readonly calendars?: readonly Calendar[]
}

/** One row: what calls to (and, when said, from) a prefix cost while it is valid. */
export interface DeckRow {
  /** Digits; empty is every number. */
  readonly prefix: string
  /** Prefix of the caller; empty is every caller. */
  readonly origin: string
  readonly name: string
  /** [from, to), milliseconds UTC; -Infinity and Infinity where the row says nothing. */
  readonly validFromMs: number
  readonly validToMs: number
  readonly status: 'open' | 'closed'
  /** Of the import that brought it; of two rows otherwise equal the higher wins. */
  readonly revision: number
  readonly tariff: Tariff
}
