import type { Database, RevertedRow, TenantTransaction } from '@strowger/database'
import { rootTenantId, type Tenant, type Tenants } from '@strowger/schema'
import type { AccessSchema, TenantRow } from './tables.ts'
import { messagesOf, readTenants, tenantFromRow } from './tenants.ts'

/**
 * What the house is told when an undo wrote these rows; only tenants concern it. Answers the tenants as they are now,
 * undefined for one that is gone.
 */
export async function publishReverted(
  tx: TenantTransaction<AccessSchema>,
  rows: readonly RevertedRow[],
  known: Tenants,
): Promise<{ id: string; tenant: Tenant | undefined }[]> {
  const written = rows
    .filter(({ table }) => table === 'tenant')
    .map(({ key, row }) => ({
      id: String(key['id']),
      tenant: row === null ? undefined : tenantFromRow(row as unknown as TenantRow),
    }))
  await tx.outbox.addMany(
    written.flatMap(({ id, tenant }) => {
      if (tenant) return messagesOf(tenant, 'changed')
      const gone = known.get(id) ?? { id, parent: rootTenantId, name: id, revision: 0 }
      return messagesOf(gone, 'deleted')
    }),
  )
  return written
}

/** Puts the tree into the read model again. Nothing happened to these tenants, so there are no events. */
export async function publishAll(database: Database<AccessSchema>): Promise<Tenant[]> {
  const tenants = await readTenants(database)
  await database.inTenants([rootTenantId], { writer: { kind: 'system' } }, (tx) =>
    tx.outbox.addMany(tenants.flatMap((tenant) => messagesOf(tenant, 'changed').slice(0, 1))),
  )
  return tenants
}
