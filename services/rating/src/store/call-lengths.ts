import { type Database, sql } from '@strowger/database'
import { callsThatCount } from './calls-that-count.ts'
import { nodesBelow } from './scope.ts'
import type { RatingSchema } from './tables.ts'

const longest = 10_000

/** How long the priced outgoing calls of a node and all below it were, and how many of each length: the most first. */
export async function storedCallLengths(
  database: Database<RatingSchema>,
  tenant: string,
  { node, from, to }: { node: string; from?: string | undefined; to?: string | undefined },
): Promise<{ seconds: number; calls: number }[]> {
  return database.inTenants([tenant], {}, async (tx) => {
    const nodes = await nodesBelow(tx, [tenant], [node])
    const { rows } = await sql<{ seconds: number; calls: number }>`
      select ceil(billable_ms / 1000.0)::int as seconds, count(*) as calls from ${await callsThatCount(tx)}
      where tenant_id = ${tenant} and status = 0 and direction = 1 and billable_ms > 0 and node = any(${nodes}::text[])
        and at >= ${from ?? '-infinity'}::timestamptz and at < ${to ?? 'infinity'}::timestamptz
      group by 1 order by calls desc, seconds limit ${longest}`.execute(tx)
    return rows.map(({ seconds, calls }) => ({ seconds: Number(seconds), calls: Number(calls) }))
  })
}
