import type { FetchFact } from '@strowger/schema'
import type { Clock, Log } from '@strowger/service'

export interface FetchFacts {
  add(tenant: string, fact: FetchFact): void
  /** Sends what is left. */
  close(): Promise<void>
}

const gatherMs = 20
const factsAMessage = 64
/** Facts kept while NATS is away; beyond it the oldest are dropped: they say what a phone has, which it will say again. */
const maxWaiting = 20_000

/** Gathers what phones fetched and publishes it in batches: 64 facts or 20 ms, whichever is first. */
export function createFetchFacts(parts: {
  publish: (tenant: string, facts: FetchFact[]) => Promise<void>
  clock: Pick<Clock, 'after'>
  log: Log
  onDropped: (count: number) => void
}): FetchFacts {
  const { publish, clock, log, onDropped } = parts
  const waiting = new Map<string, FetchFact[]>()
  let count = 0
  let scheduled = false
  let sending: Promise<void> = Promise.resolve()
  let failing = false

  async function sendAll(): Promise<void> {
    for (const [tenant, facts] of waiting) {
      while (facts.length > 0) {
        const batch = facts.slice(0, factsAMessage)
        try {
          await publish(tenant, batch)
          failing = false
        } catch (error) {
          if (!failing) log.warn({ error }, 'fetch facts could not be published; they are kept and tried again')
          failing = true
          schedule(1_000)
          return
        }
        facts.splice(0, batch.length)
        count -= batch.length
      }
      if (facts.length === 0) waiting.delete(tenant)
    }
  }

  function schedule(delayMs: number): void {
    if (scheduled) return
    scheduled = true
    clock.after(delayMs, () => {
      scheduled = false
      sending = sending.then(sendAll)
    })
  }

  return {
    add(tenant, fact) {
      let facts = waiting.get(tenant)
      if (facts === undefined) {
        facts = []
        waiting.set(tenant, facts)
      }
      facts.push(fact)
      count += 1
      // Only facts that no message is being made of may be dropped: those behind the first batch.
      if (count > maxWaiting && facts.length > factsAMessage) {
        facts.splice(factsAMessage, 1)
        count -= 1
        onDropped(1)
      }
      schedule(gatherMs)
    },
    async close() {
      sending = sending.then(sendAll)
      await sending
    },
  }
}
