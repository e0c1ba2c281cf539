import type { Database } from '@strowger/database'
import { allTenants, type Tenants } from '@strowger/schema'
import type { Clock, Log } from '@strowger/service'
import type { PhoneRegistry } from './phone-registry.ts'
import { fetchedDevices } from './store/fetches.ts'
import { publishAll } from './store/read-models.ts'
import type { DevicesSchema } from './store/tables.ts'

const retryMs = 2_000

/**
 * Once at the start, as soon as PostgreSQL is there: learns which devices have ever fetched, and puts everything into
 * the read models again when they are empty though the tables are not (NATS lost its data). Phones need not wait for it.
 */
export function startReadModelRepair(parts: {
  database: Database<DevicesSchema>
  devices: { readonly size: number }
  policies: { readonly size: number }
  tenants: Tenants
  registry: PhoneRegistry
  clock: Pick<Clock, 'sleep'>
  log: Log
}): { stop(): Promise<void> } {
  const { database, devices, policies, tenants, registry, clock, log } = parts
  const stopping = new AbortController()

  async function repair(): Promise<void> {
    const all = allTenants(tenants)
    registry.noteFetched(await fetchedDevices(database, all))
    if (devices.size > 0 || policies.size > 0) return
    const published = await publishAll(database, all)
    if (published > 0) log.warn({ published }, 'the read models were empty and have been filled from the tables')
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        return await repair()
      } catch (error) {
        if (!stopping.signal.aborted) log.warn({ error }, 'what devices have fetched is not known yet; tried again')
        await clock.sleep(retryMs, stopping.signal).catch(() => {})
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
