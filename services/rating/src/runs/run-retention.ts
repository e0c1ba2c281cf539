import type { Clock, Log } from '@strowger/service'

const firstAfterMs = 90_000
const everyMs = 3_600_000

/** Cleans soon after the start, and then every hour, one time after the other. 0 days keep everything. */
export function startRunRetention(parts: {
  keptDays: number
  clock: Pick<Clock, 'after' | 'every'>
  log: Log
  /** Answers how many rows went. */
  clean: (signal: AbortSignal) => Promise<number>
}): { close(): Promise<void> } {
  const { keptDays, clock, log, clean } = parts
  if (keptDays === 0) return { close: async () => {} }
  const stop = new AbortController()
  let running = Promise.resolve()

  async function once(): Promise<void> {
    try {
      const rows = await clean(stop.signal)
      if (rows > 0) log.info({ rows, keptDays }, 'results of runs that nobody published were deleted')
    } catch (error) {
      if (!stop.signal.aborted) log.warn({ error }, 'results of runs that nobody published could not be deleted')
    }
  }
  const begin = () => {
    running = running.then(once)
  }
  const timers = [clock.after(firstAfterMs, begin), clock.every(everyMs, begin)]
  return {
    async close() {
      stop.abort()
      for (const timer of timers) timer.cancel()
      await running
    },
  }
}
