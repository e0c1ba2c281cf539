import type { Clock } from '@strowger/service'
import { type ChangeSets, pruneAtOnce } from './change-sets.ts'
import type { Log } from './log.ts'

const firstAfterMs = 60_000
const everyMs = 3_600_000

/** Forgets change sets that are older than they are to be kept: soon after the start, then every hour. 0 keeps all. */
export function startRetention(parts: {
  changeSets: Pick<ChangeSets<unknown>, 'prune'>
  keptDays: number
  clock: Pick<Clock, 'after' | 'every'>
  log: Log
}): { stop(): Promise<void> } {
  const { changeSets, keptDays, clock, log } = parts
  if (keptDays === 0) return { stop: async () => {} }
  let isStopping = false
  let running = Promise.resolve()

  async function prune(): Promise<void> {
    try {
      let total = 0
      for (let gone = pruneAtOnce; gone === pruneAtOnce && !isStopping; total += gone) {
        gone = await changeSets.prune(keptDays)
      }
      if (total > 0) log.info({ changeSets: total, keptDays }, 'old changes were forgotten')
    } catch (error) {
      log.warn({ error }, 'old changes could not be forgotten')
    }
  }
  const begin = () => {
    running = running.then(prune)
  }
  const timers = [clock.after(firstAfterMs, begin), clock.every(everyMs, begin)]
  return {
    async stop() {
      isStopping = true
      for (const timer of timers) timer.cancel()
      await running
    },
  }
}
