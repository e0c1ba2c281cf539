import type { SecurityObservation } from '@strowger/schema'
import type { Clock, Log } from '@strowger/service'
import type { JournalRecord, SecurityJournal } from './security-journal.ts'

export type PublishObservations = (
  tenant: string,
  payload: { producer: string; observations: SecurityObservation[] },
  id: string,
) => Promise<void>

/** Records wait this long for others, so that they leave in batches. */
const gatherMs = 20

/**
 * Moves the journal into the stream, in order and one batch at a time, and acknowledges each batch once the stream
 * has it. While NATS is away `publish` waits or rejects; the journal grows meanwhile.
 */
export function startSecurityPublisher(parts: {
  journal: SecurityJournal
  publish: PublishObservations
  clock: Pick<Clock, 'sleep'>
  log: Log
}): { stop: () => Promise<void> } {
  const { journal, publish, clock, log } = parts
  const stopping = new AbortController()
  const stopped = aborted(stopping.signal)
  let wake: () => void = () => {}
  journal.onAppended(() => wake())

  async function publishNext(): Promise<boolean> {
    const batch = journal.read()
    if (batch === undefined) return false
    for (const [tenant, observations] of byTenant(batch.records)) {
      const id = `${journal.producer}:${observations[0]?.number}-${observations.at(-1)?.number}`
      await publish(tenant, { producer: journal.producer, observations }, id)
    }
    journal.acknowledge(batch.end)
    return true
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const appended = new Promise<void>((resolve) => {
        wake = resolve
      })
      try {
        if (await publishNext()) continue
        await Promise.race([appended, stopped])
        await clock.sleep(gatherMs, stopping.signal)
      } catch (error) {
        if (stopping.signal.aborted) return
        log.warn({ error }, 'security events could not be published; they stay in the journal')
        await clock.sleep(1_000, stopping.signal).catch(() => {})
      }
    }
  }

  const running = run()
  return {
    async stop() {
      stopping.abort()
      await running
    },
  }
}

function byTenant(records: readonly JournalRecord[]): Map<string, SecurityObservation[]> {
  const groups = new Map<string, SecurityObservation[]>()
  for (const { tenant, ...observation } of records) {
    const group = groups.get(tenant)
    if (group) group.push(observation)
    else groups.set(tenant, [observation])
  }
  return groups
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
