/**
 * Keeps the event loop awake while a lone transfer's answers come sooner than a sleep and the waking from it would
 * take: on an idle machine that is more than half of the time of a transfer in lockstep. It never waits for a peer
 * that takes longer than `promptMs`, so a core is kept busy for that long at most after the last prompt answer.
 */
export interface Alertness {
  /** An answer came so long after what it answers; the next is expected. */
  answered(roundTripMs: number): void
}

/** Loopback and a quick peer on the same switch; phones mostly take longer, and nothing is done for them. */
export const promptMs = 0.25

/** `isLone`: whether there is one transfer only. With several, the packets of one keep the loop awake for the others. */
export function createAlertness(nowMs: () => number, isLone: () => boolean): Alertness {
  let untilMs = 0
  let isAwake = false

  // While something waits to be done "immediately" the loop looks for packets without going to sleep.
  function watch(): void {
    isAwake = nowMs() < untilMs
    if (isAwake) setImmediate(watch)
  }

  return {
    answered(roundTripMs) {
      if (roundTripMs > promptMs || !isLone()) return
      untilMs = nowMs() + promptMs
      if (isAwake) return
      isAwake = true
      setImmediate(watch)
    },
  }
}
