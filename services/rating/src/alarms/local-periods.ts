import { instantOf, type Zone } from '@strowger/rating'

export type Period = readonly [first: Date, next: Date]

const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** The month of an instant by the clock of a zone. */
export function localMonth(zone: Zone, atMs: number): Period {
  const wall = new Date(atMs + zone.offsetAt(atMs))
  const [year, month] = [wall.getUTCFullYear(), wall.getUTCMonth()]
  return between(zone, Date.UTC(year, month, 1), Date.UTC(year, month + 1, 1))
}

/** The day of an instant by the clock of a zone, or one so many days before it. */
export function localDay(zone: Zone, atMs: number, daysBefore = 0): Period {
  const day = Math.floor((atMs + zone.offsetAt(atMs)) / dayMs) - daysBefore
  return between(zone, day * dayMs, (day + 1) * dayMs)
}

/**
 * The hour of an instant by the clock of a zone, or one so many days and hours before it by that clock: the same hour of
 * the same weekday also over a change of the clock. The hour that happens twice is one of two hours, that which does not
 * happen an empty one.
 */
export function localHour(zone: Zone, atMs: number, before: { days?: number; hours?: number } = {}): Period {
  const { days = 0, hours = 0 } = before
  const hour = Math.floor((atMs + zone.offsetAt(atMs)) / hourMs) - days * 24 - hours
  return between(zone, hour * hourMs, (hour + 1) * hourMs)
}

function between(zone: Zone, firstWallMs: number, nextWallMs: number): Period {
  return [new Date(instantOf(zone, firstWallMs).ms), new Date(instantOf(zone, nextWallMs).ms)]
}
