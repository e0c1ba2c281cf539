import { type Database, sql, type TenantTransaction } from '@strowger/database'
import { flagNames } from '@strowger/rating'
import { type RatingCall, ratingReasons, ratingStatuses } from '@strowger/schema'
import { amountText } from '../amounts.ts'
import { directions } from '../import/call-row.ts'
import { callsThatCount } from './calls-that-count.ts'
import { problemKey } from './problem-key.ts'
import type { RatingSchema } from './tables.ts'

/** A row of `present_call`, or of `call` with the same names. */
export interface CallRow {
  readonly tenant_id: string
  readonly at: Date
  readonly key: string
  readonly revision: number
  readonly batch_id: number
  readonly source: string
  readonly native_block: number
  readonly native_place: number
  readonly answered_at: Date | null
  readonly duration_ms: number
  readonly billable_ms: number
  readonly disposition: string | null
  readonly caller: string | null
  readonly called: string | null
  readonly dialled: string | null
  readonly account: string | null
  readonly channel: string | null
  readonly trunk: string | null
  readonly stated_cost: string | null
  readonly run_id: number | null
  readonly status: number
  readonly reason: number
  readonly flags: number
  readonly detail: string | null
  readonly direction: number
  readonly node: string | null
  readonly billable_node: string | null
  readonly vendor: string | null
  readonly plan: string | null
  readonly prefix: string | null
  readonly destination: string | null
  readonly billed_ms: number | null
  readonly free_ms: number | null
  readonly currency: string | null
  readonly cost_currency: string | null
  readonly income: string | null
  readonly cost: string | null
  readonly margin: string | null
}

const seconds = (ms: number | null) => (ms === null ? null : Number(ms) / 1_000)

export function callView(row: CallRow): RatingCall {
  const instant = (at: Date | null) => (at === null ? null : new Date(at).toISOString())
  return {
    key: row.key,
    revision: row.revision,
    tenant: row.tenant_id,
    at: new Date(row.at).toISOString(),
    answeredAt: instant(row.answered_at),
    durationS: Number(row.duration_ms) / 1_000,
    billableS: Number(row.billable_ms) / 1_000,
    disposition: row.disposition ?? '',
    direction: directions[row.direction] ?? '',
    caller: row.caller ?? '',
    called: row.called ?? '',
    dialled: row.dialled ?? '',
    account: row.account ?? '',
    channel: row.channel ?? '',
    trunk: row.trunk ?? '',
    source: row.source,
    batch: Number(row.batch_id),
    status: ratingStatuses[row.status] ?? 'error',
    reason: ratingReasons[row.reason] ?? 'internal',
    detail: row.detail ?? '',
    flags: [...flagNames(row.flags)],
    node: row.node ?? '',
    billableNode: row.billable_node ?? '',
    vendor: row.vendor ?? '',
    plan: row.plan ?? '',
    prefix: row.prefix ?? '',
    destination: row.destination ?? '',
    billedS: seconds(row.billed_ms),
    includedS: seconds(row.free_ms),
    currency: row.currency ?? '',
    income: amountText(row.income),
    costCurrency: row.cost_currency ?? '',
    cost: amountText(row.cost),
    margin: amountText(row.margin),
    statedCost: amountText(row.stated_cost),
    run: row.run_id === null ? null : Number(row.run_id),
  }
}

const orders = {
  at: sql`at`,
  billable: sql`billable_ms`,
  income: sql`income`,
  cost: sql`cost`,
  margin: sql`margin`,
}

export interface CallFilter {
  readonly from: string | undefined
  readonly to: string | undefined
  readonly search: string | undefined
  readonly nodes: readonly string[] | undefined
  readonly vendor: string | undefined
  readonly source: string | undefined
  readonly batch: number | undefined
  readonly status: string | undefined
  readonly reason: string | undefined
  /** As `key` of a problem. */
  readonly problem: string | undefined
}

const searched = ['caller', 'called', 'dialled', 'account', 'channel', 'trunk', 'destination', 'detail'] as const

