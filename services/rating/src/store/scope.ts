import { type Database, sql, type TenantTransaction } from '@strowger/database'
import { type RatingScope, ratingReasons, type UsedBy } from '@strowger/schema'
import type { RatingSchema } from './tables.ts'

type Condition = ReturnType<typeof sql<boolean>>

/** The calls of a scope, as a condition on `present_call` (or what has its columns). `nodes` with all below them. */
function inScope(
  scope: RatingScope,
  parts: {
    tenants: readonly string[]
    nodes: readonly string[] | undefined
    deckVersions: readonly number[] | undefined
  },
): Condition {
  const conditions = [sql<boolean>`tenant_id = any(${[...parts.tenants]}::uuid[]) and status < 3`]
  if (scope.from !== undefined) conditions.push(sql<boolean>`at >= ${scope.from}::timestamptz`)
  if (scope.to !== undefined) conditions.push(sql<boolean>`at < ${scope.to}::timestamptz`)
  const among = (column: string, values: readonly string[] | undefined) => {
    if (values !== undefined) conditions.push(sql<boolean>`${sql.ref(column)} = any(${[...values]}::text[])`)
  }
  among('node', parts.nodes)
  among('plan', scope.plans)
  among('vendor', scope.vendors)
  among('source', scope.sources)
  if (parts.deckVersions !== undefined) {
    const versions = sql`${[...parts.deckVersions]}::bigint[]`
    conditions.push(sql<boolean>`(income_deck = any(${versions}) or cost_deck = any(${versions}))`)
  }
  if (scope.errorsOnly) conditions.push(sql<boolean>`status = 1`)
  if (scope.reasons !== undefined) {
    const numbers = scope.reasons.map((reason) => ratingReasons.indexOf(reason))
    conditions.push(sql<boolean>`reason = any(${numbers}::smallint[])`)
  }
  return sql<boolean>`(${sql.join(conditions, sql` and `)})`
}

/** What a scope names by id, as the database knows it: nodes with all that were ever below them, versions of decks. */
export async function resolveScope(
  tx: TenantTransaction<RatingSchema>,
  scope: RatingScope,
  tenants: readonly string[],
): Promise<Condition> {
  const nodes = scope.nodes === undefined ? undefined : await nodesBelow(tx, tenants, scope.nodes)
  const deckVersions = scope.decks === undefined ? undefined : await versionsOf(tx, scope.decks)
  return inScope(scope, { tenants, nodes, deckVersions })
}

/** These nodes and every node that was below one of them at any time. */
export async function nodesBelow(
  tx: TenantTransaction<RatingSchema>,
  tenants: readonly string[],
  tops: readonly string[],
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    with recursive edge as (
        select id, parent ->> 'parent' as parent from item, jsonb_array_elements(data -> 'parents') parent
        where kind = 'node' and tenant_id = any(${[...tenants]}::uuid[])),
      below as (
        select unnest(${[...tops]}::text[]) as id
        union select edge.id from edge join below on edge.parent = below.id)
    select id from below`.execute(tx)
  return rows.map(({ id }) => id)
}

async function versionsOf(tx: TenantTransaction<RatingSchema>, decks: readonly string[]): Promise<number[]> {
  const { rows } = await sql<{
    id: string
  }>`select id from deck_version where deck = any(${[...decks]}::text[])`.execute(tx)
  return rows.map(({ id }) => Number(id))
}

/** How many calls of a scope there are, and when. */
export async function countUsed(
  tx: TenantTransaction<RatingSchema>,
  scope: RatingScope | undefined,
  tenants: readonly string[],
): Promise<UsedBy> {
  if (scope === undefined) return { calls: 0, first: null, last: null, rerate: null }
  const where = await resolveScope(tx, scope, tenants)
  const { rows } = await sql<{ calls: number; first: Date | null; last: Date | null }>`
    select count(*) as calls, min(at) as first, max(at) as last from present_call where ${where}`.execute(tx)
  const calls = Number(rows[0]?.calls ?? 0)
  const instant = (at: Date | null | undefined) => (at == null ? null : new Date(at).toISOString())
  const [first, last] = [instant(rows[0]?.first), instant(rows[0]?.last)]
  const until = rows[0]?.last == null ? undefined : new Date(new Date(rows[0].last).getTime() + 1).toISOString()
  const bounds = first === null || until === undefined ? {} : { from: first, to: until }
  return { calls, first, last, rerate: calls === 0 ? null : { ...scope, ...bounds } }
}

/** How many records of a tenant are in error for one of these reasons, and the instant of the first. */
export async function errorsOf(
  database: Database<RatingSchema>,
  tenant: string,
  reasons: readonly (typeof ratingReasons)[number][],
): Promise<{ count: number; first: Date | null }> {
  return database.inTenants([tenant], {}, async (tx) => {
    const { rows } = await sql<{
      count: number
      first: Date | null
    }>`select count(*) as count, min(at) as first from present_call
      where tenant_id = ${tenant} and status = 1
        and reason = any(${reasons.map((reason) => ratingReasons.indexOf(reason))}::smallint[])`.execute(tx)
    return { count: Number(rows[0]?.count ?? 0), first: rows[0]?.first == null ? null : new Date(rows[0].first) }
  })
}
