import type { Database, Writer } from '@strowger/database'
import { type FloodLimits, rootTenantId } from '@strowger/schema'
import type { Clock, Log, Timer } from '@strowger/service'
import {
  type ExpiringPage,
  type ExpiryTerms,
  listExpiringDevices,
  removeExpiringDevices,
} from './store/expiring-devices.ts'
import type { DevicesSchema } from './store/tables.ts'

const dayMs = 86_400_000
const lookEveryMs = 3_600_000
/** Of one transaction, and so of one change set. */
const batchSize = 500

/** Devices that nobody has claimed or configured, and whose phones no longer ask. */
export interface Expiry {
  terms(unseenDays: number): ExpiryTerms
  list(unseenDays: number, page: ExpiringPage): ReturnType<typeof listExpiringDevices>
  /** Forgets them all; answers how many, or undefined when another replica is at it. */
  expire(unseenDays: number, writer: Writer): Promise<number | undefined>
  stop(): void
}

/** Looks every hour, on one replica at a time, and forgets what `expireAfterDays` says. */
export function startExpiry(parts: {
  database: Database<DevicesSchema>
  rendered: { entries(): Iterable<[string, { tenant: string; config: string }]> }
  limits: () => FloodLimits
  applyLocal: (id: string, device: undefined) => void
  clock: Clock
  log: Log
}): Expiry {
  const { database, rendered, limits, applyLocal, clock, log } = parts

  function terms(unseenDays: number): ExpiryTerms {
    const configured: string[] = []
    for (const [id, { tenant, config }] of rendered.entries()) {
      if (tenant === rootTenantId && !config.startsWith('autoprov')) configured.push(id)
    }
    return { unseenSince: new Date(clock.now() - unseenDays * dayMs), configured }
  }

  async function expire(unseenDays: number, writer: Writer): Promise<number | undefined> {
    const fixed = terms(unseenDays)
    let forgotten = 0
    for (;;) {
      const ids = await removeExpiringDevices(database, writer, fixed, batchSize)
      if (ids === undefined) return forgotten === 0 ? undefined : forgotten
      for (const id of ids) applyLocal(id, undefined)
      forgotten += ids.length
      if (ids.length < batchSize) return forgotten
    }
  }

  async function look(): Promise<void> {
    const { expireAfterDays: days } = limits()
    if (days === 0) return
    try {
      // Not the system's writing, which is not recorded: a person may want to take it back.
      const note = `not claimed, and not heard of for ${days} days`
      const forgotten = await expire(days, { kind: 'person', actor: 'expiry', tenantId: rootTenantId, note })
      if (forgotten)
        log.info({ devices: forgotten, days }, 'devices that nobody claimed and nobody asks for are forgotten')
    } catch (error) {
      log.warn({ error }, 'devices could not be expired; tried again in an hour')
    }
  }

  const looking: Timer = clock.every(lookEveryMs, look)
  return {
    terms,
    list: (unseenDays, page) => listExpiringDevices(database, terms(unseenDays), page),
    expire,
    stop: () => looking.cancel(),
  }
}
