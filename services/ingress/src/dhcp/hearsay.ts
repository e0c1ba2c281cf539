import type { DhcpCommit } from '@strowger/dhcp'
import type { Clock, Log } from '@strowger/service'

/** Clients whose report waits; a phone tells the same again when it renews. */
const maxWaiting = 10_000
const atOnce = 16
const retryMs = 1_000

export interface Hearsay {
  /** Takes a report that nobody waits for. The latest one of a client counts. */
  hear(commit: DhcpCommit): void
  readonly waiting: number
  close(): Promise<void>
}

/**
 * Hands on what was overheard, a bounded number at once; keeps it while nobody can take it. What cannot be kept is
 * told to `onDropped`.
 */
export function createHearsay(parts: {
  tell: (commit: DhcpCommit) => Promise<void>
  clock: Pick<Clock, 'sleep'>
  log: Log
  onDropped: () => void
}): Hearsay {
  const { tell, clock, log, onDropped } = parts
  const waiting = new Map<string, DhcpCommit>()
  const stopping = new AbortController()
  let handing: Promise<void> | undefined

  async function handOn(): Promise<void> {
    while (waiting.size > 0 && !stopping.signal.aborted) {
      const batch = [...waiting.values()].slice(0, atOnce)
      const results = await Promise.allSettled(batch.map(tell))
      const failed = results.find((result) => result.status === 'rejected')
      for (const [index, commit] of batch.entries()) {
        const isDone = results[index]?.status === 'fulfilled'
        if (isDone && waiting.get(commit.mac) === commit) waiting.delete(commit.mac)
      }
      if (failed === undefined) continue
      log.warn({ error: failed.reason, waiting: waiting.size }, 'what DHCP told could not be handed on; tried again')
      await clock.sleep(retryMs, stopping.signal).catch(() => {})
    }
    handing = undefined
  }

  return {
    hear(commit) {
      if (stopping.signal.aborted || (waiting.size >= maxWaiting && !waiting.has(commit.mac))) return onDropped()
      waiting.set(commit.mac, commit)
      handing ??= Promise.resolve().then(handOn)
    },
    get waiting() {
      return waiting.size
    },
    async close() {
      stopping.abort()
      await handing
    },
  }
}
