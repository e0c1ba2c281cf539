import { type Database, sql, type TenantTransaction } from '@strowger/database'
import { Fault, type RatingRun, type RatingScope, type RunChange, type RunSum, ratingStatuses } from '@strowger/schema'
import { amountText } from '../amounts.ts'
import { lockCounters } from './allowance-counters.ts'
import { callsThatCount } from './calls-that-count.ts'
import { refuseConfirmedCalls } from './confirmations.ts'
import { replayRun, replayUnseen } from './replays.ts'
import type { RatingSchema } from './tables.ts'

type Tx = TenantTransaction<RatingSchema>
/** Of results: a change of it may rate the same inputs to other amounts. */
const engineVersion = '1'
const system = { writer: { kind: 'system' as const } }

interface Row {
  readonly id: number
  readonly tenant_id: string
  readonly state: RatingRun['state']
  readonly cause: RatingRun['cause']
  readonly scope: RatingScope
  readonly known_at: Date
  readonly reason: string
  readonly actor: string
  readonly engine: string
  readonly calls: number
  readonly changed: number
  readonly sums: RunSum[] | Record<string, never>
  readonly hash: string | null
  readonly failure: string | null
  readonly created_at: Date
  readonly finished_at: Date | null
  readonly published_at: Date | null
}

const instant = (at: Date | null) => (at === null ? null : new Date(at).toISOString())

function runView(row: Row): RatingRun {
  return {
    id: Number(row.id),
    state: row.state,
    cause: row.cause,
    scope: row.scope,
    knownAt: new Date(row.known_at).toISOString(),
    reason: row.reason,
    actor: row.actor,
    engine: row.engine,
    calls: Number(row.calls),
    changed: Number(row.changed),
    hash: row.hash,
    sums: Array.isArray(row.sums) ? row.sums : [],
    failure: row.failure,
    createdAt: new Date(row.created_at).toISOString(),
    finishedAt: instant(row.finished_at),
    publishedAt: instant(row.published_at),
  }
}

export async function insertRun(
  database: Database<RatingSchema>,
  run: { tenant: string; cause: RatingRun['cause']; scope: RatingScope; knownAt: Date; reason: string; actor: string },
): Promise<RatingRun> {
  return database.inTenants([run.tenant], system, async (tx) => {
    const { rows } = await sql<Row>`
      insert into run (tenant_id, state, cause, scope, known_at, reason, actor, engine)
      values (${run.tenant}, 'running', ${run.cause}, ${JSON.stringify(run.scope)}::jsonb, ${run.knownAt}, ${run.reason},
        ${run.actor}, ${engineVersion}) returning *`.execute(tx)
    return runView(rows[0] as Row)
  })
}

/** What a transaction that reads one state sees: what is committed later is not among it. */
export async function snapshotOf(tx: Tx): Promise<string> {
  const { rows } = await sql<{ seen: string }>`select pg_current_snapshot()::text as seen`.execute(tx)
  return rows[0]?.seen ?? ''
}

/** What came of a run, in the transaction that wrote its rows. */
export async function finishRun(
  tx: Tx,
  id: number,
  outcome: {
    calls: number
    changed: number
    /** Of all results. */
    hash: string
    sums: readonly RunSum[]
    counters: readonly unknown[] | undefined
    /** What the run has read: of `snapshotOf`. */
    seen: string
  },
): Promise<void> {
  await sql`
    update run set state = 'ready', calls = ${outcome.calls}, changed = ${outcome.changed},
      sums = ${JSON.stringify(outcome.sums)}::jsonb,
      counters = ${outcome.counters === undefined ? null : JSON.stringify(outcome.counters)}::jsonb,
      seen = ${outcome.seen}::pg_snapshot,
      finished_at = clock_timestamp(),
      hash = ${outcome.hash}
    where id = ${id}`.execute(tx)
}

export async function failRun(
  database: Database<RatingSchema>,
  tenant: string,
  id: number,
  failure: string,
): Promise<void> {
  await database.inTenants([tenant], system, async (tx) => {
    await sql`update run set state = 'failed', failure = ${failure}, finished_at = clock_timestamp()
      where id = ${id} and state = 'running'`.execute(tx)
  })
}

