import type { Allowance } from './organisation.ts'
import { civilFrom, dayOf, secondFrom, weekdayOf } from './wall-clock.ts'
import { instantOf, type Zone } from './zone.ts'

const dayMs = 86_400_000

export interface Period {
  readonly fromMs: number
  readonly toMs: number
}

/** The period of an allowance that an instant is in: by local day and time of the zone, so that a day may have 23 hours. */
export function periodAt(allowance: Allowance, zone: Zone, atMs: number): Period {
  const second = secondFrom(allowance.startTime ?? '00:00') ?? 0
  const begin = (day: number): number => instantOf(zone, day * dayMs + second * 1000).ms
  const today = Math.floor((atMs + zone.offsetAt(atMs)) / dayMs)
  let day = firstDay(allowance, atMs < begin(today) ? today - 1 : today)
  let next = nextFirstDay(allowance, day)
  // A month that began earlier today, or not yet: the hour of the beginning decides.
  while (begin(next) <= atMs) {
    day = next
    next = nextFirstDay(allowance, day)
  }
  return { fromMs: begin(day), toMs: begin(next) }
}

function firstDay(allowance: Allowance, day: number): number {
  const start = allowance.startDay ?? 1
  if (allowance.period === 'day') return day
  if (allowance.period === 'week') return day - ((weekdayOf(day) - start + 7) % 7)
  const civil = civilFrom(day)
  if (civil.day >= start) return day - (civil.day - start)
  const month = civil.month === 1 ? { year: civil.year - 1, month: 12 } : { year: civil.year, month: civil.month - 1 }
  return dayOf(month.year, month.month, start) ?? day
}

function nextFirstDay(allowance: Allowance, day: number): number {
  if (allowance.period === 'day') return day + 1
  if (allowance.period === 'week') return day + 7
  const { year, month, day: start } = civilFrom(day)
  return (month === 12 ? dayOf(year + 1, 1, start) : dayOf(year, month + 1, start)) ?? day + 28
}
