import type { Bus } from '@strowger/bus'
import { type Database, personFrom } from '@strowger/database'
import { configChanges, type Tenants, tenantsFrom } from '@strowger/schema'
import { publishReverted } from '../store/read-models.ts'
import type { ProvisioningSchema } from '../store/tables.ts'

/** What people changed of configs; an undo tells the house what a change would have told. */
export function answerChangeSets(bus: Bus, parts: { database: Database<ProvisioningSchema>; tenants: Tenants }): void {
  const { database, tenants } = parts
  const { changeSets } = database

  bus.reply(configChanges.list, async ({ limit = 100, offset = 0, recurse = false }, { context }) => {
    const { tenantId } = personFrom(context)
    return changeSets.list({ tenants: recurse ? tenantsFrom(tenants, tenantId) : [tenantId], limit, offset })
  })

  bus.reply(configChanges.get, async ({ id }, { context }) =>
    changeSets.show(id, { tenants: tenantsFrom(tenants, personFrom(context).tenantId) }),
  )

  bus.reply(configChanges.undo, async ({ id, dryRun = false }, { context }) => {
    const { actor, tenantId } = personFrom(context)
    const scope = tenantsFrom(tenants, tenantId)
    return changeSets.undo(id, { tenants: scope, actor, tenantId, dryRun, publish: publishReverted })
  })
}
