import type { FetchFact } from '@strowger/schema'
import type { Clock, Log } from '@strowger/service'

export interface FetchFacts {
  add(tenant: string, fact: FetchFact): void
  /** Sends what is left. */
  close(): Promise<void>
}

const gatherMs = 100
const factsAMessage = 64
/** Facts kept while NATS is away; beyond it new ones are dropped: they say what a phone has, which it will say again. */
const maxWaiting = 20_000

/**
 * Gathers what phones fetched and publishes it in batches: after 100 ms, 64 facts a message. Of a file that a phone
 * fetches again meanwhile only the last time is told.
 */
export function createFetchFacts(parts: {
  publish: (tenant: string, facts: FetchFact[]) => Promise<void>
  clock: Pick<Clock, 'after'>
  log: Log
  onDropped: (count: number) => void
}): FetchFacts {
  const { publish, clock, log, onDropped } = parts
  let waiting = new Map<string, { tenant: string; fact: FetchFact }>()
  let scheduled = false
  let sending: Promise<void> = Promise.resolve()
  let failing = false

  async function sendAll(): Promise<void> {
    const taken = [...waiting.values()]
    waiting = new Map()
    const messages = messagesOf(taken)
    for (const [index, { tenant, facts }] of messages.entries()) {
      try {
        await publish(tenant, facts)
        failing = false
      } catch (error) {
        if (!failing) log.warn({ error }, 'fetch facts could not be published; they are kept and tried again')
        failing = true
        for (const left of messages.slice(index)) for (const fact of left.facts) keep(left.tenant, fact, false)
        return schedule(1_000)
      }
    }
  }

  /** A fact that comes back after a failure does not replace a newer one. */
  function keep(tenant: string, fact: FetchFact, isNewest: boolean): void {
    const key = `${fact.device} ${fact.file}`
    const present = waiting.has(key)
    if (present && !isNewest) return
    if (!present && waiting.size >= maxWaiting) return onDropped(1)
    waiting.set(key, { tenant, fact })
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
      keep(tenant, fact, true)
      schedule(gatherMs)
    },
    async close() {
      sending = sending.then(sendAll)
      await sending
    },
  }
}

function messagesOf(taken: readonly { tenant: string; fact: FetchFact }[]): { tenant: string; facts: FetchFact[] }[] {
  const messages: { tenant: string; facts: FetchFact[] }[] = []
  const filling = new Map<string, FetchFact[]>()
  for (const { tenant, fact } of taken) {
    let facts = filling.get(tenant)
    if (facts === undefined || facts.length >= factsAMessage) {
      facts = []
      filling.set(tenant, facts)
      messages.push({ tenant, facts })
    }
    facts.push(fact)
  }
  return messages
}
