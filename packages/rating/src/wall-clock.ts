/** Dates as numbers of days since 1970-01-01, and times as seconds of the day: what bands and calendars count in. */

export const dayS = 86_400
const dayMs = 86_400_000

/** The day of a date, or undefined where there is no such day: `2025-02-30`. */
export function dayFrom(text: string): number | undefined {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
  if (!parts) return undefined
  return dayOf(Number(parts[1]), Number(parts[2]), Number(parts[3]))
}

export function dayOf(year: number, month: number, day: number): number | undefined {
  const ms = Date.UTC(year, month - 1, day)
  const date = new Date(ms)
  const isIt = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && year >= 1000
  return isIt ? ms / dayMs : undefined
}

export function textOfDay(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 10)
}

/** ISO: 1 Monday to 7 Sunday. 1970-01-01 was a Thursday. */
export function weekdayOf(day: number): number {
  return ((((day + 3) % 7) + 7) % 7) + 1
}

export interface CivilDay {
  readonly year: number
  readonly month: number
  readonly day: number
}

/** Year, month and day of a day number (H. Hinnant's algorithm for the proleptic Gregorian calendar). */
export function civilFrom(dayNumber: number): CivilDay {
  const shifted = dayNumber + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day }
}

/** Seconds of the day that `HH:MM` or `HH:MM:SS` says, to 24:00; undefined for anything else. */
export function secondFrom(text: string): number | undefined {
  const parts = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text.trim())
  if (!parts) return undefined
  const [hour, minute, second] = [Number(parts[1]), Number(parts[2]), Number(parts[3] ?? 0)]
  const all = hour * 3600 + minute * 60 + second
  return hour <= 24 && minute < 60 && second < 60 && all <= dayS ? all : undefined
}

/** Easter Sunday of a year (anonymous Gregorian computus, as in Meeus, Astronomical Algorithms, chapter 8). */
export function easterOf(year: number): number {
  const a = year % 19
  const b = Math.floor(year / 100)
  const c = year % 100
  const h = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7
  const m = Math.floor((a + 11 * h + 22 * l) / 451)
  const month = Math.floor((h + l - 7 * m + 114) / 31)
  const day = ((h + l - 7 * m + 114) % 31) + 1
  return Date.UTC(year, month - 1, day) / dayMs
}
