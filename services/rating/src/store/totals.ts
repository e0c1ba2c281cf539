import { type Database, sql } from '@strowger/database'
import { ratingReasons } from '@strowger/schema'
import { amountText } from '../amounts.ts'
import { callsThatCount } from './calls-that-count.ts'
import { isAmong, nodesBelowInTime } from './subtree.ts'
import type { RatingSchema } from './tables.ts'

export interface TotalsQuestion {
  readonly by: 'node' | 'level' | 'vendor' | 'destination' | 'hour' | 'day' | 'source' | 'reason'
  readonly from: string
  readonly to: string
  readonly level: number
  readonly node: string | undefined
  readonly zone: string
  readonly limit: number
  readonly offset: number
}

interface Row {
  readonly tenant: string | null
  readonly key: string | null
  readonly name: string | null
  readonly currency: string | null
  readonly calls: number
  readonly answered: number
  readonly billable_ms: string
  readonly billed_ms: string
  readonly free_ms: string
  readonly income: string
  readonly cost: string
  readonly margin: string
  readonly errors: number
  /** The sums of a currency over all groups; how many groups there are. */
  readonly is_sum: boolean
  readonly groups: number
}

export interface Total {
  readonly tenant?: string
  readonly key: string
  readonly name: string
  readonly currency: string
  readonly calls: number
  readonly answered: number
  readonly billableS: number
  readonly billedS: number
  readonly includedS: number
  readonly income: string
  readonly cost: string
  readonly margin: string
  readonly errors: number
}

/** Of these two tenants may have the same. */
const ofTenant: ReadonlySet<string> = new Set(['node', 'level', 'vendor', 'source'])

/** Sums over what counts at present: rated calls, and beside them how many are in error. Exact, also of those not listed. */
export async function readTotals(
  database: Database<RatingSchema>,
  tenants: readonly string[],
  question: TotalsQuestion,
): Promise<{ items: Total[]; groups: number; total: Total }> {
  const { by, from, to, level, node, zone, limit, offset } = question
  const keys = {
    node: sql`coalesce(billable_node, node)`,
    level: sql`coalesce(level.top, node, '')`,
    vendor: sql`vendor`,
    destination: sql`coalesce(destination, prefix)`,
    hour: sql`to_char(at at time zone ${zone}, 'YYYY-MM-DD"T"HH24:00')`,
    day: sql`to_char(at at time zone ${zone}, 'YYYY-MM-DD')`,
    source: sql`source`,
    reason: sql`reason::text`,
  }
  return database.inTenants(tenants, {}, async (tx) => {
    const nodes = node === undefined ? undefined : await nodesBelowInTime(tx, tenants, [node])
    const ofNode = nodes === undefined ? sql`true` : isAmong('node', nodes)
    const joined =
      by === 'level'
        ? sql`left join level on level.tenant_id = counted.tenant_id and level.id = counted.node
            and at >= level.first and at < level.next`
        : sql``
    const rated = sql`filter (where status = 0)`
    const { rows } = await sql<Row>`
      with ${by === 'level' ? sql`recursive ${levelsAt(tenants, level)},` : sql``}
      sums as (
        select ${ofTenant.has(by) ? sql`counted.tenant_id::text` : sql`null::text`} as tenant, ${keys[by]} as key, currency,
          count(*) as calls, count(*) filter (where status = 0 and billable_ms > 0) as answered,
          coalesce(sum(billable_ms) ${rated}, 0) as billable_ms, coalesce(sum(billed_ms) ${rated}, 0) as billed_ms,
          coalesce(sum(free_ms) ${rated}, 0) as free_ms, coalesce(sum(income) ${rated}, 0) as income,
          coalesce(sum(cost) ${rated}, 0) as cost, coalesce(sum(margin) ${rated}, 0) as margin,
          count(*) filter (where status = 1) as errors
        from ${await callsThatCount(tx)} counted ${joined}
        where counted.tenant_id = any(${[...tenants]}::uuid[])
          and at >= ${from}::timestamptz and at < ${to}::timestamptz and status < 2 and ${ofNode}
        group by 1, 2, 3),
      listed as (select * from sums order by key nulls last, tenant, currency limit ${limit} offset ${offset})
      select listed.*, false as is_sum, 0 as groups,
        (select data ->> 'name' from item where tenant_id = any(${[...tenants]}::uuid[])
          and kind = ${by === 'vendor' ? 'vendor' : 'node'} and id = listed.key
          order by tenant_id::text = listed.tenant desc nulls last limit 1) as name
      from listed
      union all
      select null, null, currency, sum(calls), sum(answered), sum(billable_ms), sum(billed_ms), sum(free_ms), sum(income),
        sum(cost), sum(margin), sum(errors), true, count(*), null from sums group by currency
      order by is_sum, key nulls last, tenant, currency`.execute(tx)
    const items = rows.filter((row) => !row.is_sum).map((row) => totalFrom(row, by))
    const sums = rows.filter((row) => row.is_sum)
    const groups = sums.reduce((count, row) => count + Number(row.groups), 0)
    return { items, groups, total: totalFrom(summed(sums), 'node') }
  })
}

