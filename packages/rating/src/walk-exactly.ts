import { textFrom } from './amount.ts'
import { roundRatio } from './rounding.ts'
import type { Shape, ShapeBand } from './shape.ts'
import { chargeableS, isForNothing, seek, seekBand, stepAt } from './walk.ts'

/** One step of how a price came about. Amounts are decimal texts; `amount` is the sum so far, not rounded. */
export interface ExplainedStep {
  readonly step:
    | 'duration'
    | 'zero'
    | 'grace'
    | 'free'
    | 'minimum_duration'
    | 'row'
    | 'increments'
    | 'allowance'
    | 'fee'
    | 'maximum'
    | 'minimum'
    | 'discount'
    | 'rounding'
    | 'error'
  readonly text: string
  readonly seconds?: number
  readonly amount?: string
  /** Of `increments`: elapsed seconds [from, to), how many of what length, at which price for which unit. */
  readonly fromS?: number
  readonly toS?: number
  readonly increments?: number
  readonly incrementS?: number
  readonly unitS?: number
  readonly price?: string
  /** Place of the band in the tariff as it was given, from 0. */
  readonly band?: number
  /** Instant at which the first of these increments begins. */
  readonly at?: string
}

export interface ExactWalk {
  readonly outcome: 'ok' | 'no_band'
  /** Integer at `decimals` digits. */
  readonly amount: bigint
  readonly decimals: number
  readonly billedS: number
  readonly includedS: number
  readonly steps: readonly ExplainedStep[]
}

interface Sum {
  numerator: bigint
  denominator: bigint
}

const shownDigits = 12

/**
 * The same price as `walkCall`, by integers of any size, and told step by step. This is the definition; the other is
 * its fast form, and a property test holds them equal.
 */
export function walkExactly(
  shape: Shape,
  amounts: readonly bigint[],
  startMs: number,
  answeredS: number,
  leftS = 0,
  isWhole = false,
): ExactWalk {
  const steps: ExplainedStep[] = [{ step: 'duration', text: `Answered for ${answeredS} s`, seconds: answeredS }]
  const nothing = (step: ExplainedStep): ExactWalk => {
    steps.push(step)
    return { outcome: 'ok', amount: 0n, decimals: 0, billedS: 0, includedS: 0, steps }
  }
  if (answeredS <= 0)
    return nothing({ step: 'zero', text: 'A call of no time costs nothing, not even the fee', amount: '0' })
  if (isForNothing(shape, answeredS)) {
    return nothing({ step: 'grace', text: `Not longer than the grace of ${shape.graceS} s: free, no fee`, amount: '0' })
  }
  const paidS = chargeableS(shape, answeredS)
  if (shape.freeS > 0) {
    const left = Math.max(0, answeredS - shape.freeS)
    steps.push({ step: 'free', text: `${shape.freeS} s are free: ${left} s are left`, seconds: left })
  }
  if (paidS > Math.max(0, answeredS - shape.freeS)) {
    steps.push({ step: 'minimum_duration', text: `At least ${shape.minS} s are paid`, seconds: paidS })
  }
  seekBand(shape, startMs)
  const first = shape.bands[seek.band]
  if (first === undefined) return noBand(steps, startMs)
  const sum: Sum = { numerator: 0n, denominator: BigInt(shape.multiple) * 10n ** BigInt(shape.scale) }
  const walked = incrementsOf(shape, amounts, startMs, paidS, isWhole ? Number.MAX_SAFE_INTEGER : leftS, sum, steps)
  if (walked === undefined) return noBand(steps, startMs)
  const isIncluded = walked.billedS > 0 && walked.includedS === walked.billedS
  settle(shape, first, amounts, sum, isIncluded, steps)
  const { rounding, decimals } = first
  const amount = roundRatio(sum.numerator * 10n ** BigInt(decimals), sum.denominator, rounding)
  steps.push({
    step: 'rounding',
    text: `Rounded once: ${rounding}, ${decimals} digits`,
    amount: textFrom(amount, decimals),
  })
  return { outcome: 'ok', amount, decimals, ...walked, steps }
}

