import { type CopiedRow, copyRowsFrom, sql, type TenantTransaction } from '@strowger/database'
import type { RatingScope } from '@strowger/schema'
import { storedCallColumns, storedCallFields } from '../runs/stored-record.ts'
import { resolveScope } from './scope.ts'
import type { RatingSchema } from './tables.ts'

/** A line that is no record is never rated; nor is what has been corrected or withdrawn. */
const parseError = 1

/**
 * The calls of a scope, one after the other; `pause` as of `copyRowsFrom`. Where allowances are counted they come in the
 * order in which these are used; else in none, for which the database need not sort a month. `among`: a wider scope, of
 * which all calls are read, as they use the same allowances; each says whether it is in the scope.
 */
export async function readStoredCalls(
  tx: TenantTransaction<RatingSchema>,
  {
    scope,
    among = scope,
    tenant,
    isOrdered,
  }: { scope: RatingScope; among?: RatingScope; tenant: string; isOrdered: boolean },
  take: (row: CopiedRow) => void,
  pause: () => Promise<void> | undefined,
): Promise<void> {
  const isInScope = among === scope ? sql<boolean>`true` : await resolveScope(tx, scope, [tenant])
  const where = await resolveScope(tx, among, [tenant])
  const order = isOrdered ? sql`order by coalesce(answered_at, at), key` : sql``
  await copyRowsFrom(
    tx,
    sql`select ${storedCallColumns}, ${isInScope} from present_call where ${where} and reason <> ${sql.raw(String(parseError))} ${order}`,
    storedCallFields,
    take,
    pause,
  )
}
