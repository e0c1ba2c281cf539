import type { Bus } from '@strowger/bus'
import { type Database, personFrom } from '@strowger/database'
import { deviceChanges, type Tenants, tenantsFrom } from '@strowger/schema'
import { publishReverted } from '../store/read-models.ts'
import type { DevicesSchema } from '../store/tables.ts'

/** What people changed of devices and policies; an undo tells the house what a change would have told. */
export function answerChangeSets(bus: Bus, parts: { database: Database<DevicesSchema>; tenants: Tenants }): void {
  const { database, tenants } = parts
  const { changeSets } = database

  bus.reply(deviceChanges.list, async ({ limit = 100, offset = 0, recurse = false }, { context }) => {
    const tenant = personFrom(context).tenantId
    return changeSets.list({ tenants: recurse ? tenantsFrom(tenants, tenant) : [tenant], limit, offset })
  })

  bus.reply(deviceChanges.get, async ({ id }, { context }) =>
    changeSets.show(id, { tenants: tenantsFrom(tenants, personFrom(context).tenantId) }),
  )

  bus.reply(deviceChanges.undo, async ({ id, dryRun = false }, { context }) => {
    const { actor, tenantId } = personFrom(context)
    const scope = tenantsFrom(tenants, tenantId)
    return changeSets.undo(id, { tenants: scope, actor, tenantId, dryRun, publish: publishReverted })
  })
}
