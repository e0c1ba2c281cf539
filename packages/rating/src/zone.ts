/**
 * Offsets of a zone from UTC as a table of the instants at which they change, read once from the tz database of the
 * runtime: a look-up costs 30 ns where a formatter costs 2 µs.
 */
export interface Zone {
  readonly name: string
  /** Milliseconds to add to UTC for the wall clock. */
  offsetAt(atMs: number): number
  /** The next instant after this one at which the offset changes, or Infinity. */
  nextChange(atMs: number): number
}

/** What a wall clock time is in a zone. */
export interface FoundInstant {
  readonly ms: number
  /** `ambiguous`: the hour happens twice, this is the earlier; `skipped`: it does not happen, this is moved forward. */
  readonly kind: 'plain' | 'ambiguous' | 'skipped'
  /** The later instant of an ambiguous time; else the same. */
  readonly laterMs: number
}

const dayMs = 86_400_000
/** Calls before and after have the offset of the first and the last year. */
const firstYear = 1990
const lastYear = 2060
/** No zone has kept an offset for less than this since 1990 (Ramadan in Morocco: four weeks). */
const sampleMs = 7 * dayMs

const zones = new Map<string, Zone | undefined>()

/** The zone of an IANA name. Undefined for a name that the tz database does not know. */
export function zoneOf(name: string): Zone | undefined {
  if (!zones.has(name)) zones.set(name, readZone(name))
  return zones.get(name)
}

function readZone(name: string): Zone | undefined {
  const offsetAt = offsetReader(name)
  if (!offsetAt) return undefined
  const begin = Date.UTC(firstYear, 0, 1)
  const end = Date.UTC(lastYear, 0, 1)
  const changes: number[] = []
  const offsets = [offsetAt(begin)]
  for (let at = begin; at < end; at += sampleMs) {
    const before = offsets.at(-1) ?? 0
    const after = offsetAt(at + sampleMs)
    if (after === before) continue
    let low = at
    let high = at + sampleMs
    while (high - low > 1000) {
      const middle = low + Math.floor((high - low) / 2000) * 1000
      if (offsetAt(middle) === before) low = middle
      else high = middle
    }
    changes.push(high)
    offsets.push(after)
  }
  return createZone(name, Float64Array.from(changes), Float64Array.from(offsets))
}

/** The last range asked for is kept: calls come in order of time. */
function createZone(name: string, changes: Float64Array, offsets: Float64Array): Zone {
  let from = Number.POSITIVE_INFINITY
  let to = Number.NEGATIVE_INFINITY
  let offset = 0
  const seek = (atMs: number): void => {
    let low = 0
    let high = changes.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((changes[middle] as number) <= atMs) low = middle + 1
      else high = middle
    }
    from = low === 0 ? Number.NEGATIVE_INFINITY : (changes[low - 1] as number)
    to = low === changes.length ? Number.POSITIVE_INFINITY : (changes[low] as number)
    offset = offsets[low] as number
  }
  return {
    name,
    offsetAt(atMs) {
      if (atMs < from || atMs >= to) seek(atMs)
      return offset
    },
    nextChange(atMs) {
      if (atMs < from || atMs >= to) seek(atMs)
      return to
    },
  }
}

function offsetReader(name: string): ((atMs: number) => number) | undefined {
  let format: Intl.DateTimeFormat
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  } catch {
    return undefined
  }
  return (atMs) => {
    const parts: Record<string, number> = {}
    for (const { type, value } of format.formatToParts(atMs)) parts[type] = Number(value)
    const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = parts
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(atMs / 1000) * 1000
  }
}

/** The instant of a wall clock time, which is given as if it were UTC. */
export function instantOf(zone: Zone, wallMs: number): FoundInstant {
  const before = zone.offsetAt(wallMs - dayMs)
  const after = zone.offsetAt(wallMs + dayMs)
  const early = wallMs - Math.max(before, after)
  const late = wallMs - Math.min(before, after)
  const isEarly = early + zone.offsetAt(early) === wallMs
  const isLate = late + zone.offsetAt(late) === wallMs
  if (isEarly && isLate) return { ms: early, kind: early === late ? 'plain' : 'ambiguous', laterMs: late }
  if (isEarly || isLate) return plain(isEarly ? early : late)
  // With the offset that held before, the clock shows as much after the gap as the time was into it.
  return { ...plain(wallMs - before), kind: 'skipped' }
}

function plain(ms: number): FoundInstant {
  return { ms, kind: 'plain', laterMs: ms }
}
