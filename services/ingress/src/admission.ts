import { type Clock, createTokenBuckets, networkOf } from '@strowger/service'

/** Whether a source may ask at all. Decided before anything is parsed further, from memory alone. */
export interface Admission {
  /** `banned` until a moment, or `too-many`: its token bucket is empty. */
  admit(address: string): 'admitted' | 'banned' | 'too-many'
  readonly sources: number
}

export function createAdmission(options: {
  ratePerS: number
  burst: number
  clock: Pick<Clock, 'now' | 'monotonicMs'>
  /** When a ban of this address ends, in milliseconds since 1970, or undefined. */
  bannedUntilMs: (address: string) => number | undefined
}): Admission {
  const { ratePerS, burst, clock, bannedUntilMs } = options
  const rate = { ratePerS, burst }
  const buckets = createTokenBuckets({ rate: () => rate, monotonicMs: clock.monotonicMs })

  return {
    admit(address) {
      const until = bannedUntilMs(address)
      if (until !== undefined && until > clock.now()) return 'banned'
      return buckets.take(networkOf(address)) ? 'admitted' : 'too-many'
    },
    get sources() {
      return buckets.sources
    },
  }
}
