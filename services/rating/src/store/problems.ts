import { type Database, sql } from '@strowger/database'
import { type RatingProblem, ratingReasons } from '@strowger/schema'
import { hints } from '../problem-hints.ts'
import type { RatingSchema } from './tables.ts'

interface Group {
  readonly reason: number
  readonly key: string
  readonly count: number
  readonly first: Date
  readonly last: Date
  readonly estimate: string | null
  readonly total: number
}

/** Money is stored as whole numbers of this part of the currency. */
const parts = 100_000_000

const orders = { estimate: sql`billable_ms`, count: sql`count`, last: sql`last` }

/** Groups of records in error, the most costly first; the estimate goes by the tenants' average income a minute. */
export async function listProblems(
  database: Database<RatingSchema>,
  tenants: readonly string[],
  options: {
    limit: number
    offset: number
    from: string | undefined
    to: string | undefined
    search: string | undefined
    order: keyof typeof orders
    direction: 'asc' | 'desc'
  },
): Promise<{ items: RatingProblem[]; total: number }> {
  const { limit, offset, from = '-infinity', to = 'infinity', search = '' } = options
  const direction = options.direction === 'asc' ? sql`asc` : sql`desc`
  const ofTenants = sql`tenant_id = any(${[...tenants]}::uuid[]) and at >= ${from} and at < ${to}`
  return database.inTenants(tenants, {}, async (tx) => {
    const { rows } = await sql<Group>`
      with average as (
        select sum(income) / nullif(sum(billable_ms), 0) as each_ms from present_call where ${ofTenants} and status = 0),
      grouped as (
        select reason, coalesce(detail, '') as key, count(*) as count, min(at) as first, max(at) as last,
          sum(billable_ms) as billable_ms
        from present_call where ${ofTenants} and status = 1 and strpos(lower(coalesce(detail, '')), lower(${search})) > 0 group by reason, coalesce(detail, ''))
      select reason, key, count, first, last, count(*) over () as total,
        trim_scale(round(billable_ms * each_ms / ${parts}, 8))::text as estimate
      from grouped, average order by ${orders[options.order]} ${direction}, count desc, reason, key limit ${limit} offset ${offset}`.execute(
      tx,
    )
    return { items: rows.map(problemFrom), total: Number(rows[0]?.total ?? 0) }
  })
}

function problemFrom({ reason, key, count, first, last, estimate }: Group): RatingProblem {
  const named = ratingReasons[reason] ?? 'internal'
  return {
    reason: named,
    key,
    count: Number(count),
    first: first.toISOString(),
    last: last.toISOString(),
    estimate,
    hint: hints[named],
  }
}
