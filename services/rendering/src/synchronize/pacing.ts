import type { Clock } from '@strowger/service'

/** Turns that come at even intervals, whoever asks for them. */
export interface Pacing {
  /** Resolves when it is one’s turn; rejects with the signal’s reason. */
  turn(signal: AbortSignal): Promise<void>
}

export function createPacing(perSecond: number, clock: Pick<Clock, 'monotonicMs' | 'sleep'>): Pacing {
  const intervalMs = 1_000 / perSecond
  let nextMs = Number.NEGATIVE_INFINITY
  let line: Promise<void> = Promise.resolve()

  async function wait(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    const inMs = nextMs - clock.monotonicMs()
    if (inMs > 0) await clock.sleep(inMs, signal)
    nextMs = clock.monotonicMs() + intervalMs
  }

  return {
    turn(signal) {
      const mine = line.then(() => wait(signal))
      // Who gives up leaves the line to those behind.
      line = mine.catch(() => {})
      return mine
    },
  }
}
