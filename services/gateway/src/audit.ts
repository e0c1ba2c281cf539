import type { Database } from '@strowger/database'
import type { Clock, Log } from '@strowger/service'
import { insertAudit, type NewAuditEntry } from './store/audit.ts'
import type { AccessSchema } from './store/tables.ts'

/** Beyond so many the oldest are lost, and the log says so. */
const maxWaiting = 10_000
const retryMs = 1_000
const pathLength = 512

export interface Audit {
  /**
   * Resolves when the entry is written, or is kept to be written as soon as the database is there again. What was done
   * was done: this never rejects.
   */
  record(entry: NewAuditEntry): Promise<void>
  /** Resolves when everything is written, or could not be at a last attempt. */
  close(): Promise<void>
}

/** Writes who changed what. While the database is away entries wait in memory, and the log has them as well. */
export function createAudit(parts: { database: Database<AccessSchema>; clock: Clock; log: Log }): Audit {
  const { database, clock, log } = parts
  const waiting: NewAuditEntry[] = []
  const writing = new Set<Promise<void>>()

  async function write(entry: NewAuditEntry): Promise<void> {
    try {
      await insertAudit(database, entry)
    } catch (error) {
      log.warn({ error, entry }, 'an entry of the audit could not be written yet')
      waiting.push(entry)
      if (waiting.length > maxWaiting) log.error({ entry: waiting.shift() }, 'an entry of the audit was lost')
    }
  }

  async function writeWaiting(): Promise<void> {
    while (waiting.length > 0) {
      const [entry] = waiting
      if (entry === undefined) return
      try {
        await insertAudit(database, entry)
      } catch {
        return
      }
      waiting.shift()
    }
  }
  const timer = clock.every(retryMs, writeWaiting)

  return {
    async record(entry) {
      const written: Promise<void> = write({ ...entry, path: entry.path.slice(0, pathLength) }).finally(() =>
        writing.delete(written),
      )
      writing.add(written)
      await written
    },
    async close() {
      timer.cancel()
      await Promise.all(writing)
      await writeWaiting()
      if (waiting.length > 0) log.error({ entries: waiting.length }, 'entries of the audit were lost')
    },
  }
}
