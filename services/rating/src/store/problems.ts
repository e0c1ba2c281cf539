import { type Database, sql } from '@strowger/database'
import { type RatingProblem, ratingReasons } from '@strowger/schema'
import { reasonNumbers } from '../import/call-row.ts'
import { hints } from '../problem-hints.ts'
import { problemKey } from './problem-key.ts'
import { inScope } from './scope.ts'
import type { RatingSchema } from './tables.ts'

interface Group {
  readonly reason: number
  readonly source: string
  readonly key: string
  readonly count: number
  readonly first: Date
  readonly last: Date
  readonly estimate: string | null
  readonly samples: { key: string; at: string; detail: string | null }[]
  readonly total: number
}

/** Money is stored as whole numbers of this part of the currency. */
const parts = 100_000_000
const samplesShown = 3
/** Of the latest calls that were rated, whose mean income the estimate goes by: as many of each tenant, together these. */
const callsOfMean = 50_000
/** Of such records nobody knows how long the call was: they are taken for calls like the others. */
const ofUnknownLength = ['parse_error', 'bad_times'].map((name) => reasonNumbers[name] ?? 0)

const orders = { estimate: sql`money`, count: sql`count`, last: sql`last` }

export interface ProblemQuestion {
  readonly limit: number
  readonly offset: number
  readonly from: string | undefined
  readonly to: string | undefined
  readonly search: string | undefined
  readonly order: keyof typeof orders
  readonly direction: 'asc' | 'desc'
}

/** Groups of records in error, the most costly first. */
export async function listProblems(
  database: Database<RatingSchema>,
  tenants: readonly string[],
  { limit, offset, from, to, search = '', order, direction }: ProblemQuestion,
): Promise<{ items: RatingProblem[]; total: number }> {
  const period = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }
  const isInError = inScope({ errorsOnly: true, ...period }, { tenants })
  const named = ratingReasons.flatMap((name, place) => (name.includes(search.toLowerCase()) ? [place] : []))
  const isFound = sql<boolean>`(reason = any(${named}::smallint[])
    or strpos(lower(concat_ws(' ', source, detail, ${problemKey})), lower(${search})) > 0)`
  return database.inTenants(tenants, {}, async (tx) => {
    const { rows } = await sql<Group>`
      with latest as (
        select income, billable_ms from unnest(${[...tenants]}::uuid[]) as of_tenant(id), lateral (
          select income, billable_ms from call where tenant_id = of_tenant.id and status = 0
          order by at desc limit ${Math.ceil(callsOfMean / tenants.length)}) rated),
      -- Once, and not once for each record in error: PostgreSQL expects one of them where there are thousands.
      mean as materialized (
        select sum(income) / nullif(sum(billable_ms), 0) as of_ms, sum(income) / nullif(count(*), 0) as of_call
        from latest),
      grouped as (
        select reason, source, ${problemKey} as problem, count(*) as count, min(at) as first, max(at) as last,
          case when reason = any(${ofUnknownLength}::smallint[]) then count(*) * mean.of_call
            else sum(billable_ms) * mean.of_ms end as money,
          (array_agg(key order by at, key))[:${samplesShown}] as keys,
          (array_agg(detail order by at, key))[:${samplesShown}] as details,
          (array_agg(at order by at, key))[:${samplesShown}] as instants
        from present_call, mean where ${isInError} and ${isFound}
        group by reason, source, ${problemKey}, mean.of_call, mean.of_ms)
      select reason, source, problem as key, count, first, last, count(*) over () as total,
        trim_scale(round(money / ${parts}, 8))::text as estimate,
        (select jsonb_agg(jsonb_build_object('key', sample.key, 'at', sample.at, 'detail', sample.detail) order by place)
          from unnest(keys, instants, details) with ordinality as sample (key, at, detail, place)) as samples
      from grouped
      order by ${orders[order]} ${direction === 'asc' ? sql`asc` : sql`desc`} nulls last, count desc, reason, source,
        problem limit ${limit} offset ${offset}`.execute(tx)
    return { items: rows.map(problemFrom), total: Number(rows[0]?.total ?? 0) }
  })
}

function problemFrom({ reason, source, key, count, first, last, estimate, samples }: Group): RatingProblem {
  const named = ratingReasons[reason] ?? 'internal'
  return {
    reason: named,
    source,
    key,
    count: Number(count),
    first: first.toISOString(),
    last: last.toISOString(),
    estimate,
    samples: samples.map((sample) => ({
      key: sample.key,
      at: new Date(sample.at).toISOString(),
      detail: sample.detail ?? '',
    })),
    hint: hints[named],
  }
}
