import { type FoundInstant, instantOf, type Zone } from './zone.ts'

const form =
  /^(\d{4})-?(\d{2})-?(\d{2})(?:[T ]+(\d{1,2}):?(\d{2})(?::?(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?$/i

/**
 * The instant a text says (ISO 8601 and its usual relaxations), to the millisecond, what is finer cut off. Without an
 * offset it is a wall clock time of `zone`. Undefined for what is no instant.
 */
export function instantFrom(text: string, zone: Zone): FoundInstant | undefined {
  const parts = form.exec(text.trim())
  if (!parts) return undefined
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
    .slice(1, 7)
    .map((part) => Number(part ?? 0))
  const ms = Number((parts[7] ?? '').padEnd(3, '0').slice(0, 3))
  const wall = Date.UTC(year, month - 1, day, hour, minute, second, ms)
  const date = new Date(wall)
  const isDay = date.getUTCMonth() === month - 1 && (date.getUTCDate() === day || hour === 24)
  if (!isDay || hour > 24 || (hour === 24 && minute + second + ms > 0) || minute > 59 || second > 59) return undefined
  const offset = parts[8]
  if (offset === undefined) return instantOf(zone, wall)
  const at = wall - offsetMsFrom(offset)
  return { ms: at, kind: 'plain', laterMs: at }
}

function offsetMsFrom(text: string): number {
  const parts = /^([+-])(\d{2}):?(\d{2})?$/.exec(text)
  if (!parts) return 0
  const size = (Number(parts[2]) * 60 + Number(parts[3] ?? 0)) * 60_000
  return parts[1] === '-' ? -size : size
}

/** As `instantFrom`; a number is seconds since 1970, or milliseconds from 10^11 on (which as seconds is the year 5138). */
export function momentFrom(value: string | number, zone: Zone): number | undefined {
  if (typeof value === 'number')
    return Number.isFinite(value) ? Math.round(value < 1e11 ? value * 1000 : value) : undefined
  return instantFrom(value, zone)?.ms
}
