import type { QuoteBand } from '@strowger/schema'
import { isRounding, type Rounding } from './rounding.ts'
import type { Band } from './tariff.ts'
import { TariffFault } from './tariff-fault.ts'

/** A row of a question's tariff, with its place there. */
export interface QuoteRow {
  readonly band: QuoteBand
  readonly index: number
  readonly fromMs: number
}

/**
 * Rows of one prefix as bands, the one to be asked first in front. Rows that hold at the same times are the steps of
 * one band. Before others goes what is valid later, then what weighs more, then what is limited by more. `ranks`: what
 * has the same rank must not hold at the same time.
 */
export function bandsForQuote(rows: readonly QuoteRow[]): { bands: readonly Band[]; ranks: readonly number[] } {
  const groups = new Map<string, QuoteRow[]>()
  for (const row of rows) {
    const { days, months, month_days, from_time, to_time, weight } = row.band
    const key = JSON.stringify([
      row.fromMs,
      weight ?? 0,
      sorted(days),
      sorted(months),
      sorted(month_days),
      from_time,
      to_time,
    ])
    const group = groups.get(key)
    if (group) group.push(row)
    else groups.set(key, [row])
  }
  const ordered = [...groups.values()]
    .map((group) => ({ group, order: orderOf(group) }))
    .sort((a, b) => compare(a.order, b.order))
  let rank = 0
  const ranks = ordered.map(({ order }, index) => {
    const before = ordered[index - 1]
    if (before !== undefined && compare(before.order, order) !== 0) rank -= 1
    return rank
  })
  return { bands: ordered.map(({ group }) => bandFrom(group)), ranks }
}

function sorted(values: readonly number[] | undefined): readonly number[] {
  return [...new Set(values ?? [])].sort((a, b) => a - b)
}

function orderOf([row]: readonly QuoteRow[]): readonly number[] {
  if (!row) return []
  const { days, months, month_days, from_time, to_time, weight } = row.band
  const lists = [days, months, month_days].filter((values) => (values?.length ?? 0) > 0).length
  const isTimed = (from_time ?? '00:00') !== (to_time ?? '00:00') && (from_time !== undefined || to_time !== undefined)
  return [row.fromMs, weight ?? 0, lists + (isTimed ? 1 : 0)]
}

/** The greater goes first. */
function compare(a: readonly number[], b: readonly number[]): number {
  for (let place = 0; place < a.length; place += 1) {
    const [left, right] = [a[place] ?? 0, b[place] ?? 0]
    if (left !== right) return right > left ? 1 : -1
  }
  return 0
}

function bandFrom(group: readonly QuoteRow[]): Band {
  const steps = [...group].sort((a, b) => (a.band.from_interval_s ?? 0) - (b.band.from_interval_s ?? 0))
  const repeated = steps.find(
    (row, place) => place > 0 && row.band.from_interval_s === steps[place - 1]?.band.from_interval_s,
  )
  if (repeated) {
    throw new TariffFault(
      `bands[${repeated.index}]`,
      'another row has the same prefix, times, weight and from_interval_s',
    )
  }
  const first = steps[0] as QuoteRow
  const { band } = first
  const fee = steps.find((row) => row.band.connect_fee !== undefined)?.band.connect_fee
  return {
    ...(band.days ? { days: band.days } : {}),
    ...(band.months ? { months: band.months } : {}),
    ...(band.month_days ? { monthDays: band.month_days } : {}),
    ...(band.from_time === undefined ? {} : { from: band.from_time }),
    ...(band.to_time === undefined ? {} : { to: band.to_time }),
    ...(fee === undefined ? {} : { fee: String(fee) }),
    ...(band.rounding === undefined ? {} : { rounding: roundingFrom(band.rounding, first.index) }),
    ...(band.decimals === undefined ? {} : { decimals: band.decimals }),
    steps: steps.map(({ band: row }) => ({
      fromS: row.from_interval_s ?? 0,
      incrementS: row.increment_s,
      unitS: row.unit_s,
      price: String(row.price_per_unit),
    })),
  }
}

const otherNames: Readonly<Record<string, Rounding>> = {
  middle: 'half_up',
  nearest: 'half_up',
  bankers: 'half_even',
  '': 'none',
}

function roundingFrom(text: string, index: number): Rounding {
  const name = text.trim().toLowerCase().replace(/^\*/, '').replaceAll('-', '_')
  const found = otherNames[name] ?? name
  if (isRounding(found)) return found
  throw new TariffFault(`bands[${index}].rounding`, 'must be up, down, half_up, half_even or none')
}
