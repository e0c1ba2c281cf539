import type { Clock } from '@strowger/service'

/** Lets work that nobody waits for step aside while phones ask. */
export interface PhonesFirst {
  /** A phone has asked. */
  asked(): void
  /** Resolves when no phone has asked for a moment, and after two seconds all the same. */
  quiet(): Promise<void>
}

const momentMs = 100
const longestMs = 2_000

export function createPhonesFirst(clock: Pick<Clock, 'monotonicMs' | 'sleep'>): PhonesFirst {
  let lastAskedMs = Number.NEGATIVE_INFINITY
  return {
    asked() {
      lastAskedMs = clock.monotonicMs()
    },
    async quiet() {
      const endMs = clock.monotonicMs() + longestMs
      for (;;) {
        const nowMs = clock.monotonicMs()
        const quietInMs = Math.min(lastAskedMs + momentMs, endMs) - nowMs
        if (quietInMs <= 0) return
        await clock.sleep(quietInMs)
      }
    },
  }
}
