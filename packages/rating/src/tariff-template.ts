import { textFrom } from './amount.ts'
import type { Shape } from './shape.ts'
import type { Tariff } from './tariff.ts'

/** A tariff without its amounts: what is the same for many rows. */
export function templateOf(tariff: Tariff): Tariff {
  return {
    ...tariff,
    bands: tariff.bands.map((band) => ({
      ...band,
      ...(band.fee === undefined ? {} : { fee: '' }),
      steps: band.steps.map((step) => ({ ...step, price: '' })),
    })),
    ...(tariff.fee === undefined ? {} : { fee: '' }),
    ...(tariff.maxCost === undefined ? {} : { maxCost: '' }),
    ...(tariff.minCost === undefined ? {} : { minCost: '' }),
  }
}

/** The tariff of a template and the amounts in the slots of its shape. */
export function tariffFrom(template: Tariff, shape: Shape, amounts: Float64Array, base: number): Tariff {
  const text = (slot: number): string => textFrom(amounts[base + slot] ?? 0, shape.scale)
  const { maxCost, minCost, fee, bands, ...rest } = template
  const feeSlot = shape.bands.find(({ index }) => bands[index]?.fee === undefined)?.feeSlot ?? -1
  return {
    ...rest,
    ...(fee === undefined || feeSlot < 0 ? {} : { fee: text(feeSlot) }),
    bands: bands.map((band, index) => {
      const compiled = shape.bands.find((one) => one.index === index)
      const places = band.steps.map((step) => [...(compiled?.fromS ?? [])].indexOf(step.fromS))
      return {
        ...band,
        ...(band.fee === undefined ? {} : { fee: text(compiled?.feeSlot ?? 0) }),
        steps: band.steps.map((step, place) => ({
          ...step,
          price: text((compiled?.priceSlot ?? 0) + (places[place] ?? 0)),
        })),
      }
    }),
    ...(maxCost === undefined ? {} : { maxCost: text(shape.maxSlot) }),
    ...(minCost === undefined ? {} : { minCost: text(shape.minSlot) }),
  }
}
