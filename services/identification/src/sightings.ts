import { type Device, rootTenantId } from '@strowger/schema'
import type { Clock, Log } from '@strowger/service'

/** Remembers of devices that nobody has claimed when their phones last asked: those that no longer do expire. */
export interface Sightings {
  note(device: Device): void
  /** Stores what has not been yet. */
  close(): Promise<void>
}

const storeEveryMs = 60_000
/** To the day is enough. */
const againAfterMs = 20 * 3_600_000
const maxRemembered = 200_000

export function createSightings(parts: {
  /** Ids, and when. */
  store: (devices: readonly string[], at: string) => Promise<void>
  clock: Clock
  log: Log
}): Sightings {
  const { store, clock, log } = parts
  const notedAtMs = new Map<string, number>()
  let waiting = new Set<string>()

  async function storeWaiting(): Promise<void> {
    while (waiting.size > 0) {
      const batch = [...waiting].slice(0, 1_000)
      try {
        await store(batch, new Date(clock.now()).toISOString())
      } catch (error) {
        log.warn({ error, waiting: waiting.size }, 'when phones last asked could not be stored; tried again')
        return
      }
      for (const id of batch) waiting.delete(id)
    }
  }

  const storing = clock.every(storeEveryMs, storeWaiting)
  return {
    note({ id, tenant }) {
      if (tenant !== rootTenantId) return
      const nowMs = clock.monotonicMs()
      const before = notedAtMs.get(id)
      if (before !== undefined && nowMs - before < againAfterMs) return
      // Forgotten at worst is that it was noted: then it is noted again.
      if (notedAtMs.size >= maxRemembered) {
        notedAtMs.clear()
        if (waiting.size >= maxRemembered) waiting = new Set()
      }
      notedAtMs.set(id, nowMs)
      waiting.add(id)
    },
    async close() {
      storing.cancel()
      await storeWaiting()
    },
  }
}
