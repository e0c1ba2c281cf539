import { safeUnitsFrom, unitsFrom } from './amount.ts'
import { bandTimeFrom } from './band-time.ts'
import { type DayTest, dayTestOf } from './calendar.ts'
import { type Rounding, roundings, storedDigits } from './rounding.ts'
import type { Shape, ShapeBand } from './shape.ts'
import type { Band, Calendar, Step, Tariff } from './tariff.ts'
import { TariffFault, wholeNumber } from './tariff-fault.ts'
import { dayS } from './wall-clock.ts'
import type { Zone } from './zone.ts'

/** What a tariff takes from its deck. */
export interface TariffSurroundings {
  readonly zone: Zone
  readonly scale: number
  readonly rounding: Rounding
  readonly decimals: number
  readonly calendarOf: (id: string) => DayTest | undefined
  /** Most digits after the point that may be asked for; 8 where results are stored. */
  readonly mostDecimals?: number
}

export interface CompiledTariff {
  readonly shape: Shape
  readonly amounts: readonly bigint[]
}

const longestS = 31_622_400
const largestMultiple = 1_000_000_000

export function calendarsFrom(calendars: readonly Calendar[]): (id: string) => DayTest | undefined {
  const tests = new Map(calendars.map((calendar) => [calendar.id, dayTestOf(calendar)]))
  return (id) => tests.get(id)
}

/**
 * Compiles a tariff. Throws TariffFault. `order` gives the order in which bands are asked; without it the higher
 * weight comes first, and whether equal weights meet is checked by `checkBands`.
 */
export function compileTariff(
  tariff: Tariff,
  around: TariffSurroundings,
  order: (bands: readonly Band[]) => readonly number[] = byWeight,
): CompiledTariff {
  if (tariff.bands.length === 0) throw new TariffFault('bands', 'there must be one at least')
  const shape = shapeFrom(tariff, around, order)
  return { shape, amounts: amountsOf(tariff, shape) }
}

export function shapeFrom(
  tariff: Tariff,
  around: TariffSurroundings,
  order: (bands: readonly Band[]) => readonly number[] = byWeight,
): Shape {
  const multiple = multipleOf(tariff)
  let slots = 0
  const slot = (isThere: boolean): number => (isThere ? slots++ : -1)
  const bands = order(tariff.bands).map((index): ShapeBand => {
    const band = tariff.bands[index] as Band
    const field = `bands[${index}]`
    const steps = checkedSteps(band.steps, `${field}.steps`)
    const priceSlot = slots
    slots += steps.length
    const digits = digitsOf(band, tariff, around, field)
    return {
      time: bandTimeFrom(band, field, around.calendarOf),
      fromS: Int32Array.from(steps, (step) => step.fromS),
      incrementS: Int32Array.from(steps, (step) => step.incrementS),
      unitS: Int32Array.from(steps, (step) => step.unitS),
      factor: Float64Array.from(steps, (step) => step.incrementS * (multiple / step.unitS)),
      priceSlot,
      feeSlot: slot(band.fee !== undefined || tariff.fee !== undefined),
      rounding: digits.rounding,
      decimals: digits.decimals,
      index,
    }
  })
  const cuts = new Set([dayS])
  for (const { time } of bands) for (const cut of [time.from, time.to]) if (cut > 0) cuts.add(cut)
  return {
    zone: around.zone,
    bands,
    isTimeless: bands[0]?.time.limits === 0,
    cuts: Int32Array.from([...cuts].sort((a, b) => a - b)),
    graceS: wholeNumber(tariff.graceS ?? 0, 'graceS', 0, longestS),
    freeS: wholeNumber(tariff.freeS ?? 0, 'freeS', 0, longestS),
    minS: wholeNumber(tariff.minS ?? 0, 'minS', 0, longestS),
    multiple,
    scale: around.scale,
    maxSlot: slot(tariff.maxCost !== undefined),
    minSlot: slot(tariff.minCost !== undefined),
    discount: tariff.discount === undefined ? 0 : amount(tariff.discount, 4, 'discount'),
    slots,
  }
}

