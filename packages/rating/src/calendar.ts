import type { Calendar } from './tariff.ts'
import { civilFrom, dayFrom, dayOf, easterOf } from './wall-clock.ts'

/** Whether a day (since 1970-01-01, local) is one of a calendar's. */
export type DayTest = (day: number) => boolean

export class CalendarFault extends Error {
  override readonly name = 'CalendarFault'
}

/** Compiles a calendar; each day is worked out once. Throws CalendarFault on a date that does not exist. */
export function dayTestOf(calendar: Calendar): DayTest {
  const dates = new Set((calendar.dates ?? []).map((text) => known(dayFrom(text), text)))
  const yearly = (calendar.yearly ?? []).map((text) => {
    known(dayFrom(`2024-${text}`), text)
    return text.split('-').map(Number) as [number, number]
  })
  const years = new Map<number, ReadonlySet<number>>()
  const daysOf = (year: number): ReadonlySet<number> => {
    const found = years.get(year)
    if (found) return found
    const fixed = yearly.map(([month, day]) => dayOf(year, month, day)).filter((day) => day !== undefined)
    const moving = (calendar.easter ?? []).map((offset) => easterOf(year) + offset)
    const days = new Set([...fixed, ...moving])
    years.set(year, days)
    return days
  }
  const answers = new Map<number, boolean>()
  return (day) => {
    const known = answers.get(day)
    if (known !== undefined) return known
    const answer = dates.has(day) || daysOf(civilFrom(day).year).has(day)
    answers.set(day, answer)
    return answer
  }
}

function known(day: number | undefined, text: string): number {
  if (day === undefined) throw new CalendarFault(`"${text.slice(0, 20)}" is not a day`)
  return day
}
