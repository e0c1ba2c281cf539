import { createOldestFirst } from './oldest-first.ts'

/**
 * Where a request counts: an IPv4 address, or the /64 of an IPv6 address (RFC 6177: the least a site is given), as who
 * has one address of it has them all.
 */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address
  const [head = '', tail] = address.split('::')
  const groups = head === '' ? [] : head.split(':')
  if (tail !== undefined) {
    const after = tail === '' ? [] : tail.split(':')
    // A dotted end stands for two groups.
    const length = after.length + (tail.includes('.') ? 1 : 0)
    while (groups.length + length < 8) groups.push('0')
    groups.push(...after)
  }
  return `${groups
    .slice(0, 4)
    .map((group) => group.toLowerCase().replace(/^0+(?=.)/, ''))
    .join(':')}::/64`
}

/** Whether an address lies in a network (`192.0.2.0/24`, `2001:db8::/32`) or is that address. */
export function isInNetwork(address: string, network: string): boolean {
  const slash = network.indexOf('/')
  if (slash < 0) return address === network
  const [one, other] = [bitsOf(address), bitsOf(network.slice(0, slash))]
  const length = Number(network.slice(slash + 1))
  return one !== undefined && one.length === other?.length && one.slice(0, length) === other.slice(0, length)
}

function bitsOf(address: string): string | undefined {
  if (!address.includes(':')) {
    const bytes = address.split('.').map(Number)
    if (bytes.length !== 4 || bytes.some((byte) => !Number.isInteger(byte) || byte < 0 || byte > 255)) return undefined
    return bytes.map((byte) => byte.toString(2).padStart(8, '0')).join('')
  }
  const [head = '', tail] = address.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const groups = [...before, ...Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0'), ...after]
  if (groups.length !== 8) return undefined
  return groups.map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0')).join('')
}

/** Sources remembered at most; a flood from forged addresses must not fill the memory. */
const maxSources = 65_536

/** Keeps a map bounded: the source that came first goes. Call it before each new one. */
function roomIn(sources: Map<string, unknown>): () => void {
  const oldest = createOldestFirst(sources)
  return () => {
    if (sources.size < maxSources) return
    const key = oldest()
    if (key !== undefined) sources.delete(key)
  }
}

export interface TokenRate {
  readonly ratePerS: number
  /** How many may come at once. */
  readonly burst: number
}

/** A bucket of tokens for each source, filled steadily; what is asked of an empty one is refused. */
export interface TokenBuckets {
  /** Takes a token; false when there is none. */
  take(source: string): boolean
  /** Puts one back that was taken for nothing. */
  giveBack(source: string): void
  left(source: string): number
  readonly sources: number
}

/**
 * @param rate asked at each use: it may change at any time, and a larger burst holds at once, as what has been taken
 *   is remembered and not what is left
 */
export function createTokenBuckets(options: { rate: () => TokenRate; monotonicMs: () => number }): TokenBuckets {
  const { rate, monotonicMs } = options
  const buckets = new Map<string, { taken: number; atMs: number }>()
  const makeRoom = roomIn(buckets)

  function flowedIn(bucket: { taken: number; atMs: number }, nowMs: number): void {
    bucket.taken = Math.max(0, bucket.taken - ((nowMs - bucket.atMs) / 1000) * rate().ratePerS)
    bucket.atMs = nowMs
  }

  return {
    take(source) {
      const nowMs = monotonicMs()
      let bucket = buckets.get(source)
      if (bucket === undefined) {
        makeRoom()
        bucket = { taken: 0, atMs: nowMs }
        buckets.set(source, bucket)
      } else flowedIn(bucket, nowMs)
      if (bucket.taken + 1 > rate().burst) return false
      bucket.taken += 1
      return true
    },
    giveBack(source) {
      const bucket = buckets.get(source)
      if (bucket !== undefined) bucket.taken = Math.max(0, bucket.taken - 1)
    },
    left(source) {
      const bucket = buckets.get(source)
      if (bucket === undefined) return rate().burst
      flowedIn(bucket, monotonicMs())
      return Math.max(0, Math.floor(rate().burst - bucket.taken))
    },
    get sources() {
      return buckets.size
    },
  }
}

/** How often something has happened for each source within the last while. */
export interface SourceCounts {
  /** Counts it once more; answers how often it has happened. */
  add(source: string): number
  count(source: string): number
  forget(source: string): void
  readonly sources: number
}

/**
 * Two counts a source, of this stretch of time and of the one before, which counts for the part of it that is not yet
 * over: never less than what really happened within the window by more than one stretch’s unevenness, in constant memory.
 *
 * @param windowMs asked at each use: it may change at any time
 */
export function createSourceCounts(options: { windowMs: () => number; monotonicMs: () => number }): SourceCounts {
  const { windowMs, monotonicMs } = options
  const counts = new Map<string, { startedMs: number; current: number; previous: number }>()
  const makeRoom = roomIn(counts)

  function at(source: string): { startedMs: number; current: number; previous: number } | undefined {
    const entry = counts.get(source)
    if (entry === undefined) return undefined
    const length = windowMs()
    const passed = Math.floor((monotonicMs() - entry.startedMs) / length)
    if (passed > 0) {
      entry.previous = passed === 1 ? entry.current : 0
      entry.current = 0
      entry.startedMs += passed * length
    }
    return entry
  }

  function counted(entry: { startedMs: number; current: number; previous: number }): number {
    if (entry.previous === 0) return entry.current
    const left = Math.max(0, 1 - (monotonicMs() - entry.startedMs) / windowMs())
    return Math.round(entry.current + entry.previous * left)
  }

  return {
    add(source) {
      let entry = at(source)
      if (entry === undefined) {
        makeRoom()
        entry = { startedMs: monotonicMs(), current: 0, previous: 0 }
        counts.set(source, entry)
      }
      entry.current += 1
      return counted(entry)
    },
    count(source) {
      const entry = at(source)
      return entry === undefined ? 0 : counted(entry)
    },
    forget: (source) => void counts.delete(source),
    get sources() {
      return counts.size
    },
  }
}