/** @throws Fault `not-found` */
export async function readRun(tx: Tx, tenants: readonly string[], id: number): Promise<RatingRun & { tenant: string }> {
  const { rows } =
    await sql<Row>`select * from run where id = ${id} and tenant_id = any(${[...tenants]}::uuid[])`.execute(tx)
  const [row] = rows
  if (row === undefined) throw new Fault('not-found', { detail: `There is no run ${id}` })
  return { ...runView(row), tenant: row.tenant_id }
}

export async function listStoredRuns(
  database: Database<RatingSchema>,
  tenants: readonly string[],
  options: { search: string | undefined; direction: 'asc' | 'desc'; limit: number; offset: number },
): Promise<{ items: RatingRun[]; total: number }> {
  const { search = '', direction, limit, offset } = options
  const where = sql`tenant_id = any(${[...tenants]}::uuid[])
    and strpos(lower(reason || ' ' || actor), lower(${search})) > 0`
  return database.inTenants(tenants, {}, async (tx) => {
    const { rows } = await sql<Row>`select * from run where ${where}
      order by id ${direction === 'asc' ? sql`asc` : sql`desc`} limit ${limit} offset ${offset}`.execute(tx)
    const { rows: counted } = await sql<{ total: number }>`select count(*) as total from run where ${where}`.execute(tx)
    return { items: rows.map(runView), total: Number(counted[0]?.total ?? 0) }
  })
}

interface ChangeRow {
  readonly key: string
  readonly at: Date
  readonly node: string | null
  readonly called: string | null
  readonly before_status: number
  readonly before_income: string | null
  readonly before_cost: string | null
  readonly status: number
  readonly income: string | null
  readonly cost: string | null
  readonly adjusts: boolean
  readonly total: number
}

/** Calls that a run rates otherwise than they are rated at present. */
export async function listStoredChanges(
  tx: Tx,
  id: number,
  options: {
    search: string | undefined
    order: 'difference' | 'at'
    direction: 'asc' | 'desc'
    limit: number
    offset: number
  },
): Promise<{ items: RunChange[]; total: number }> {
  const { search = '', order, direction, limit, offset } = options
  const by =
    order === 'at'
      ? sql`r.at`
      : sql`abs(coalesce(r.income, 0) - coalesce(c.income, 0)) + abs(coalesce(r.cost, 0) - coalesce(c.cost, 0))`
  const { rows } = await sql<ChangeRow>`
    select r.key, r.at, r.node, c.called, c.status as before_status, c.income as before_income, c.cost as before_cost,
      r.status, r.income, r.cost, r.adjusts, count(*) over () as total
    from rerated r join ${await callsThatCount(tx)} c on c.at = r.at and c.key = r.key and c.revision = r.revision
    where r.run_id = ${id} and strpos(coalesce(c.called, '') || ' ' || coalesce(r.node, ''), ${search}) > 0
      and (r.status, r.income, r.cost) is distinct from (c.status, c.income, c.cost)
    order by ${by} ${direction === 'asc' ? sql`asc` : sql`desc`}, r.key limit ${limit} offset ${offset}`.execute(tx)
  const result = (status: number, income: string | null, cost: string | null) => ({
    status: ratingStatuses[status] ?? ('error' as const),
    income: amountText(income),
    cost: amountText(cost),
  })
  return {
    items: rows.map((row) => ({
      key: row.key,
      at: new Date(row.at).toISOString(),
      node: row.node ?? '',
      called: row.called ?? '',
      before: result(row.before_status, row.before_income, row.before_cost),
      after: result(row.status, row.income, row.cost),
      adjusts: row.adjusts,
    })),
    total: Number(rows[0]?.total ?? 0),
  }
}

/**
 * From now on the run counts. What it would have changed of confirmed calls becomes adjustments, which this counts.
 * @throws Fault `conflict` when it is not ready, or calls of it were confirmed since.
 */
