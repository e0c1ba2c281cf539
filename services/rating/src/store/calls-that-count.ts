import { sql, type TenantTransaction } from '@strowger/database'
import type { RatingSchema } from './tables.ts'

/**
 * What a question about many calls reads: while no run is published the first ratings count, and need not be compared
 * with others. For a single call, or the few that are in error, there is `present_call`.
 */
export async function callsThatCount(tx: TenantTransaction<RatingSchema>) {
  const { rows } = await sql<{ published: boolean }>`
    select exists (select from run where published_number is not null) as published`.execute(tx)
  return sql.table(rows[0]?.published === false ? 'call' : 'present_calls')
}
