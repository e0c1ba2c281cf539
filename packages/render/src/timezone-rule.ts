/** When summer time begins or ends, in the wall clock that is left. */
export interface DaylightChange {
  readonly month: number
  /** 1 to 4, or 5 for the last of the month. */
  readonly week: number
  /** 1 Monday to 7 Sunday. */
  readonly weekday: number
  /** Minutes after midnight. */
  readonly time_minutes: number
}

export interface TimezoneRule {
  /** As in the tz database. */
  readonly name: string
  /** Standard time, minutes east of Greenwich. */
  readonly offset_minutes: number
  /** Null where the clock is never changed, or by no rule of weeks. */
  readonly dst: { readonly start: DaylightChange; readonly end: DaylightChange; readonly save_minutes: number } | null
}

/**
 * The rule is read from years to come, where the tz database holds what is in force for good, and from eight of them:
 * "week 4" in one year may be "the last" in all. So nothing depends on today.
 */
const years = [2030, 2031, 2032, 2033, 2034, 2035, 2036, 2037]
const minuteMs = 60_000
const rules = new Map<string, TimezoneRule | undefined>()

/** The rule of a zone, from the tz database in the runtime. Undefined for a name that it does not know. */
export function timezoneRule(name: string): TimezoneRule | undefined {
  if (!rules.has(name)) rules.set(name, readRule(name))
  return rules.get(name)
}

interface Transition {
  readonly before: number
  readonly after: number
  /** Wall clock that is left, as if it were UTC. */
  readonly wall: Date
}

function readRule(name: string): TimezoneRule | undefined {
  const offsetAt = offsetReader(name)
  if (offsetAt === undefined) return undefined
  const perYear = years.map((year) => transitionsOf(year, offsetAt))
  const starts = perYear.map((transitions) => transitions.filter(({ before, after }) => after > before))
  const ends = perYear.map((transitions) => transitions.filter(({ before, after }) => after < before))
  const isRegular = [...starts, ...ends].every((found) => found.length === 1)
  if (!isRegular) return { name, offset_minutes: mostFrequent(yearRound(offsetAt)), dst: null }
  const [first] = starts.flat()
  if (first === undefined) return undefined
  return {
    name,
    offset_minutes: first.before,
    dst: {
      start: changeFrom(starts.flat().map(({ wall }) => wall)),
      end: changeFrom(ends.flat().map(({ wall }) => wall)),
      save_minutes: first.after - first.before,
    },
  }
}

/** Minutes east of Greenwich at a moment. */
function offsetReader(timeZone: string): ((atMs: number) => number) | undefined {
  let format: Intl.DateTimeFormat
  try {
    format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
  } catch {
    return undefined
  }
  return (atMs) => {
    const text = format.formatToParts(atMs).find(({ type }) => type === 'timeZoneName')?.value ?? ''
    const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)/.exec(text) ?? []
    return hours === undefined ? 0 : (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1)
  }
}

function yearRound(offsetAt: (atMs: number) => number): number[] {
  return years.flatMap((year) => Array.from({ length: 12 }, (_, month) => offsetAt(Date.UTC(year, month, 1))))
}

function transitionsOf(year: number, offsetAt: (atMs: number) => number): Transition[] {
  const found: Transition[] = []
  for (let month = 0; month < 12; month++) {
    let earlier = Date.UTC(year, month, 1)
    let later = Date.UTC(year, month + 1, 1)
    const before = offsetAt(earlier)
    const after = offsetAt(later)
    if (before === after) continue
    while (later - earlier > minuteMs) {
      const middle = earlier + Math.floor((later - earlier) / 2 / minuteMs) * minuteMs
      if (offsetAt(middle) === before) earlier = middle
      else later = middle
    }
    found.push({ before, after, wall: new Date(later + before * minuteMs) })
  }
  return found
}

function changeFrom(walls: readonly Date[]): DaylightChange {
  const isLast = walls.every((wall) => new Date(wall.getTime() + 7 * 86_400_000).getUTCMonth() !== wall.getUTCMonth())
  return {
    month: mostFrequent(walls.map((wall) => wall.getUTCMonth() + 1)),
    week: isLast ? 5 : mostFrequent(walls.map((wall) => Math.ceil(wall.getUTCDate() / 7))),
    weekday: mostFrequent(walls.map((wall) => wall.getUTCDay() || 7)),
    time_minutes: mostFrequent(walls.map((wall) => wall.getUTCHours() * 60 + wall.getUTCMinutes())),
  }
}

function mostFrequent(values: readonly number[]): number {
  const counts = new Map<number, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? 0
}