export async function publishStoredRun(tx: Tx, run: RatingRun & { tenant: string }): Promise<number> {
  await requireState(tx, run, ['ready', 'withdrawn'])
  await refuseConfirmedCalls(tx, run)
  const { numAffectedRows = 0n } = await sql`
    insert into adjustment (run_id, tenant_id, node, at, key, confirmation_id, currency, before, after)
    select run_id, tenant_id, node, at, key, confirmation_id, currency, before, after
    from (
      select r.run_id, r.tenant_id, coalesce(r.billable_node, r.node, '') as node, r.at, r.key,
        confirmation.id as confirmation_id, coalesce(r.currency, c.currency) as currency,
        case when c.status = 0 then coalesce(c.income, 0) else 0 end
          + coalesce((select sum(a.after - a.before) from adjustment a
            where a.tenant_id = r.tenant_id and a.key = r.key), 0) as before,
        case when r.status = 0 then coalesce(r.income, 0) else 0 end as after
      from rerated r join present_call c on c.at = r.at and c.key = r.key and c.revision = r.revision
      join lateral (select id from confirmation where tenant_id = r.tenant_id and r.at >= first and r.at < next
        order by id limit 1) confirmation on true
      -- What cannot be rated now was billed all the same: an error is no reason to give money back.
      where r.run_id = ${run.id} and r.adjusts and r.status <> 1) line
    where before <> after`.execute(tx)
  await lockCounters(tx, [run.tenant])
  await sql`update run set state = 'published', published_number = nextval('publication'),
    published_at = clock_timestamp() where id = ${run.id}`.execute(tx)
  // Whoever has no call left in these periods has used nothing.
  await sql`delete from allowance_counter counter using run where run.id = ${run.id} and run.counters is not null
    and counter.tenant_id = run.tenant_id and counter.next > coalesce((run.scope ->> 'from')::timestamptz, '-infinity')`.execute(
    tx,
  )
  await sql`
    insert into allowance_counter (tenant_id, node, allowance, first, next, granted, rolled, used, last_at)
    select tenant_id, node, allowance, first, next, granted, rolled, used, last_at
    from run, jsonb_to_recordset(coalesce(run.counters, '[]')) counter (node text, allowance text, first timestamptz,
      next timestamptz, granted bigint, rolled bigint, used bigint, last_at timestamptz)
    where run.id = ${run.id}
    on conflict (tenant_id, node, allowance, first) do update set
      granted = excluded.granted, rolled = excluded.rolled, used = excluded.used, last_at = excluded.last_at`.execute(
    tx,
  )
  await replayUnseen(tx, run.id)
  return Number(numAffectedRows)
}

/**
 * Switches back; its adjustments go with it.
 * @throws Fault `conflict` when it is not published, or its amounts were confirmed since.
 */
export async function withdrawStoredRun(tx: Tx, run: RatingRun & { tenant: string }): Promise<number> {
  await requireState(tx, run, ['published'])
  await refuseConfirmedCalls(tx, run)
  const { numAffectedRows = 0n } = await sql`delete from adjustment where run_id = ${run.id}`.execute(tx)
  await replayRun(tx, run.id)
  await sql`update run set state = 'withdrawn', published_number = null, published_at = null,
    withdrawn_at = clock_timestamp() where id = ${run.id}`.execute(tx)
  return Number(numAffectedRows)
}

/** Nobody changes it from now on until the end of the transaction. @throws Fault `conflict` */
async function requireState(tx: Tx, { id }: Pick<RatingRun, 'id'>, wanted: readonly RatingRun['state'][]) {
  const { rows } = await sql<Pick<Row, 'state'>>`select state from run where id = ${id} for update`.execute(tx)
  const state = rows[0]?.state
  if (state === undefined || !wanted.includes(state)) {
    throw new Fault('conflict', { detail: `Run ${id} is ${state ?? 'gone'}` })
  }
}

/** Runs of a process that is gone. */
export async function failAbandonedRuns(database: Database<RatingSchema>, tenants: readonly string[]): Promise<void> {
  await database.inTenants(tenants, system, async (tx) => {
    await sql`update run set state = 'failed', failure = 'interrupted', finished_at = clock_timestamp()
      where state = 'running'`.execute(tx)
  })
}
