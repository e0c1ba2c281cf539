import type { Bus } from '@strowger/bus'
import { type Database, personFrom } from '@strowger/database'
import { getAudit, listAudit, type Tenants, tenantsFrom } from '@strowger/schema'
import type { ChangeIndex } from '../change-index.ts'
import { listAudit as listStored, readAudit } from '../store/audit.ts'
import type { AccessSchema } from '../store/tables.ts'

/** Who changed what; one entry is shown with what its request changed, in whatever area. */
export function answerAudit(
  bus: Bus,
  parts: { database: Database<AccessSchema>; tenants: Tenants; changes: ChangeIndex },
): void {
  const { database, tenants, changes } = parts

  bus.reply(listAudit, async ({ recurse = false, ...query }, { context }) => {
    const { tenantId } = personFrom(context)
    return listStored(database, recurse ? tenantsFrom(tenants, tenantId) : [tenantId], query)
  })

  bus.reply(getAudit, async ({ id }, { context, deadline }) => {
    const entry = await readAudit(database, tenantsFrom(tenants, personFrom(context).tenantId), id)
    const found = await changes.ofRequest(entry.request, context, deadline)
    return { ...entry, ...found }
  })
}