/** The amounts of a tariff in the slots of its shape. Throws TariffFault. */
function amountsOf(tariff: Tariff, shape: Shape): bigint[] {
  return amountTexts(tariff, shape).map(([text, field]) => asTariffFault(field, () => unitsFrom(text, shape.scale)))
}

/** As `amountsOf`, below 2^53: what the rows of a deck must be. */
export function safeAmountsOf(tariff: Tariff, shape: Shape): number[] {
  return amountTexts(tariff, shape).map(([text, field]) => amount(text, shape.scale, field))
}

/** Each with the field it stands in, in the order of the slots. */
function amountTexts(tariff: Tariff, shape: Shape): readonly (readonly [text: string, field: string])[] {
  const texts: (readonly [string, string])[] = []
  for (const { index } of shape.bands) {
    const band = tariff.bands[index] as Band
    const steps = [...band.steps].sort(byStart)
    steps.forEach((step, place) => {
      texts.push([step.price, `bands[${index}].steps[${place}].price`])
    })
    const fee = band.fee ?? tariff.fee
    if (fee !== undefined) texts.push([fee, band.fee === undefined ? 'fee' : `bands[${index}].fee`])
  }
  if (tariff.maxCost !== undefined) texts.push([tariff.maxCost, 'maxCost'])
  if (tariff.minCost !== undefined) texts.push([tariff.minCost, 'minCost'])
  return texts
}

function byWeight(bands: readonly Band[]): readonly number[] {
  return bands.map((_, index) => index).sort((a, b) => (bands[b]?.weight ?? 0) - (bands[a]?.weight ?? 0) || a - b)
}

const byStart = (a: Step, b: Step): number => a.fromS - b.fromS

function checkedSteps(steps: readonly Step[], field: string): readonly Step[] {
  const sorted = [...steps].sort(byStart)
  if (sorted.length === 0) throw new TariffFault(field, 'there must be one at least')
  sorted.forEach((step, index) => {
    wholeNumber(step.fromS, `${field}[${index}].fromS`, 0, longestS)
    wholeNumber(step.incrementS, `${field}[${index}].incrementS`, 1, longestS)
    wholeNumber(step.unitS, `${field}[${index}].unitS`, 1, longestS)
    if (index > 0 && sorted[index - 1]?.fromS === step.fromS) {
      throw new TariffFault(`${field}[${index}].fromS`, `two steps begin at ${step.fromS} s`)
    }
  })
  return sorted
}

function digitsOf(band: Band, tariff: Tariff, around: TariffSurroundings, field: string) {
  const rounding = band.rounding ?? tariff.rounding ?? around.rounding
  if (!roundings.includes(rounding))
    throw new TariffFault(`${field}.rounding`, `must be one of ${roundings.join(', ')}`)
  const most = around.mostDecimals ?? storedDigits
  const decimals = wholeNumber(band.decimals ?? tariff.decimals ?? around.decimals, `${field}.decimals`, 0, most)
  return { rounding, decimals: rounding === 'none' ? Math.max(storedDigits, around.scale) : decimals }
}

function multipleOf(tariff: Tariff): number {
  let multiple = 1
  tariff.bands.forEach((band, index) => {
    band.steps.forEach((step, place) => {
      const field = `bands[${index}].steps[${place}].unitS`
      wholeNumber(step.unitS, field, 1, longestS)
      multiple = (multiple / greatestCommonDivisor(multiple, step.unitS)) * step.unitS
      if (multiple > largestMultiple)
        throw new TariffFault(field, 'the units have no common multiple that is small enough')
    })
  })
  return multiple
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}

function amount(text: string, scale: number, field: string): number {
  return asTariffFault(field, () => safeUnitsFrom(text, scale))
}

function asTariffFault<Result>(field: string, read: () => Result): Result {
  try {
    return read()
  } catch (cause) {
    throw new TariffFault(field, cause instanceof Error ? cause.message : String(cause))
  }
}
