import { sql, type TenantTransaction } from '@strowger/database'
import type { RatingScope } from '@strowger/schema'
import type { StoredCall } from '../runs/stored-record.ts'
import { resolveScope } from './scope.ts'
import type { RatingSchema } from './tables.ts'

type Tx = TenantTransaction<RatingSchema>

/** A line that is no record is never rated; nor is what has been corrected or withdrawn. */
const parseError = 1

/**
 * The calls of a scope in the order in which allowances are used, page by page. `among`: a wider scope, of which all
 * calls are read, as they use the same allowances; each says whether it is `in_scope`.
 */
export async function* readStoredCalls(
  tx: Tx,
  { scope, among = scope }: { scope: RatingScope; among?: RatingScope },
  tenant: string,
  pageSize: number,
): AsyncGenerator<readonly StoredCall[]> {
  const isInScope = among === scope ? sql<boolean>`true` : await resolveScope(tx, scope, [tenant])
  const where = await resolveScope(tx, among, [tenant])
  await sql`declare stored_calls no scroll cursor for
    select key, revision, at, source, answered_at, duration_ms, caller, raw_caller, called, dialled, account, channel,
      trunk, context, ported, linked, stated_ms, is_answered, stated_direction, disposition, flags, status, reason, node,
      billable_node, currency, income, cost, free_ms, ${isInScope} as in_scope
    from present_call where ${where} and reason <> ${sql.raw(String(parseError))}
    order by coalesce(answered_at, at), key`.execute(tx)
  for (;;) {
    const { rows } = await sql<StoredCall>`fetch ${sql.raw(String(pageSize))} from stored_calls`.execute(tx)
    if (rows.length === 0) break
    yield rows
  }
  await sql`close stored_calls`.execute(tx)
}