function noBand(steps: ExplainedStep[], atMs: number): ExactWalk {
  steps.push({ step: 'error', text: 'No price holds at this instant of the call', at: instantText(atMs) })
  return { outcome: 'no_band', amount: 0n, decimals: 0, billedS: 0, includedS: 0, steps }
}

function incrementsOf(
  shape: Shape,
  amounts: readonly bigint[],
  startMs: number,
  paidS: number,
  leftS: number,
  sum: Sum,
  steps: ExplainedStep[],
): { billedS: number; includedS: number } | undefined {
  let elapsed = 0
  let left = leftS
  let included = 0
  while (elapsed < paidS) {
    const atMs = startMs + elapsed * 1000
    seekBand(shape, atMs)
    const band = shape.bands[seek.band]
    const step = band === undefined ? -1 : stepAt(band, elapsed)
    if (band === undefined || step < 0) return undefined
    const increment = band.incrementS[step] as number
    const unit = band.unitS[step] as number
    const limit = Math.min(paidS, Math.ceil((seek.untilMs - startMs) / 1000), band.fromS[step + 1] ?? paidS)
    const count = Math.ceil((limit - elapsed) / increment)
    const free = left > 0 ? Math.min(count, Math.ceil(left / increment)) : 0
    if (free > 0) {
      left -= free * increment
      included += free * increment
      steps.push({
        step: 'allowance',
        text: `${free} increments of ${increment} s begin while seconds are included`,
        seconds: free * increment,
      })
    }
    const price = amounts[band.priceSlot + step] as bigint
    sum.numerator += BigInt(count - free) * BigInt(increment * (shape.multiple / unit)) * price
    const toS = elapsed + count * increment
    if (count > free) {
      const priceText = textFrom(price, shape.scale)
      steps.push({
        step: 'increments',
        text: `${count - free} increments of ${increment} s at ${priceText} for ${unit} s`,
        fromS: elapsed + free * increment,
        toS,
        increments: count - free,
        incrementS: increment,
        unitS: unit,
        price: priceText,
        band: band.index,
        at: instantText(startMs + (elapsed + free * increment) * 1000),
        amount: shown(sum),
      })
    }
    elapsed = toS
  }
  return { billedS: elapsed, includedS: included }
}

function settle(
  shape: Shape,
  band: ShapeBand,
  amounts: readonly bigint[],
  sum: Sum,
  isIncluded: boolean,
  steps: ExplainedStep[],
): void {
  const multiple = BigInt(shape.multiple)
  const slotText = (slot: number): string => textFrom(amounts[slot] ?? 0n, shape.scale)
  if (band.feeSlot >= 0 && amounts[band.feeSlot] !== 0n) {
    if (!isIncluded) sum.numerator += (amounts[band.feeSlot] ?? 0n) * multiple
    const text = isIncluded ? 'No fee: the whole call is included' : `Fee of ${slotText(band.feeSlot)}`
    steps.push({ step: 'fee', text, amount: shown(sum) })
  }
  const limit = (slot: number, step: 'maximum' | 'minimum'): void => {
    if (slot < 0) return
    const value = (amounts[slot] ?? 0n) * multiple
    if (step === 'maximum' ? sum.numerator <= value : sum.numerator >= value) return
    sum.numerator = value
    steps.push({
      step,
      text: `At ${step === 'maximum' ? 'most' : 'least'} ${slotText(slot)} a call`,
      amount: shown(sum),
    })
  }
  limit(shape.maxSlot, 'maximum')
  limit(shape.minSlot, 'minimum')
  if (shape.discount !== 0) {
    sum.numerator *= BigInt(1_000_000 - shape.discount)
    sum.denominator *= 1_000_000n
    steps.push({ step: 'discount', text: `Discount of ${textFrom(shape.discount, 4)} %`, amount: shown(sum) })
  }
}

/** Cut to 12 digits where it has more: what is computed with is the fraction itself. */
function shown(sum: Sum): string {
  return textFrom(roundRatio(sum.numerator * 10n ** BigInt(shownDigits), sum.denominator, 'half_even'), shownDigits)
}

function instantText(ms: number): string {
  return new Date(ms).toISOString()
}
