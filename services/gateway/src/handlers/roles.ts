import type { Bus } from '@strowger/bus'
import { type Database, personFrom } from '@strowger/database'
import {
  createRole,
  deleteRole,
  Fault,
  getRole,
  listRoles,
  type RoleInput,
  refuseStale,
  type Tenants,
  tenantsFrom,
  updateRole,
} from '@strowger/schema'
import { newId } from '@strowger/service'
import { mayGrant } from '../access/grant.ts'
import type { TokenCheck } from '../access/token-check.ts'
import {
  insertRole,
  listRoles as listStored,
  readRole,
  removeRole,
  updateRole as updateStored,
} from '../store/roles.ts'
import { findActing } from '../store/sessions.ts'
import type { AccessSchema } from '../store/tables.ts'

/** Roles of a tenant’s own. Nobody makes or changes one that allows more than they have. */
export function answerRoles(
  bus: Bus,
  parts: { database: Database<AccessSchema>; tenants: Tenants; tokens: Pick<TokenCheck, 'forgetAll'> },
): void {
  const { database, tenants, tokens } = parts
  const scopeOf = (tenant: string) => tenantsFrom(tenants, tenant)

  async function refuseMore(
    context: Parameters<typeof findActing>[1],
    ...roles: readonly Pick<RoleInput, 'permission' | 'scopes'>[]
  ): Promise<void> {
    const acting = await findActing(database, context)
    if (roles.every((role) => mayGrant(acting, role))) return
    throw new Fault('forbidden', { detail: 'That role allows more than who asks may' })
  }

  bus.reply(listRoles, async ({ recurse = false, ...query }, { context }) => {
    const { tenantId } = personFrom(context)
    return listStored(database, recurse ? scopeOf(tenantId) : [tenantId], query)
  })

  bus.reply(getRole, async ({ id }, { context }) => readRole(database, scopeOf(personFrom(context).tenantId), id))

  bus.reply(createRole, async ({ role }, { context }) => {
    await refuseMore(context, role)
    return insertRole(database, personFrom(context), { ...role, id: newId() })
  })

  bus.reply(updateRole, async ({ id, role, ifRevision, dryRun }, { context }) => {
    const writer = personFrom(context)
    const scope = scopeOf(writer.tenantId)
    const present = await readRole(database, scope, id)
    await refuseMore(context, role, present)
    if (dryRun) {
      refuseStale('The role', present.revision, ifRevision)
      const { scopes: _replaced, ...kept } = present
      return { ...kept, ...role, applied: false }
    }
    const stored = await updateStored(database, writer, scope, { id, role, ifRevision })
    tokens.forgetAll()
    return stored
  })

  bus.reply(deleteRole, async ({ id, ifRevision }, { context }) => {
    const writer = personFrom(context)
    const scope = scopeOf(writer.tenantId)
    await refuseMore(context, await readRole(database, scope, id))
    await removeRole(database, writer, scope, { id, ifRevision })
    return {}
  })
}
