/** How long to wait for an answer before the question is asked again, by how long answers take at present. */
export interface Patience {
  /** Milliseconds until the second question; the next ones are twice as far apart each. */
  readonly askAgainMs: number
  /** An answer came so long after its first question. */
  answered(afterMs: number): void
}

const leastMs = 250
/** Half of what a phone waits: the question is asked twice at least. */
const mostMs = 1_000

/**
 * A forward to a service that has just gone is silent, so a lost question is asked again, and soon. But a house that
 * is merely slow, as when a site starts, would be given most questions twice, and be slower for it. The wait follows
 * the answers as TCP's does (RFC 6298 §2): their mean, and four times how far they are from it.
 */
export function createPatience(): Patience {
  let meanMs = 0
  let deviationMs = 0
  return {
    get askAgainMs() {
      return Math.min(mostMs, Math.max(leastMs, meanMs + 4 * deviationMs))
    },
    answered(afterMs) {
      deviationMs += (Math.abs(afterMs - meanMs) - deviationMs) / 4
      meanMs += (afterMs - meanMs) / 8
    },
  }
}
