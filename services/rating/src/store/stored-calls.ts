import { type CopiedRow, copyRowsFrom, sql, type TenantTransaction } from '@strowger/database'
import type { RatingScope } from '@strowger/schema'
import { storedCallColumns, storedCallFields } from '../runs/stored-record.ts'
import { callsThatCount } from './calls-that-count.ts'
import { resolveScope } from './scope.ts'
import type { RatingSchema } from './tables.ts'

/** A line that is no record is never rated; nor is what has been corrected or withdrawn. */
const parseError = 1

/**
 * The calls of a scope, one after the other; `pause` as of `copyRowsFrom`. They come in no order, for which the database
 * need not sort a month; unless there is `among`, a wider scope: of that all calls are read, in the order in which they
 * use the same allowances, and each says whether it is in scope.
 */
export async function readStoredCalls(
  tx: TenantTransaction<RatingSchema>,
  { scope, among, tenant }: { scope: RatingScope; among: RatingScope | undefined; tenant: string },
  take: (row: CopiedRow) => void,
  pause: () => Promise<void> | undefined,
): Promise<void> {
  const asked = await resolveScope(tx, scope, [tenant])
  const isInScope = among === undefined ? sql<boolean>`true` : asked
  const where = among === undefined ? asked : await resolveScope(tx, among, [tenant])
  const order = among === undefined ? sql`` : sql`order by coalesce(answered_at, at), key`
  await copyRowsFrom(
    tx,
    sql`select ${storedCallColumns}, ${isInScope} from ${scope.errorsOnly && among === undefined ? sql.table('present_call') : await callsThatCount(tx)}
      where ${where} and reason <> ${sql.raw(String(parseError))} ${order}`,
    storedCallFields,
    take,
    pause,
  )
}
