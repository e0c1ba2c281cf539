import { sql, type TenantTransaction } from '@strowger/database'
import type { RatingSchema } from './tables.ts'

type Tx = TenantTransaction<RatingSchema>

/** A node and the time, [first, next), in which it is below another. */
export interface NodeInTime {
  readonly id: string
  readonly firstMs: number
  readonly nextMs: number
}

interface Row {
  readonly id: string
  readonly first_ms: number | null
  readonly next_ms: number | null
}

/** Null: open. */
const bounds = sql`nullif(extract(epoch from first) * 1000, '-infinity')::bigint as first_ms,
  nullif(extract(epoch from next) * 1000, 'infinity')::bigint as next_ms`
const always = sql`'-infinity'::timestamptz as first, 'infinity'::timestamptz as next`
/** Of an entry of `parents`, within the time of what it was reached from. */
const narrowed = (of: string) => sql`
  greatest(${sql.ref(`${of}.first`)}, coalesce((entry ->> 'from')::timestamptz, '-infinity')) as first,
  least(${sql.ref(`${of}.next`)}, coalesce((entry ->> 'to')::timestamptz, 'infinity')) as next`

/** These nodes, always, and every node that was below one of them, for as long as it was. */
export async function nodesBelowInTime(
  tx: Tx,
  tenants: readonly string[],
  tops: readonly string[],
): Promise<NodeInTime[]> {
  const { rows } = await sql<Row>`
    with recursive below as (
      select top as id, ${always} from unnest(${[...tops]}::text[]) top
      union
      select * from (
        select item.id, ${narrowed('below')}
        from below join node_parent on node_parent.parent = below.id and node_parent.tenant_id = any(${[...tenants]}::uuid[])
        join item on item.tenant_id = node_parent.tenant_id and item.kind = 'node' and item.id = node_parent.node
        cross join lateral jsonb_array_elements(item.data -> 'parents') entry
        where entry ->> 'parent' = below.id) found where first < next)
    select id, ${bounds} from below`.execute(tx)
  return rows.map(inTime)
}

/** A node, always, and every node that was above it, for as long as it was. */
export async function nodesAboveInTime(tx: Tx, tenant: string, bottom: string): Promise<NodeInTime[]> {
  const { rows } = await sql<Row>`
    with recursive above as (
      select ${bottom}::text as id, ${always}
      union
      select * from (
        select entry ->> 'parent' as id, ${narrowed('above')}
        from above join item on item.tenant_id = ${tenant} and item.kind = 'node' and item.id = above.id
        cross join lateral jsonb_array_elements(item.data -> 'parents') entry
        where entry ->> 'parent' is not null) found where first < next)
    select id, ${bounds} from above`.execute(tx)
  return rows.map(inTime)
}

function inTime({ id, first_ms: first, next_ms: next }: Row): NodeInTime {
  return {
    id,
    firstMs: first === null ? Number.NEGATIVE_INFINITY : Number(first),
    nextMs: next === null ? Number.POSITIVE_INFINITY : Number(next),
  }
}

/** Calls of which a column names one of these nodes while it was there. */
export function isAmong(column: 'node' | 'billable_node', nodes: readonly NodeInTime[]) {
  const [lasting, limited] = [nodes.filter(isAlways), nodes.filter((node) => !isAlways(node))]
  const ids = (some: readonly NodeInTime[]) => sql`${some.map(({ id }) => id)}::text[]`
  const named = sql.ref(column)
  if (limited.length === 0) return sql<boolean>`${named} = any(${ids(lasting)})`
  const times = (of: (node: NodeInTime) => number) =>
    sql`${limited.map((node) => instantText(of(node)))}::timestamptz[]`
  return sql<boolean>`(${named} = any(${ids(lasting)}) or exists (
    select from unnest(${ids(limited)}, ${times(({ firstMs }) => firstMs)}, ${times(({ nextMs }) => nextMs)})
      among (id, first, next) where among.id = ${named} and at >= among.first and at < among.next))`
}

function isAlways({ firstMs, nextMs }: NodeInTime): boolean {
  return firstMs === Number.NEGATIVE_INFINITY && nextMs === Number.POSITIVE_INFINITY
}

function instantText(ms: number): string {
  if (Number.isFinite(ms)) return new Date(ms).toISOString()
  return ms < 0 ? '-infinity' : 'infinity'
}
