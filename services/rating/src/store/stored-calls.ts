import { type CopiedRow, copyRowsFrom, sql, type TenantTransaction } from '@strowger/database'
import type { RatingScope } from '@strowger/schema'
import { storedCallColumns, storedCallFields } from '../runs/stored-record.ts'
import { resolveScope } from './scope.ts'
import type { RatingSchema } from './tables.ts'

/** A line that is no record is never rated; nor is what has been corrected or withdrawn. */
const parseError = 1

/**
 * The calls of a scope, one after the other; `pause` as of `copyRowsFrom`. Where allowances are counted they come in the
 * order in which these are used; else in none, for which the database need not sort a month.
 */
export async function readStoredCalls(
  tx: TenantTransaction<RatingSchema>,
  { scope, tenant, isOrdered }: { scope: RatingScope; tenant: string; isOrdered: boolean },
  take: (row: CopiedRow) => void,
  pause: () => Promise<void> | undefined,
): Promise<void> {
  const where = await resolveScope(tx, scope, [tenant])
  const order = isOrdered ? sql`order by coalesce(answered_at, at), key` : sql``
  await copyRowsFrom(
    tx,
    sql`select ${storedCallColumns} from present_call where ${where} and reason <> ${sql.raw(String(parseError))} ${order}`,
    storedCallFields,
    take,
    pause,
  )
}
