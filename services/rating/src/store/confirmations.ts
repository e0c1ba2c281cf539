import { type Database, sql, type TenantTransaction } from '@strowger/database'
import { Fault } from '@strowger/schema'
import { amountText } from '../amounts.ts'
import { callsThatCount } from './calls-that-count.ts'
import { isAmong, type NodeInTime, nodesAboveInTime, nodesBelowInTime } from './subtree.ts'
import type { RatingSchema } from './tables.ts'

type Tx = TenantTransaction<RatingSchema>

interface Row {
  readonly id: number
  readonly node: string
  readonly first: Date
  readonly next: Date
  readonly name: string
  readonly currency: string | null
  readonly calls: number
  readonly income: string
  readonly at: Date
  readonly actor: string
}

function view(row: Row) {
  return {
    id: Number(row.id),
    node: row.node,
    from: new Date(row.first).toISOString(),
    to: new Date(row.next).toISOString(),
    name: row.name,
    currency: row.currency ?? '',
    calls: Number(row.calls),
    income: amountText(row.income) ?? '0',
    at: new Date(row.at).toISOString(),
    actor: row.actor,
  }
}

/** Which calls are on a confirmed invoice. */
export async function confirmedNodes(tx: Tx, tenant: string) {
  const { rows } = await sql<Row>`select * from confirmation where tenant_id = ${tenant}`.execute(tx)
  const periods = await Promise.all(
    rows.map(async ({ node, first, next }) => ({
      nodes: byId(await nodesBelowInTime(tx, [tenant], [node])),
      firstMs: new Date(first).getTime(),
      nextMs: new Date(next).getTime(),
    })),
  )
  return {
    has(call: { readonly atMs: number; readonly node: string; readonly billableNode: string }): boolean {
      if (periods.length === 0) return false
      const { atMs, node, billableNode } = call
      return periods.some(({ nodes, firstMs, nextMs }) => {
        if (atMs < firstMs || atMs >= nextMs) return false
        const isThere = (one: NodeInTime) => atMs >= one.firstMs && atMs < one.nextMs
        return nodes.get(node)?.some(isThere) === true || nodes.get(billableNode)?.some(isThere) === true
      })
    },
  }
}

function byId(nodes: readonly NodeInTime[]): Map<string, NodeInTime[]> {
  const found = new Map<string, NodeInTime[]>()
  for (const node of nodes) found.set(node.id, [...(found.get(node.id) ?? []), node])
  return found
}

/**
 * For a run that is to count, or no longer: calls that were confirmed after it rated them would change.
 * @throws Fault `conflict`
 */
export async function refuseConfirmedCalls(tx: Tx, run: { id: number; tenant: string }): Promise<void> {
  const { rows: confirmations } = await sql<Row>`select * from confirmation where tenant_id = ${run.tenant}`.execute(tx)
  for (const { id, node, first, next } of confirmations) {
    const nodes = await nodesBelowInTime(tx, [run.tenant], [node])
    const { rows } =
      await sql`select from rerated where run_id = ${run.id} and not adjusts and at >= ${first} and at < ${next}
      and (${isAmong('node', nodes)} or ${isAmong('billable_node', nodes)}) limit 1`.execute(tx)
    if (rows.length === 0) continue
    throw new Fault('conflict', {
      detail: `Calls of run ${run.id} were confirmed since, by confirmation ${id}: rate them again, and the difference becomes an adjustment`,
    })
  }
}

