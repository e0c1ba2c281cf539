import type { Bus, CallContext } from '@strowger/bus'
import { lastFetches } from '@strowger/schema'
import type { Clock, Log, RunningTask } from '@strowger/service'
import { createFetchWatch } from './fetch-watch.ts'
import type { ManagerInterface } from './manager-interface.ts'
import { type SynchronizationParts, type Synchronized, synchronizePhones } from './synchronization.ts'

/** What came of a run; the devices that failed stand first, and only so many are named. */
export interface SynchronizeResult {
  readonly synchronized: number
  readonly failed: number
  readonly devices: readonly Synchronized[]
}

export interface SynchronizeRun {
  readonly ids: readonly string[]
  /** In whose name; decides which devices’ fetches may be asked for. */
  readonly context: CallContext
  readonly begunAt?: string | undefined
}

export type Synchronizer = ReturnType<typeof createSynchronizer>

const namedAtMost = 500

/** Runs synchronisations, all of one process at the one pace of the settings. */
export function createSynchronizer(
  parts: SynchronizationParts & { bus: Bus; manager: ManagerInterface; clock: Clock; log: Log },
) {
  const { bus, manager, clock, log } = parts
  return {
    checkConfigured: () => manager.checkConfigured(),
    run(task: Pick<RunningTask, 'signal' | 'progress'>, { ids, context, begunAt }: SynchronizeRun) {
      const { signal } = task
      const ask = async (some: string[]) => (await bus.request(lastFetches, { ids: some }, context)).fetches
      return manager.during(signal, async (ami): Promise<SynchronizeResult> => {
        const watch = createFetchWatch({ ask, clock, log, signal })
        const progress = (done: number) => task.progress(done, ids.length, 'phones')
        progress(0)
        const all = await synchronizePhones(parts, { ids, ami, watch, signal, progress, begunAt })
        const failures = all.filter(({ outcome }) => outcome === 'failed')
        const others = all.filter(({ outcome }) => outcome !== 'failed')
        return {
          synchronized: others.length,
          failed: failures.length,
          devices: [...failures, ...others].slice(0, namedAtMost),
        }
      })
    },
  }
}
