import { Fault } from '@strowger/schema'
import { sql } from 'kysely'
import type { Database } from './database.ts'
import { isForeignKeyViolation } from './faults.ts'
import type { TenantTransaction } from './transaction.ts'

/** What of a tenant was removed, or would be: rows by table, and whatever else its owner names. */
export interface Erased {
  readonly removed: Record<string, number>
}

interface Parts<DB> {
  readonly database: Pick<Database<DB>, 'inTenants'>
  /**
   * What the rows alone do not show: entries of buckets, objects, what others must be told. Called before the rows go,
   * in the same transaction; tells by its outbox. Answers counts by name. It must bear to be called again.
   */
  readonly more?: (
    tx: TenantTransaction<DB>,
    erased: { readonly tenant: string; readonly dryRun: boolean },
  ) => Promise<Readonly<Record<string, number>>>
  /** After it was committed: what is held in memory. */
  readonly after?: (tenant: string) => void | Promise<void>
}

/**
 * Answers an erase request for one schema: every table with a column `tenant_id` loses the rows of the tenant, and the
 * history of such rows, in one transaction; a second time finds nothing. With `dryRun` it only counts.
 * @returns handler for `erasureRequest`
 * @throws Fault `in-use` when rows of another tenant refer to them
 */
export function eraseOperation<DB>({ database, more, after }: Parts<DB>) {
  return async ({ tenant, dryRun = false }: { tenant: string; dryRun?: boolean }): Promise<Erased> => {
    try {
      const removed = await database.inTenants([tenant], { writer: { kind: 'system' } }, async (tx) => {
        const others = (await more?.(tx, { tenant, dryRun })) ?? {}
        const { rows } = await sql<{ table: string; rows: number }>`
          select "table", "rows" from erase_tenant(${tenant}::uuid, ${dryRun})`.execute(tx)
        return { ...Object.fromEntries(rows.map((row) => [row.table, Number(row.rows)])), ...others }
      })
      if (!dryRun) await after?.(tenant)
      return { removed: Object.fromEntries(Object.entries(removed).filter(([, count]) => count > 0)) }
    } catch (error) {
      if (!isForeignKeyViolation(error)) throw error
      throw new Fault('in-use', { detail: 'Something of another tenant refers to it', cause: error })
    }
  }
}
