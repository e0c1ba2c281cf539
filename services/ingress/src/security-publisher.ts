import type { Clock, Log } from '@strowger/service'
import { type SecurityJournal, tenantOfLine } from './security-journal.ts'

/** `payload` is the JSON of the event. */
export type PublishObservations = (tenant: string, payload: string, id: string) => Promise<void>

/** Records wait this long for others, so that they leave in batches, also while the stream never ends. */
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

  /** Answers whether more is there already. */
  async function publishNext(): Promise<boolean> {
    const batch = journal.read()
    if (batch === undefined) return false
    const { segment, offset } = batch.end
    for (const [tenant, lines] of byTenant(batch.lines)) {
      // The records are JSON already: to read and write them again was a tenth of the CPU time of a busy ingress.
      const payload = `{"producer":${JSON.stringify(journal.producer)},"observations":[${lines.join(',')}]}`
      await publish(tenant, payload, `${journal.producer}:${segment}:${offset}:${lines.length}:${tenant}`)
    }
    journal.acknowledge(batch.end)
    return !batch.isLast
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

function byTenant(lines: readonly string[]): Map<string, string[]> {
  const groups = new Map<string, string[]>()
  for (const line of lines) {
    const tenant = tenantOfLine(line)
    const group = groups.get(tenant)
    if (group) group.push(line)
    else groups.set(tenant, [line])
  }
  return groups
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
