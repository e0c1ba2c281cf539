import type { Rounding } from './rounding.ts'

/** Price from a number of elapsed seconds on: paid in whole increments, `price` for each `unitS`. */
export interface Step {
  readonly fromS: number
  readonly incrementS: number
  readonly unitS: number
  /** Decimal text, in the currency of the deck. */
  readonly price: string
}

/**
 * When a price holds, by the wall clock of the tariff's zone. All that is said must hold; nothing said is always.
 * Weekdays are ISO: 1 Monday to 7 Sunday. `[from, to)` as `HH:MM` or `HH:MM:SS`; a `to` that is not later than `from`
 * goes on after midnight, and then as before the weekday is that of the instant itself.
 */
export interface Band {
  readonly days?: readonly number[]
  readonly months?: readonly number[]
  readonly monthDays?: readonly number[]
  /** `YYYY-MM-DD` */
  readonly dates?: readonly string[]
  /** Only on (or, with `offCalendar`, never on) the days of this calendar. */
  readonly calendar?: string
  readonly offCalendar?: string
  readonly from?: string
  readonly to?: string
  /** Of several that hold the highest wins. Default 0. */
  readonly weight?: number
  readonly fee?: string
  readonly rounding?: Rounding
  readonly decimals?: number
  readonly steps: readonly Step[]
}

/** What a call costs. Amounts are decimal texts in the currency of the deck. */
export interface Tariff {
  readonly bands: readonly Band[]
  readonly fee?: string
  readonly graceS?: number
  readonly freeS?: number
  readonly minS?: number
  readonly maxCost?: string
  readonly minCost?: string
  /** Percent, as `2.5`. */
  readonly discount?: string
  readonly rounding?: Rounding
  readonly decimals?: number
}

/** A calendar of holidays: dates, days of each year, days counted from Easter Sunday (Gregorian). */
export interface Calendar {
  readonly id: string
  readonly dates?: readonly string[]
  /** `MM-DD` */
  readonly yearly?: readonly string[]
  /** 0 Easter Sunday, 1 Easter Monday, -2 Good Friday. */
  readonly easter?: readonly number[]
}
