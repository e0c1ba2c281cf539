import type { Clock } from '@strowger/service'

/** Whether a source may ask at all. Decided before anything is parsed further, from memory alone. */
export interface Admission {
  /** `banned` until a moment, or `too-many`: its token bucket is empty. */
  admit(address: string): 'admitted' | 'banned' | 'too-many'
  readonly sources: number
}

interface TokenBucket {
  tokens: number
  filledAtMs: number
}

/** Sources remembered at most; a flood from spoofed addresses must not fill the memory. */
const maxSources = 65_536

export function createAdmission(options: {
  ratePerS: number
  burst: number
  clock: Pick<Clock, 'now' | 'monotonicMs'>
  /** When a ban of this address ends, in milliseconds since 1970, or undefined. */
  bannedUntilMs: (address: string) => number | undefined
}): Admission {
  const { ratePerS, burst, clock, bannedUntilMs } = options
  const buckets = new Map<string, TokenBucket>()

  function bucketOf(address: string, nowMs: number): TokenBucket {
    const known = buckets.get(address)
    if (known) return known
    if (buckets.size >= maxSources) {
      // Map keeps insertion order: the oldest source goes, at worst one that gets a full bucket again.
      for (const oldest of buckets.keys()) {
        buckets.delete(oldest)
        break
      }
    }
    const fresh = { tokens: burst, filledAtMs: nowMs }
    buckets.set(address, fresh)
    return fresh
  }

  return {
    admit(address) {
      const until = bannedUntilMs(address)
      if (until !== undefined && until > clock.now()) return 'banned'
      const nowMs = clock.monotonicMs()
      const bucket = bucketOf(address, nowMs)
      bucket.tokens = Math.min(burst, bucket.tokens + ((nowMs - bucket.filledAtMs) / 1000) * ratePerS)
      bucket.filledAtMs = nowMs
      if (bucket.tokens < 1) return 'too-many'
      bucket.tokens -= 1
      return 'admitted'
    },
    get sources() {
      return buckets.size
    },
  }
}
