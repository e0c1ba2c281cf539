import { holdsAt } from './band-time.ts'
import { powerOfTen, roundSafeRatio } from './rounding.ts'
import type { Shape, ShapeBand } from './shape.ts'

const dayMs = 86_400_000

/**
 * The price of one call, written over by the next: nothing is allocated on the way. `isExact` false: a number left the
 * range of exact integers, and `walkExactly` must be asked instead.
 */
export interface Walk {
  /** Sum of price x factor over the increments; over `shape.multiple` it is the amount at the scale of the deck. */
  numerator: number
  billedS: number
  /** Of them, free by an allowance. */
  includedS: number
  /** The band at the answer, by which the fee and the rounding go; -1: none holds there. */
  firstBand: number
  /** Integer at `decimals` digits. */
  amount: number
  decimals: number
  /** `no_band`: at some instant of the call no band holds. */
  outcome: 'ok' | 'no_band'
  isExact: boolean
}

export function createWalk(): Walk {
  return {
    numerator: 0,
    billedS: 0,
    includedS: 0,
    firstBand: -1,
    amount: 0,
    decimals: 0,
    outcome: 'ok',
    isExact: true,
  }
}

/** The band of an instant and how long it is sure to hold, both for one caller at a time. */
export const seek = { band: -1, untilMs: 0 }

/** Finds the band that holds at an instant; `seek.untilMs` is where another may begin. */
export function seekBand(shape: Shape, atMs: number): void {
  if (shape.isTimeless) {
    seek.band = 0
    seek.untilMs = Number.POSITIVE_INFINITY
    return
  }
  const { zone, cuts, bands } = shape
  const localMs = atMs + zone.offsetAt(atMs)
  const day = Math.floor(localMs / dayMs)
  const inDayMs = localMs - day * dayMs
  const second = Math.floor(inDayMs / 1000)
  let cut = 0
  while ((cuts[cut] as number) <= second) cut += 1
  const untilMs = atMs + (cuts[cut] as number) * 1000 - inDayMs
  seek.untilMs = Math.min(untilMs, zone.nextChange(atMs))
  seek.band = -1
  for (let index = 0; index < bands.length; index += 1) {
    if (holdsAt((bands[index] as ShapeBand).time, day, second)) {
      seek.band = index
      return
    }
  }
}

/** The step of a band at so many elapsed seconds; -1 before its first. */
export function stepAt(band: ShapeBand, elapsedS: number): number {
  let step = band.fromS.length - 1
  while (step >= 0 && (band.fromS[step] as number) > elapsedS) step -= 1
  return step
}

/** Seconds that are paid for before increments are counted: free seconds first, then the least. */
export function chargeableS(shape: Shape, answeredS: number): number {
  return Math.max(0, answeredS - shape.freeS, shape.minS)
}

/** A call of no time, or of no more than the grace: it costs nothing, not even the fee. */
export function isForNothing(shape: Shape, answeredS: number): boolean {
  return answeredS <= 0 || answeredS <= shape.graceS
}

/**
 * Prices a call. Amounts stand in `amounts` from `base` on. `leftS`: seconds of a split allowance; increments that
 * begin while some are left are free. `isWhole`: all of the call is within a whole allowance.
 */
export function walkCall(
  walk: Walk,
  shape: Shape,
  amounts: Float64Array,
  base: number,
  startMs: number,
  answeredS: number,
  leftS = 0,
  isWhole = false,
): void {
  walk.outcome = 'ok'
  walk.isExact = true
  walk.numerator = 0
  walk.billedS = 0
  walk.includedS = 0
  walk.amount = 0
  walk.decimals = 0
  walk.firstBand = -1
  if (isForNothing(shape, answeredS)) return
  seekBand(shape, startMs)
  walk.firstBand = seek.band
  if (seek.band < 0) {
    walk.outcome = 'no_band'
    return
  }
  walkIncrements(
    walk,
    shape,
    amounts,
    base,
    startMs,
    chargeableS(shape, answeredS),
    isWhole ? Number.MAX_SAFE_INTEGER : leftS,
  )
  if (walk.outcome === 'ok') settle(walk, shape, amounts, base)
}

/**
 * Each increment is paid whole, at the band and the step of its first instant. All increments that begin before
 * anything can change are counted at once, which is the same sum.
 */
function walkIncrements(
  walk: Walk,
  shape: Shape,
  amounts: Float64Array,
  base: number,
  startMs: number,
  paidS: number,
  includedLeftS: number,
): void {
  let elapsed = 0
  let left = includedLeftS
  let numerator = 0
  let included = 0
  while (elapsed < paidS) {
    if (elapsed > 0) seekBand(shape, startMs + elapsed * 1000)
    if (seek.band < 0) {
      walk.outcome = 'no_band'
      return
    }
    const band = shape.bands[seek.band] as ShapeBand
    const step = stepAt(band, elapsed)
    if (step < 0) {
      walk.outcome = 'no_band'
      return
    }
    let limit = paidS
    const change = Math.ceil((seek.untilMs - startMs) / 1000)
    if (change < limit) limit = change
    if (step + 1 < band.fromS.length && (band.fromS[step + 1] as number) < limit) limit = band.fromS[step + 1] as number
    const increment = band.incrementS[step] as number
    const count = Math.ceil((limit - elapsed) / increment)
    let free = 0
    if (left > 0) {
      free = Math.min(count, Math.ceil(left / increment))
      left -= free * increment
      included += free * increment
    }
    numerator += (count - free) * (band.factor[step] as number) * (amounts[base + band.priceSlot + step] as number)
    if (numerator > Number.MAX_SAFE_INTEGER || numerator < Number.MIN_SAFE_INTEGER) walk.isExact = false
    elapsed += count * increment
  }
  walk.numerator = numerator
  walk.billedS = elapsed
  walk.includedS = included
}

/** Allowance, fee, most, least, discount, rounding: in this order, and rounded once. */
function settle(walk: Walk, shape: Shape, amounts: Float64Array, base: number): void {
  const { multiple } = shape
  const band = shape.bands[walk.firstBand] as ShapeBand
  const isIncluded = walk.billedS > 0 && walk.includedS === walk.billedS
  let numerator = walk.numerator
  let isExact = walk.isExact && Number.isSafeInteger(numerator)
  if (band.feeSlot >= 0 && !isIncluded) numerator += (amounts[base + band.feeSlot] as number) * multiple
  isExact &&= Number.isSafeInteger(numerator)
  if (shape.maxSlot >= 0) numerator = Math.min(numerator, (amounts[base + shape.maxSlot] as number) * multiple)
  if (shape.minSlot >= 0) numerator = Math.max(numerator, (amounts[base + shape.minSlot] as number) * multiple)
  isExact &&= Number.isSafeInteger(numerator)
  let denominator = multiple
  if (shape.discount !== 0) {
    numerator *= 1_000_000 - shape.discount
    denominator *= 1_000_000
  }
  const shift = band.decimals - shape.scale
  if (shift > 0) numerator *= powerOfTen(shift)
  else if (shift < 0) denominator *= powerOfTen(-shift)
  walk.isExact = isExact && Number.isSafeInteger(numerator) && Number.isSafeInteger(denominator)
  walk.decimals = band.decimals
  walk.amount = walk.isExact ? roundSafeRatio(numerator, denominator, band.rounding) : Number.NaN
}
