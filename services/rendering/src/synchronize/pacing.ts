import type { Clock } from '@strowger/service'

/** Turns that come at even intervals, whoever asks for them. */
export interface Pacing {
  /** Resolves when it is one’s turn; rejects with the signal’s reason. */
  turn(signal: AbortSignal): Promise<void>
}

export function createPacing(perSecond: number, clock: Pick<Clock, 'monotonicMs' | 'sleep'>): Pacing {
  const intervalMs = 1_000 / perSecond
  let nextMs = Number.NEGATIVE_INFINITY
  return {
    async turn(signal) {
      signal.throwIfAborted()
      const nowMs = clock.monotonicMs()
      const mineMs = Math.max(nextMs, nowMs)
      nextMs = mineMs + intervalMs
      if (mineMs > nowMs) await clock.sleep(mineMs - nowMs, signal)
    },
  }
}
