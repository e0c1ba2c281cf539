import { type Bucket, type Bus, isEvent, type Reader, type ReadModel } from '@strowger/bus'
import { sql } from '@strowger/database'
import { type Tenant, tenantChanged, tenantDeleted, tenantsBucket } from '@strowger/schema'
import type { Clock } from '@strowger/service'
import { allKinds, type Models } from '../models.ts'
import type { Ledgers } from '../store/ledger.ts'
import { ensureTenantTemplates } from '../tenant-templates.ts'

/** A tenant is new: it is given the templates every tenant has. Or it is gone, and all that was its. */
export function followTenants(
  bus: Bus,
  parts: { ledgers: Ledgers; models: Models; tenants: Pick<ReadModel<Tenant>, 'has' | 'subscribe'>; clock: Clock },
): Reader {
  const { ledgers, models, tenants, clock } = parts
  const bucket = bus.bucket(tenantsBucket)
  return bus.events.consume(
    [tenantChanged, tenantDeleted],
    { durable: 'sip-config-tenants', concurrency: 1 },
    async (message) => {
      const { id } = message.payload.tenant
      if (isEvent(message, tenantChanged)) {
        // An event that comes late, or again, must not bring back templates of a tenant that is gone.
        if (await isThere({ tenants, bucket, clock }, id)) await ensureTenantTemplates(ledgers, id)
        return
      }
      await removeAllOf(id, { ledgers, models })
    },
  )
}

const patienceMs = 2_000

/** Whether there is such a tenant; its event may overtake its entry. */
async function isThere(
  parts: {
    tenants: Pick<ReadModel<Tenant>, 'has' | 'subscribe'>
    bucket: Pick<Bucket<Tenant>, 'wasRemoved'>
    clock: Pick<Clock, 'after'>
  },
  id: string,
): Promise<boolean> {
  const { tenants, bucket, clock } = parts
  // To wait for an entry that is gone would hold up the tenants behind this one.
  if (!tenants.has(id) && (await bucket.wasRemoved(id))) return false
  if (tenants.has(id)) return true
  return new Promise((resolve) => {
    const end = () => {
      patience.cancel()
      unsubscribe()
      resolve(tenants.has(id))
    }
    const patience = clock.after(patienceMs, end)
    const unsubscribe = tenants.subscribe((changed) => {
      if (changed === id && tenants.has(id)) end()
    })
  })
}

/** Every document of a tenant, each told to the house. */
export async function removeAllOf(
  tenant: string,
  { ledgers, models }: { ledgers: Ledgers; models: Models },
): Promise<void> {
  await ledgers.write({ kind: 'system' }, [tenant], async (ledger) => {
    for (const kind of allKinds)
      for (const document of models[kind].values())
        if ('tenant' in document && document.tenant === tenant) await ledger.remove(kind, document as never)
    await sql`select release_contexts(${tenant}::uuid)`.execute(ledger.tx)
  })
}
