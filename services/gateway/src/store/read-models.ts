import { type Database, type RevertedRow, sql, type TenantTransaction } from '@strowger/database'
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

/**
 * Puts the tenants into the read model again that it does not hold as they are stored. Nothing happened to them, so
 * there are no events. Answers them.
 */
export async function publishMissing(database: Database<AccessSchema>, known: Pick<Tenants, 'get'>): Promise<Tenant[]> {
  return database.inTenants([rootTenantId], { writer: { kind: 'system' } }, async (tx) => {
    // Nobody removes a tenant between our reading it and our telling of it.
    await sql`lock table tenant in share mode`.execute(tx)
    const missing = (await readTenants({ db: tx })).filter(({ id, revision }) => known.get(id)?.revision !== revision)
    await tx.outbox.addMany(missing.flatMap((tenant) => messagesOf(tenant, 'changed').slice(0, 1)))
    return missing
  })
}
