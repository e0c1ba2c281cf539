import type { Database } from '@strowger/database'
import { allTenants, type Tenants } from '@strowger/schema'
import { type Clock, type Log, type Persistent, startPersistently } from '@strowger/service'
import type { PhoneRegistry } from './phone-registry.ts'
import { fetchedDevices } from './store/fetches.ts'
import { publishAll } from './store/read-models.ts'
import type { DevicesSchema } from './store/tables.ts'

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
}): Persistent {
  const { database, devices, policies, tenants, registry, clock, log } = parts

  async function repair(): Promise<void> {
    const all = allTenants(tenants)
    for await (const page of fetchedDevices(database, all)) registry.noteFetched(page)
    if (devices.size > 0 || policies.size > 0) return
    const published = await publishAll(database, all)
    if (published > 0) log.warn({ published }, 'the read models were empty and have been filled from the tables')
  }

  const problem = 'what devices have fetched is not known yet; tried again'
  return startPersistently(repair, { problem, clock, log })
}
