import type { Clock } from './clock.ts'
import type { Log } from './log.ts'

const retryMs = 2_000

/** Work that is done once, as soon as it can be. */
export interface Persistent {
  readonly done: boolean
  /** Resolves when it is done; pending for ever when it is stopped before. */
  readonly finished: Promise<void>
  stop(): Promise<void>
}

/** Begins work that needs what may be away yet, and begins it again every two seconds until it is done or stopped. */
export function startPersistently(
  work: (signal: AbortSignal) => Promise<void>,
  parts: {
    /** Logged when it could not be done yet. */
    readonly problem: string
    readonly clock: Pick<Clock, 'sleep'>
    readonly log: Log
  },
): Persistent {
  const { problem, clock, log } = parts
  const stopping = new AbortController()
  const { signal } = stopping
  let done = false
  let finish = () => {}
  const finished = new Promise<void>((resolve) => {
    finish = resolve
  })

  async function run(): Promise<void> {
    while (!signal.aborted) {
      try {
        await work(signal)
        done = true
        return finish()
      } catch (error) {
        if (!signal.aborted) log.warn({ error }, problem)
        await clock.sleep(retryMs, signal).catch(() => {})
      }
    }
  }

  const running = run()
  return {
    get done() {
      return done
    },
    finished,
    async stop() {
      stopping.abort()
      await running
    },
  }
}
