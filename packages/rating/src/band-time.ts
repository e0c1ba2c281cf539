import type { DayTest } from './calendar.ts'
import type { Band } from './tariff.ts'
import { TariffFault, wholeNumber } from './tariff-fault.ts'
import { civilFrom, dayFrom, dayS, secondFrom, weekdayOf } from './wall-clock.ts'

/** When a band holds, compiled: masks of bits, so that asking allocates nothing. */
export interface BandTime {
  /** Bit n: weekday, month, day of the month n. */
  readonly days: number
  readonly months: number
  readonly monthDays: number
  readonly dates: ReadonlySet<number> | undefined
  readonly on: DayTest | undefined
  readonly off: DayTest | undefined
  /** [from, to) in seconds of the day; from > to: over midnight. */
  readonly from: number
  readonly to: number
  /** How many kinds of limits it has, for those who want the more special of two. */
  readonly limits: number
}

const every = -1

/** Throws TariffFault. `calendarOf` gives undefined for a calendar that does not exist. */
export function bandTimeFrom(band: Band, field: string, calendarOf: (id: string) => DayTest | undefined): BandTime {
  const mask = (values: readonly number[] | undefined, name: string, most: number): number =>
    values === undefined || values.length === 0
      ? every
      : values.reduce((bits, value) => bits | (1 << wholeNumber(value, `${field}.${name}`, 1, most)), 0)
  const second = (text: string | undefined, name: string, otherwise: number): number => {
    if (text === undefined) return otherwise
    const found = secondFrom(text)
    if (found === undefined)
      throw new TariffFault(`${field}.${name}`, `"${text.slice(0, 20)}" must be HH:MM or HH:MM:SS`)
    return found
  }
  const test = (id: string | undefined, name: string): DayTest | undefined => {
    if (id === undefined) return undefined
    const found = calendarOf(id)
    if (!found) throw new TariffFault(`${field}.${name}`, `there is no calendar "${id.slice(0, 60)}"`)
    return found
  }
  const from = second(band.from, 'from', 0) % dayS
  const to = second(band.to, 'to', dayS) || dayS
  const isWhole = from === to % dayS
  const days = mask(band.days, 'days', 7)
  const months = mask(band.months, 'months', 12)
  const monthDays = mask(band.monthDays, 'monthDays', 31)
  const dates = datesOf(band, field)
  const on = test(band.calendar, 'calendar')
  const off = test(band.offCalendar, 'offCalendar')
  const limits =
    [days, months, monthDays].filter((bits) => bits !== every).length +
    [dates, on, off].filter((limit) => limit !== undefined).length +
    (isWhole ? 0 : 1)
  return { days, months, monthDays, dates, on, off, from: isWhole ? 0 : from, to: isWhole ? dayS : to, limits }
}

function datesOf(band: Band, field: string): ReadonlySet<number> | undefined {
  if (band.dates === undefined || band.dates.length === 0) return undefined
  return new Set(
    band.dates.map((text) => {
      const day = dayFrom(text)
      if (day === undefined) throw new TariffFault(`${field}.dates`, `"${text.slice(0, 20)}" is not a day`)
      return day
    }),
  )
}

/** Whether it limits by more than the time of the day and the weekday. */
function needsDate(time: BandTime): boolean {
  return time.months !== every || time.monthDays !== every
}

/** Whether it holds on a day (since 1970-01-01) at a second of it, both by the wall clock. */
export function holdsAt(time: BandTime, day: number, second: number): boolean {
  const inTime = time.from < time.to ? second >= time.from && second < time.to : second >= time.from || second < time.to
  return inTime && holdsOn(time, day)
}

function holdsOn(time: BandTime, day: number): boolean {
  if (time.limits === 0) return true
  if (time.days !== every && (time.days & (1 << weekdayOf(day))) === 0) return false
  if (needsDate(time)) {
    const civil = civilFrom(day)
    if ((time.months & (1 << civil.month)) === 0 || (time.monthDays & (1 << civil.day)) === 0) return false
  }
  if (time.dates !== undefined && !time.dates.has(day)) return false
  if (time.on !== undefined && !time.on(day)) return false
  return time.off === undefined || !time.off(day)
}
