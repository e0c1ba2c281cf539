import { type Database, sql } from '@strowger/database'
import { callsThatCount } from './calls-that-count.ts'
import type { RatingSchema } from './tables.ts'

export type AlarmKind = 'cost-limit' | 'unusual-traffic' | 'concurrent-calls' | 'undefined-extension'

export interface Alarm {
  readonly node: string
  readonly kind: AlarmKind
  readonly first: Date
  readonly next: Date
  readonly limit: string
  readonly value: string
  readonly detail: string
}

type Period = readonly [first: Date, next: Date]

const ofNodes = (tenant: string, nodes: readonly string[], [first, next]: Period) => sql`
  tenant_id = ${tenant} and status = 0 and at >= ${first} and at < ${next} and node = any(${[...nodes]}::text[])`

/** What calls of these nodes have come to, as the database has amounts. */
export async function incomeOf(
  database: Database<RatingSchema>,
  tenant: string,
  nodes: readonly string[],
  period: Period,
): Promise<bigint> {
  return database.inTenants([tenant], {}, async (tx) => {
    const { rows } = await sql<{ income: string }>`
      select coalesce(sum(income), 0)::text as income from ${await callsThatCount(tx)} where ${ofNodes(tenant, nodes, period)}`.execute(
      tx,
    )
    return BigInt(rows[0]?.income ?? 0)
  })
}

/** The most answered calls at one time. */
export async function mostAtOnce(
  database: Database<RatingSchema>,
  tenant: string,
  nodes: readonly string[],
  period: Period,
): Promise<number> {
  return database.inTenants([tenant], {}, async (tx) => {
    const { rows } = await sql<{ most: number | null }>`
      with calls as (
        select answered_at as begun, answered_at + billable_ms * interval '1 millisecond' as ended from present_call
        where ${ofNodes(tenant, nodes, period)} and answered_at is not null and billable_ms > 0),
      steps as (select begun as at, 1 as step from calls union all select ended, -1 from calls)
      select max(running) as most from (select sum(step) over (order by at, step) as running from steps) sums`.execute(
      tx,
    )
    return Number(rows[0]?.most ?? 0)
  })
}

/** Short callers of the rated calls, with whose calls they are. */
export async function shortCallers(
  database: Database<RatingSchema>,
  tenant: string,
  [first, next]: Period,
): Promise<{ node: string; caller: string }[]> {
  return database.inTenants([tenant], {}, async (tx) => {
    const { rows } = await sql<{ node: string; caller: string }>`
      select distinct node, coalesce(raw_caller, caller) as caller from present_call
      where tenant_id = ${tenant} and status = 0 and at >= ${first} and at < ${next} and direction in (1, 3)
        and coalesce(raw_caller, caller) ~ '^[0-9]{2,6}$' and node is not null limit 10000`.execute(tx)
    return rows
  })
}

/** Keeps what is new; answers how many. */
export async function keepAlarms(
  database: Database<RatingSchema>,
  tenant: string,
  alarms: readonly Alarm[],
): Promise<number> {
  return database.inTenants([tenant], { writer: { kind: 'system' } }, async (tx) => {
    let kept = 0
    for (const { node, kind, first, next, limit, value, detail } of alarms) {
      const { numAffectedRows = 0n } = await sql`
        insert into alarm (tenant_id, node, kind, first, next, limit_value, value, detail)
        values (${tenant}, ${node}, ${kind}, ${first}, ${next}, ${limit}, ${value}, ${detail})
        on conflict (tenant_id, node, kind, first, detail) do nothing`.execute(tx)
      kept += Number(numAffectedRows)
    }
    return kept
  })
}

interface Row {
  readonly id: number
  readonly node: string
  readonly kind: AlarmKind
  readonly first: Date
  readonly next: Date
  readonly limit_value: string
  readonly value: string
  readonly detail: string
  readonly at: Date
  readonly total: number
}

export async function listStoredAlarms(
  database: Database<RatingSchema>,
  tenants: readonly string[],
  options: { node: string | undefined; search: string; direction: 'asc' | 'desc'; limit: number; offset: number },
) {
  const { node, search, direction, limit, offset } = options
  return database.inTenants(tenants, {}, async (tx) => {
    const { rows } = await sql<Row>`
      select id, node, kind, first, next, trim_scale(limit_value)::text as limit_value, trim_scale(value)::text as value,
        detail, at, count(*) over () as total from alarm
      where tenant_id = any(${[...tenants]}::uuid[]) and (${node ?? null}::text is null or node = ${node ?? null})
        and strpos(lower(kind || ' ' || node || ' ' || detail), lower(${search})) > 0
      order by at ${direction === 'asc' ? sql`asc` : sql`desc`}, id limit ${limit} offset ${offset}`.execute(tx)
    const items = rows.map((row) => ({
      id: Number(row.id),
      node: row.node,
      kind: row.kind,
      from: new Date(row.first).toISOString(),
      to: new Date(row.next).toISOString(),
      limit: row.limit_value,
      value: row.value,
      detail: row.detail,
      at: new Date(row.at).toISOString(),
    }))
    return { items, total: Number(rows[0]?.total ?? 0) }
  })
}