/** The node at this depth above each node, for as long as it was: by who belonged where at the time of a call. */
function levelsAt(tenants: readonly string[], level: number) {
  const scope = sql`any(${[...tenants]}::uuid[])`
  return sql`
    edge as (
      select item.tenant_id, item.id, above.tenant_id as above_tenant, above.id as above,
        coalesce((parent ->> 'from')::timestamptz, '-infinity') as first,
        coalesce((parent ->> 'to')::timestamptz, 'infinity') as next
      from item left join lateral jsonb_array_elements(data -> 'parents') parent on true
      -- One of the tenant itself, or of a tenant above it that is asked for, too.
      left join lateral (select tenant_id, id from item other where kind = 'node' and id = parent ->> 'parent'
        and tenant_id = ${scope} order by tenant_id = item.tenant_id desc limit 1) above on true
      where item.kind = 'node' and item.tenant_id = ${scope}),
    path as (
      select tenant_id, id, array[id] as nodes, first, next from edge where above is null
      union all
      select * from (
        select edge.tenant_id, edge.id, path.nodes || edge.id, greatest(edge.first, path.first) as first,
          least(edge.next, path.next) as next
        from edge join path on path.tenant_id = edge.above_tenant and path.id = edge.above
        where cardinality(path.nodes) < 64) below where first < next),
    level as (select tenant_id, id, nodes[least(${level} + 1, cardinality(nodes))] as top, first, next from path)`
}

/** Of the sums by currency. */
function summed(rows: readonly Row[]): Row {
  const sum = (of: (row: Row) => string | number) => rows.reduce((total, row) => total + BigInt(of(row)), 0n).toString()
  const currencies = [...new Set(rows.map(({ currency }) => currency).filter((one) => one !== null))]
  return {
    tenant: null,
    is_sum: true,
    groups: 0,
    key: '',
    name: '',
    // Sums of several currencies are no sums: then they are told line by line only.
    currency: currencies.length === 1 ? (currencies[0] ?? '') : '',
    calls: Number(sum((row) => row.calls)),
    answered: Number(sum((row) => row.answered)),
    billable_ms: sum((row) => row.billable_ms),
    billed_ms: sum((row) => row.billed_ms),
    free_ms: sum((row) => row.free_ms),
    income: currencies.length > 1 ? '0' : sum((row) => row.income),
    cost: currencies.length > 1 ? '0' : sum((row) => row.cost),
    margin: sum((row) => row.margin),
    errors: Number(sum((row) => row.errors)),
  }
}

function totalFrom(row: Row, by: TotalsQuestion['by']): Total {
  const key = by === 'reason' ? (ratingReasons[Number(row.key)] ?? '') : (row.key ?? '')
  return {
    ...(row.tenant === null ? {} : { tenant: row.tenant }),
    key,
    name: row.name ?? '',
    currency: row.currency ?? '',
    calls: Number(row.calls),
    answered: Number(row.answered),
    billableS: Number(row.billable_ms) / 1_000,
    billedS: Number(row.billed_ms) / 1_000,
    includedS: Number(row.free_ms) / 1_000,
    income: amountText(row.income) ?? '0',
    cost: amountText(row.cost) ?? '0',
    margin: amountText(row.margin) ?? '0',
    errors: Number(row.errors),
  }
}
