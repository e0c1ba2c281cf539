import { type Database, sql } from '@strowger/database'
import { ratingReasons } from '@strowger/schema'
import { amountText } from '../amounts.ts'
import { nodesBelow } from './scope.ts'
import type { RatingSchema } from './tables.ts'

export interface TotalsQuestion {
  readonly by: 'node' | 'level' | 'vendor' | 'destination' | 'hour' | 'day' | 'source' | 'reason'
  readonly from: string
  readonly to: string
  readonly level: number
  readonly node: string | undefined
  readonly zone: string
}

interface Row {
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
}

export interface Total {
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

/** Sums over what counts at present: rated calls, and beside them how many are in error. Exact. */
export async function readTotals(
  database: Database<RatingSchema>,
  tenants: readonly string[],
  question: TotalsQuestion,
): Promise<{ items: Total[]; total: Total }> {
  const { by, from, to, level, node, zone } = question
  const keys = {
    node: sql`coalesce(billable_node, node)`,
    level: sql`coalesce(level.top, '')`,
    vendor: sql`vendor`,
    destination: sql`coalesce(destination, prefix)`,
    hour: sql`to_char(at at time zone ${zone}, 'YYYY-MM-DD"T"HH24:00')`,
    day: sql`to_char(at at time zone ${zone}, 'YYYY-MM-DD')`,
    source: sql`source`,
    reason: sql`reason::text`,
  }
  return database.inTenants(tenants, {}, async (tx) => {
    const nodes = node === undefined ? undefined : await nodesBelow(tx, tenants, [node])
    const ofNode = nodes === undefined ? sql`true` : sql`node = any(${nodes}::text[])`
    // The node at this depth above each node, by who belongs where now.
    const levels = sql`
      recursive parent_of as (
        select id, (select parent ->> 'parent' from jsonb_array_elements(data -> 'parents') parent
            where (parent ->> 'to') is null or (parent ->> 'to')::timestamptz > now() limit 1) as parent
        from item where kind = 'node' and tenant_id = any(${[...tenants]}::uuid[])),
      path as (
        select id, array[id] as nodes from parent_of where parent is null
        union all
        select child.id, path.nodes || child.id from parent_of child join path on child.parent = path.id
          where cardinality(path.nodes) < 60),
      level as (select id, nodes[least(${level} + 1, cardinality(nodes))] as top from path)`
    const joined = by === 'level' ? sql`left join level on level.id = present_call.node` : sql``
    const withLevels = by === 'level' ? sql`with ${levels}` : sql``
    const rated = sql`filter (where status = 0)`
    const { rows } = await sql<Row>`
      ${withLevels}
      select sums.*, (select data ->> 'name' from item where tenant_id = any(${[...tenants]}::uuid[])
          and kind = ${by === 'vendor' ? 'vendor' : 'node'} and id = sums.key limit 1) as name
      from (
        select ${keys[by]} as key, currency, count(*) as calls,
          count(*) filter (where status = 0 and billable_ms > 0) as answered,
          coalesce(sum(billable_ms) ${rated}, 0)::text as billable_ms,
          coalesce(sum(billed_ms) ${rated}, 0)::text as billed_ms, coalesce(sum(free_ms) ${rated}, 0)::text as free_ms,
          coalesce(sum(income) ${rated}, 0)::text as income, coalesce(sum(cost) ${rated}, 0)::text as cost,
          coalesce(sum(margin) ${rated}, 0)::text as margin, count(*) filter (where status = 1) as errors
        from present_call ${joined}
        where present_call.tenant_id = any(${[...tenants]}::uuid[])
          and at >= ${from}::timestamptz and at < ${to}::timestamptz and status < 2 and ${ofNode}
        group by 1, 2 order by 1 nulls last, 2 limit 10000) sums`.execute(tx)
    const items = rows.map((row) => totalFrom(row, by))
    return { items, total: totalFrom(summed(rows), 'node') }
  })
}

function summed(rows: readonly Row[]): Row {
  const sum = (of: (row: Row) => string | number) => rows.reduce((total, row) => total + BigInt(of(row)), 0n).toString()
  const currencies = [...new Set(rows.map(({ currency }) => currency).filter((one) => one !== null))]
  return {
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
