import { type Bus, isEvent, type Reader } from '@strowger/bus'
import { tenantChanged, tenantDeleted } from '@strowger/schema'
import { allKinds, type Models } from '../models.ts'
import type { Ledgers } from '../store/ledger.ts'
import { ensureTenantTemplates } from '../tenant-templates.ts'

/** A tenant is new: it is given the templates every tenant has. Or it is gone, and all that was its. */
export function followTenants(bus: Bus, parts: { ledgers: Ledgers; models: Models }): Reader {
  const { ledgers, models } = parts
  return bus.events.consume(
    [tenantChanged, tenantDeleted],
    { durable: 'sip-config-tenants', concurrency: 1 },
    async (message) => {
      const { id } = message.payload.tenant
      if (isEvent(message, tenantChanged)) {
        // A late event of a tenant that is gone must not bring its templates back: its deletion follows.
        await ensureTenantTemplates(ledgers, id)
        return
      }
      await removeAllOf(id, { ledgers, models })
    },
  )
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
  })
}