/** Confirms what counts now. @throws Fault `conflict` when part of the period is confirmed already; `not-found` */
export async function insertConfirmation(
  tx: Tx,
  given: { tenant: string; node: string; from: string; to: string; name: string; actor: string },
): Promise<{ confirmation: ReturnType<typeof view>; adjustments: number }> {
  const { tenant, node, from, to, name, actor } = given
  const { rows: there } =
    await sql`select from item where tenant_id = ${tenant} and kind = 'node' and id = ${node}`.execute(tx)
  if (there.length === 0) throw new Fault('not-found', { detail: `There is no node ${node}` })
  const nodes = await nodesBelowInTime(tx, [tenant], [node])
  // At any instant two nodes have calls in common when one of them is above the other.
  const related = [...nodes, ...(await nodesAboveInTime(tx, tenant, node))]
  const period = { firstMs: Date.parse(from), nextMs: Date.parse(to) }
  const { rows: others } = await sql<Row>`select * from confirmation where tenant_id = ${tenant}
    and node = any(${related.map(({ id }) => id)}::text[])
    and first < ${to}::timestamptz and next > ${from}::timestamptz`.execute(tx)
  const overlapping = others.filter((other) =>
    related.some(
      ({ id, firstMs, nextMs }) =>
        id === other.node &&
        Math.max(firstMs, period.firstMs, new Date(other.first).getTime()) <
          Math.min(nextMs, period.nextMs, new Date(other.next).getTime()),
    ),
  )
  if (overlapping.length > 0) {
    throw new Fault('conflict', {
      detail: `Part of that period is confirmed already, by confirmation ${overlapping[0]?.id}`,
    })
  }
  const { rows } = await sql<Row>`
    insert into confirmation (tenant_id, node, first, next, name, currency, calls, income, lines, actor)
    select ${tenant}, ${node}, ${from}::timestamptz, ${to}::timestamptz, ${name}, max(currency), coalesce(sum(calls), 0),
      coalesce(sum(income), 0), coalesce(jsonb_agg(to_jsonb(line)), '[]'), ${actor}
    from (select coalesce(billable_node, node) as node, destination, currency, count(*) as calls, sum(income) as income
      from ${await callsThatCount(tx)} where tenant_id = ${tenant} and status = 0 and at >= ${from}::timestamptz and at < ${to}::timestamptz
        and (${isAmong('node', nodes)} or ${isAmong('billable_node', nodes)}) group by 1, 2, 3) line
    returning *`.execute(tx)
  const { rows: waiting } = await sql<{ count: number }>`select count(*) as count from adjustment
    where tenant_id = ${tenant} and ${isAmong('node', nodes)}`.execute(tx)
  return { confirmation: view(rows[0] as Row), adjustments: Number(waiting[0]?.count ?? 0) }
}

interface PageOptions {
  readonly node: string | undefined
  readonly search: string | undefined
  readonly direction: 'asc' | 'desc'
  readonly limit: number
  readonly offset: number
}

export async function listStoredConfirmations(
  database: Database<RatingSchema>,
  tenants: readonly string[],
  options: PageOptions,
) {
  const { node, search = '', direction, limit, offset } = options
  const where = sql`tenant_id = any(${[...tenants]}::uuid[]) and (${node ?? null}::text is null or node = ${node ?? null})
    and strpos(lower(name || ' ' || node), lower(${search})) > 0`
  return database.inTenants(tenants, {}, async (tx) => {
    const { rows } = await sql<Row>`select * from confirmation where ${where}
      order by id ${direction === 'asc' ? sql`asc` : sql`desc`} limit ${limit} offset ${offset}`.execute(tx)
    const { rows: counted } = await sql<{
      total: number
    }>`select count(*) as total from confirmation where ${where}`.execute(tx)
    return { items: rows.map(view), total: Number(counted[0]?.total ?? 0) }
  })
}

interface AdjustmentRow {
  readonly run_id: number
  readonly node: string
  readonly key: string
  readonly at: Date
  readonly confirmation_id: number
  readonly currency: string | null
  readonly before: string
  readonly after: string
  readonly total: number
}

export async function listStoredAdjustments(
  database: Database<RatingSchema>,
  tenants: readonly string[],
  options: PageOptions,
) {
  const { node, search = '', direction, limit, offset } = options
  return database.inTenants(tenants, {}, async (tx) => {
    const { rows } = await sql<AdjustmentRow>`select *, count(*) over () as total from adjustment
      where tenant_id = any(${[...tenants]}::uuid[]) and (${node ?? null}::text is null or node = ${node ?? null})
        and strpos(lower(node), lower(${search})) > 0
      order by at ${direction === 'asc' ? sql`asc` : sql`desc`}, key, run_id limit ${limit} offset ${offset}`.execute(
      tx,
    )
    const items = rows.map((row) => ({
      run: Number(row.run_id),
      node: row.node,
      key: row.key,
      at: new Date(row.at).toISOString(),
      confirmation: Number(row.confirmation_id),
      currency: row.currency ?? '',
      before: amountText(row.before) ?? '0',
      after: amountText(row.after) ?? '0',
      difference: amountText(BigInt(row.after) - BigInt(row.before)) ?? '0',
    }))
    return { items, total: Number(rows[0]?.total ?? 0) }
  })
}
