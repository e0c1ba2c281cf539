import type { Bus } from '@strowger/bus'
import { type Database, personFrom } from '@strowger/database'
import {
  createTenant,
  deleteTenant,
  Fault,
  getTenant,
  listTenants,
  pageOf,
  refuseStale,
  rootTenantId,
  type Tenant,
  type Tenants,
  tenantChanged,
  tenantsFrom,
  updateTenant,
} from '@strowger/schema'
import { newUuid } from '@strowger/service'
import type { TokenCheck } from '../access/token-check.ts'
import type { Erasure } from '../erasure.ts'
import type { AccessSchema } from '../store/tables.ts'
import { insertTenant, removeTenant, renameTenant } from '../store/tenants.ts'

/** A tenant sees itself and those below it; of others it is never told whether they exist. */
export function answerTenants(
  bus: Bus,
  parts: {
    database: Database<AccessSchema>
    tenants: Tenants & { applyLocal(id: string, tenant: Tenant | undefined): void }
    tokens: Pick<TokenCheck, 'forget'>
    erasure: Pick<Erasure, 'report'>
  },
): void {
  const { database, tenants, tokens, erasure } = parts

  function visible(asking: string, id: string): Tenant {
    const tenant = tenantsFrom(tenants, asking).includes(id) ? tenants.get(id) : undefined
    if (tenant === undefined) throw new Fault('not-found', { detail: `There is no tenant ${id}` })
    return tenant
  }

  bus.reply(listTenants, async ({ parent, recurse = true, ...query }, { context }) => {
    const { tenantId } = personFrom(context)
    const found = (recurse ? tenantsFrom(tenants, tenantId) : [tenantId])
      .flatMap((id) => tenants.get(id) ?? [])
      .filter((tenant) => parent === undefined || tenant.parent === parent)
    return pageOf(found, query, {
      texts: ({ id, name }) => [id, name],
      by: { name: ({ name }) => name, id: ({ id }) => id },
      id: ({ id }) => id,
    })
  })

  bus.reply(getTenant, async ({ id }, { context }) => visible(personFrom(context).tenantId, id))

  bus.reply(createTenant, async ({ tenant }, { context }) => {
    const writer = personFrom(context)
    const parent = tenant.parent ?? writer.tenantId
    if (parent !== writer.tenantId) visible(writer.tenantId, parent)
    const stored = await insertTenant(database, writer, { id: tenant.id ?? newUuid(), parent, name: tenant.name })
    tenants.applyLocal(stored.id, stored)
    return stored
  })

  bus.reply(updateTenant, async ({ id, tenant, ifRevision }, { context }) => {
    const writer = personFrom(context)
    visible(writer.tenantId, id)
    const stored = await renameTenant(database, writer, { id, name: tenant.name, ifRevision })
    tenants.applyLocal(id, stored)
    return stored
  })

  bus.reply(deleteTenant, async ({ id, ifRevision, dryRun }, { context }) => {
    const writer = personFrom(context)
    const tenant = visible(writer.tenantId, id)
    if (id === rootTenantId) throw new Fault('not-deletable', { detail: 'The root tenant is always there' })
    if (dryRun) {
      refuseStale('The tenant', tenant.revision, ifRevision)
      if (tenantsFrom(tenants, id).length > 1) throw new Fault('in-use', { detail: 'There are tenants below it' })
      const { areas } = await erasure.report(tenant)
      return { applied: false, areas: areas.map(({ area, removed }) => ({ area, has: removed })) }
    }
    tokens.forget(await removeTenant(database, writer, tenant, ifRevision))
    tenants.applyLocal(id, undefined)
    // That it is gone is all that anybody need hear of it; else its stream forgets it in time.
    await bus.events.purge(tenantChanged, id).catch(() => {})
    return {}
  })
}
