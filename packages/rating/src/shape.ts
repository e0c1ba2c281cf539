import type { BandTime } from './band-time.ts'
import type { Rounding } from './rounding.ts'
import type { Zone } from './zone.ts'

/**
 * All of a tariff but its amounts, so that the rows of a deck, which differ in little else, share a few of them.
 * Amounts stand in an array beside it, as integers at the scale of the deck; a slot is a place in that array.
 */
export interface Shape {
  readonly zone: Zone
  /** The highest first: the first that holds is the one. */
  readonly bands: readonly ShapeBand[]
  /** No band asks for the time: the first always holds. */
  readonly isTimeless: boolean
  /** Seconds of the day at which another band may begin, rising; the last is 86,400. */
  readonly cuts: Int32Array
  readonly graceS: number
  readonly freeS: number
  readonly minS: number
  /** Least common multiple of the units: the denominator of every sum. */
  readonly multiple: number
  readonly scale: number
  /** -1: none. */
  readonly maxSlot: number
  readonly minSlot: number
  /** Of 1,000,000: 25,000 is 2.5 %. */
  readonly discount: number
  readonly slots: number
}

export interface ShapeBand {
  readonly time: BandTime
  /** Of a step each, rising by `fromS`. */
  readonly fromS: Int32Array
  readonly incrementS: Int32Array
  readonly unitS: Int32Array
  /** increment x multiple / unit: by this a price becomes the numerator of one increment. */
  readonly factor: Float64Array
  readonly priceSlot: number
  readonly feeSlot: number
  readonly rounding: Rounding
  /** Digits of the result; what `none` keeps, too. */
  readonly decimals: number
  /** Place in the tariff as it was given. */
  readonly index: number
}