function conditionsOf(filter: CallFilter, tenants: readonly string[]) {
  const conditions = [sql<boolean>`tenant_id = any(${[...tenants]}::uuid[])`]
  if (filter.from !== undefined) conditions.push(sql<boolean>`at >= ${filter.from}::timestamptz`)
  if (filter.to !== undefined) conditions.push(sql<boolean>`at < ${filter.to}::timestamptz`)
  if (filter.nodes !== undefined) {
    const nodes = sql`${[...filter.nodes]}::text[]`
    conditions.push(sql<boolean>`(node = any(${nodes}) or billable_node = any(${nodes}))`)
  }
  for (const column of ['vendor', 'source'] as const) {
    const wanted = filter[column]
    if (wanted !== undefined) conditions.push(sql<boolean>`${sql.ref(column)} = ${wanted}`)
  }
  if (filter.batch !== undefined) conditions.push(sql<boolean>`batch_id = ${filter.batch}`)
  conditions.push(
    filter.status === undefined
      ? sql<boolean>`status < 3`
      : sql<boolean>`status = ${ratingStatuses.indexOf(filter.status as never)}`,
  )
  if (filter.reason !== undefined) {
    conditions.push(sql<boolean>`reason = ${ratingReasons.indexOf(filter.reason as never)}`)
  }
  if (filter.problem !== undefined) conditions.push(sql<boolean>`${problemKey} = ${filter.problem}`)
  if (filter.search !== undefined) {
    const parts = searched.map((column) => sql<boolean>`strpos(lower(${sql.ref(column)}), lower(${filter.search})) > 0`)
    conditions.push(sql<boolean>`(${sql.join(parts, sql` or `)})`)
  }
  return sql.join(conditions, sql` and `)
}

/** Whether it is about what records say and not about what they are rated to: then no rating need be looked for. */
function isOfRecords({ nodes, vendor, status, reason, problem, search }: CallFilter): boolean {
  return [nodes, vendor, status, reason, problem, search].every((one) => one === undefined)
}

/** A page of calls by the ratings that count, and how many there are in all. */
export async function listCalls(
  database: Database<RatingSchema>,
  tenants: readonly string[],
  options: { filter: CallFilter; order: keyof typeof orders; direction: 'asc' | 'desc'; limit: number; offset: number },
): Promise<{ items: RatingCall[]; total: number }> {
  const where = conditionsOf(options.filter, tenants)
  const direction = options.direction === 'asc' ? sql`asc` : sql`desc`
  // Every call has an instant, in the order of which there is an index.
  const nullsLast = options.order === 'at' ? sql`` : sql` nulls last`
  const isOfRecord = isOfRecords(options.filter)
  // The page is read along that index, and only its calls are compared with what runs made of them.
  const isFewOfMany = isOfRecord && options.order === 'at'
  return database.inTenants(tenants, {}, async (tx) => {
    const { rows } =
      await sql<CallRow>`select * from ${sql.table(isFewOfMany ? 'present_call' : 'present_calls')} where ${where}
      order by ${orders[options.order]} ${direction}${nullsLast}, key limit ${options.limit} offset ${options.offset}`.execute(
        tx,
      )
    const counted = isOfRecord ? sql.table('call') : await callsThatCount(tx)
    const { rows: counts } = await sql<{ total: number }>`
      select count(*) as total from ${counted} where ${where}`.execute(tx)
    return { items: rows.map(callView), total: Number(counts[0]?.total ?? 0) }
  })
}

/** All revisions of a record, the latest first. */
export async function readRevisions(
  tx: TenantTransaction<RatingSchema>,
  key: string,
  tenants: readonly string[],
): Promise<CallRow[]> {
  const { rows } = await sql<CallRow>`select * from present_call
    where key = ${key} and tenant_id = any(${[...tenants]}::uuid[]) order by revision desc`.execute(tx)
  return rows
}

export interface Rating {
  readonly run_id: number | null
  readonly at: Date
  readonly status: number
  readonly income: string | null
  readonly cost: string | null
  readonly published: boolean
}

/** What a record was ever rated to, its first rating first. */
export async function readRatings(
  tx: TenantTransaction<RatingSchema>,
  key: string,
  revision: number,
): Promise<Rating[]> {
  const { rows } = await sql<Rating>`
    select null::bigint as run_id, b.at, c.status, c.income, c.cost, true as published
      from call c join batch b on b.id = c.batch_id where c.key = ${key} and c.revision = ${revision}
    union all
    select r.run_id, run.created_at, r.status, r.income, r.cost, run.published_number is not null
      from rerated r join run on run.id = r.run_id where r.key = ${key} and r.revision = ${revision}
    order by run_id nulls first`.execute(tx)
  return rows
}

/** The packed block of native records. A record’s may belong to the tenant of its source, above the call’s own. */
export async function readBlock(
  database: Database<RatingSchema>,
  tenants: readonly string[],
  block: number,
): Promise<Uint8Array | undefined> {
  return database.inTenants(tenants, {}, async (tx) => {
    const { rows } = await sql<{ content: Buffer }>`select content from native_block where id = ${block}`.execute(tx)
    return rows[0]?.content
  })
}
