import { bucketSubject } from '@strowger/bus'
import {
  type Database,
  isForeignKeyViolation,
  isUniqueViolation,
  type Kysely,
  type OutboxMessage,
  type Person,
  sql,
} from '@strowger/database'
import { Fault, refuseStale, type Tenant, tenantChanged, tenantDeleted, tenantsBucket } from '@strowger/schema'
import type { AccessSchema, TenantRow } from './tables.ts'

type Operator = Person & { readonly tenantId: string }

export function tenantFromRow({ id, parent, name, revision }: Pick<TenantRow, 'id' | 'parent' | 'name' | 'revision'>) {
  return { id, parent, name, revision: Number(revision) } satisfies Tenant
}

/** What the house is told of a tenant: the read model first, then the event. */
export function messagesOf(tenant: Tenant, what: 'changed' | 'deleted'): OutboxMessage[] {
  const subject = bucketSubject(tenantsBucket, tenant.id)
  const event = what === 'changed' ? tenantChanged : tenantDeleted
  return [
    what === 'changed'
      ? { subject, payload: tenant }
      : { subject, payload: new Uint8Array(0), headers: { 'KV-Operation': 'DEL' } },
    { subject: `${event.subject}.${tenant.id}`, payload: { tenant } },
  ]
}

/** The whole tree, as stored. */
export async function readTenants({ db }: { db: Kysely<AccessSchema> }): Promise<Tenant[]> {
  const { rows } = await sql<TenantRow>`select * from all_tenants()`.execute(db)
  return rows.map(tenantFromRow)
}

/** The asking tenant, in whose name the change set is written, and those whose rows are. */
function scopeOf(writer: Operator, ...written: readonly string[]): string[] {
  return [...new Set([writer.tenantId, ...written])]
}

export async function insertTenant(
  database: Database<AccessSchema>,
  writer: Operator,
  tenant: { id: string; parent: string; name: string },
): Promise<Tenant> {
  try {
    return await database.inTenants(scopeOf(writer, tenant.id, tenant.parent), { writer }, async (tx) => {
      const row = await tx
        .insertInto('tenant')
        .values(tenant as never)
        .returningAll()
        .executeTakeFirstOrThrow()
      const stored = tenantFromRow(row)
      await tx.outbox.addMany(messagesOf(stored, 'changed'))
      return stored
    })
  } catch (error) {
    if (isUniqueViolation(error)) throw new Fault('conflict', { detail: 'Another tenant has this id', cause: error })
    if (isForeignKeyViolation(error)) {
      throw new Fault('not-found', { detail: `There is no tenant ${tenant.parent}`, cause: error })
    }
    throw error
  }
}

export async function renameTenant(
  database: Database<AccessSchema>,
  writer: Operator,
  change: { id: string; name: string; ifRevision: number | undefined },
): Promise<Tenant> {
  const { id, name, ifRevision } = change
  return database.inTenants(scopeOf(writer, id), { writer }, async (tx) => {
    const present = await tx.selectFrom('tenant').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
    if (present === undefined) throw new Fault('not-found', { detail: `There is no tenant ${id}` })
    refuseStale('The tenant', Number(present.revision), ifRevision)
    const row = await tx
      .updateTable('tenant')
      .set({ name })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow()
    const tenant = tenantFromRow(row)
    await tx.outbox.addMany(messagesOf(tenant, 'changed'))
    return tenant
  })
}

/** With its users and tokens. Answers the ids of those tokens, which must not open anything any more. */
export async function removeTenant(
  database: Database<AccessSchema>,
  writer: Operator,
  tenant: Tenant,
  ifRevision: number | undefined,
): Promise<string[]> {
  try {
    return await database.inTenants(scopeOf(writer, tenant.id), { writer }, async (tx) => {
      const present = await tx
        .selectFrom('tenant')
        .select('revision')
        .where('id', '=', tenant.id)
        .forUpdate()
        .executeTakeFirst()
      if (present !== undefined) refuseStale('The tenant', Number(present.revision), ifRevision)
      await tx.deleteFrom('session').where('tenant_id', '=', tenant.id).execute()
      const tokens = await tx.deleteFrom('token').where('tenant_id', '=', tenant.id).returning('id').execute()
      await tx.deleteFrom('user_account').where('tenant_id', '=', tenant.id).execute()
      await tx.deleteFrom('role').where('tenant_id', '=', tenant.id).execute()
      const { numDeletedRows } = await tx.deleteFrom('tenant').where('id', '=', tenant.id).executeTakeFirst()
      if (numDeletedRows === 0n) throw new Fault('not-found', { detail: `There is no tenant ${tenant.id}` })
      await tx.outbox.addMany(messagesOf(tenant, 'deleted'))
      return tokens.map(({ id }) => id)
    })
  } catch (error) {
    if (isForeignKeyViolation(error)) {
      throw new Fault('in-use', { detail: 'There are tenants below it', cause: error })
    }
    throw error
  }
}
