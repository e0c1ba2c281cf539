import { setTimeout as delay } from 'node:timers/promises'

/** Something that was scheduled and can be called off. */
export interface Timer {
  cancel(): void
}

/** The only source of time in the house; a test passes `createManualClock()` instead. */
export interface Clock {
  /** Wall clock, milliseconds since 1970 UTC. */
  now(): number
  /** Milliseconds since some fixed moment; never goes back. */
  monotonicMs(): number
  /** Resolves after `durationMs`; rejects with the signal's reason when it aborts first. */
  sleep(durationMs: number, signal?: AbortSignal): Promise<void>
  /** Calls `run` once. The timer does not keep the process alive. */
  after(durationMs: number, run: () => void): Timer
  /** Calls `run` again `intervalMs` after its last call has ended. The timer does not keep the process alive. */
  every(intervalMs: number, run: () => void | Promise<void>): Timer
}

function everyFrom(after: Clock['after'], intervalMs: number, run: () => void | Promise<void>): Timer {
  let cancelled = false
  let timer: Timer
  const again = () => {
    if (!cancelled) timer = after(intervalMs, tick)
  }
  const tick = () => {
    const pending = run()
    if (pending) void pending.finally(again)
    else again()
  }
  timer = after(intervalMs, tick)
  return {
    cancel() {
      cancelled = true
      timer.cancel()
    },
  }
}

/** The clock of the machine. */
export function createClock(): Clock {
  const after = (durationMs: number, run: () => void): Timer => {
    const timer = setTimeout(run, durationMs)
    timer.unref()
    return { cancel: () => clearTimeout(timer) }
  }
  return {
    now: () => Date.now(),
    monotonicMs: () => performance.now(),
    sleep: (durationMs, signal) => delay(durationMs, undefined, signal === undefined ? {} : { signal }),
    after,
    every: (intervalMs, run) => everyFrom(after, intervalMs, run),
  }
}

export interface ManualClock extends Clock {
  /** Moves time on and runs what becomes due, in order; what it leads to in promises has run when this resolves. */
  advance(durationMs: number): Promise<void>
}

/** A clock that stands still until it is moved, for tests. */
export function createManualClock(startMs = Date.UTC(2026, 0, 1)): ManualClock {
  let nowMs = startMs
  let waiting: { dueMs: number; run: () => void }[] = []
  const after = (durationMs: number, run: () => void): Timer => {
    const entry = { dueMs: nowMs + durationMs, run }
    waiting.push(entry)
    return {
      cancel() {
        waiting = waiting.filter((other) => other !== entry)
      },
    }
  }
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve))
  return {
    now: () => nowMs,
    monotonicMs: () => nowMs - startMs,
    sleep: (durationMs, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        const timer = after(durationMs, resolve)
        signal?.addEventListener('abort', () => {
          timer.cancel()
          reject(signal.reason)
        })
      }),
    after,
    every: (intervalMs, run) => everyFrom(after, intervalMs, run),
    async advance(durationMs) {
      const untilMs = nowMs + durationMs
      await settle()
      for (;;) {
        const next = waiting.filter((entry) => entry.dueMs <= untilMs).sort((a, b) => a.dueMs - b.dueMs)[0]
        if (!next) break
        waiting = waiting.filter((entry) => entry !== next)
        nowMs = Math.max(nowMs, next.dueMs)
        next.run()
        await settle()
      }
      nowMs = untilMs
      await settle()
    },
  }
}
