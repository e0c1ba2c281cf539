import { type Database, sql, type TenantTransaction } from '@strowger/database'
import { type RatingScope, ratingReasons, type UsedBy } from '@strowger/schema'
import type { RatingSchema } from './tables.ts'

type Condition = ReturnType<typeof sql<boolean>>

/** The calls of a scope, as a condition on `present_call`. `nodes` with all below them. */
export function inScope(
  scope: RatingScope,
  parts: {
    tenants: readonly string[]
    nodes?: readonly string[] | undefined
    deckVersions?: readonly number[] | undefined
  },
): Condition {
  const between = [sql<boolean>`tenant_id = any(${[...parts.tenants]}::uuid[])`]
  if (scope.from !== undefined) between.push(sql<boolean>`at >= ${scope.from}::timestamptz`)
  if (scope.to !== undefined) between.push(sql<boolean>`at < ${scope.to}::timestamptz`)
  const conditions = [...between, sql<boolean>`status < 3`]
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
  if (scope.errorsOnly) {
    // Few among many: looked for where one was ever in error, and only then whether that still counts.
    const everInError = (table: 'call' | 'rerated') =>
      sql`select at, key, revision from ${sql.table(table)} where ${sql.join(between, sql` and `)} and status = 1`
    conditions.push(sql<boolean>`status = 1
      and (at, key, revision) in (${everInError('call')} union ${everInError('rerated')})`)
  }
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
    with recursive below as (
      select unnest(${[...tops]}::text[]) as id
      union select node from node_parent join below on parent = below.id
        where tenant_id = any(${[...tenants]}::uuid[]))
    select id from below`.execute(tx)
  return rows.map(({ id }) => id)
}

async function versionsOf(tx: TenantTransaction<RatingSchema>, decks: readonly string[]): Promise<number[]> {
  const { rows } = await sql<{
    id: string
  }>`select id from deck_version where deck = any(${[...decks]}::text[])`.execute(tx)
  return rows.map(({ id }) => Number(id))
}

/**
 * How many calls a scope has, and when: by their first rating or one of a published run, whichever of them counts. Wider
 * rather than narrower, and without putting together what counts of every call there is.
 */
export async function countUsed(
  tx: TenantTransaction<RatingSchema>,
  scope: RatingScope | undefined,
  tenants: readonly string[],
): Promise<UsedBy> {
  if (scope === undefined) return unused
  const where = await resolveScope(tx, scope, tenants)
  // Only the record itself knows its source.
  const ofRuns =
    scope.sources !== undefined
      ? sql``
      : sql`union select at, key, revision from rerated where ${where} and ${isOfPublishedRun}`
  const { rows } = await sql<{ calls: number; first: Date | null; last: Date | null }>`
    select count(*) as calls, min(at) as first, max(at) as last
    from (select at, key, revision from call where ${where} ${ofRuns}) used`.execute(tx)
  return rows[0] === undefined ? unused : usedFrom(rows[0], scope)
}

/** Of a row of `rerated`: it is the rating of a run that counts, and no adjustment. */
const isOfPublishedRun = sql`not adjusts and run_id = any (array(select id from run where published_number is not null))`

const unused: UsedBy = { calls: 0, first: null, last: null, rerate: null }

function usedFrom(found: { calls: number; first: Date | null; last: Date | null }, scope: RatingScope): UsedBy {
  if (found.first === null || found.last === null) return unused
  const [first, last] = [new Date(found.first), new Date(found.last)]
  const bounds = { from: first.toISOString(), to: new Date(last.getTime() + 1).toISOString() }
  return { calls: Number(found.calls), first: bounds.from, last: last.toISOString(), rerate: { ...scope, ...bounds } }
}

/** Of how many calls a change looks whether it concerns them: the latest of its tenants, together. */
const mostLookedAt = 5_000

/**
 * As `countUsed`, of the latest calls alone: it takes the same time however many there are. That there are earlier ones
 * is said, and then the scope has no bounds.
 */
export async function countUsedLately(
  tx: TenantTransaction<RatingSchema>,
  scope: RatingScope | undefined,
  tenants: readonly string[],
): Promise<UsedBy> {
  if (scope === undefined) return unused
  const where = await resolveScope(tx, scope, tenants)
  const ofRuns =
    scope.sources !== undefined
      ? sql``
      : sql`or exists (select from rerated where ${where} and ${isOfPublishedRun}
          and (rerated.at, rerated.key, rerated.revision) = (late.at, late.key, late.revision))`
  const each = Math.max(1, Math.floor(mostLookedAt / tenants.length))
  const { rows } = await sql<{ calls: number; first: Date | null; last: Date | null; has_more: boolean }>`
    with late as materialized (
      select late.* from unnest(${[...tenants]}::uuid[]) of_tenant (id) cross join lateral (
        select * from call where tenant_id = of_tenant.id order by at desc limit ${each + 1}) late)
    select count(*) as calls, min(at) as first, max(at) as last,
      exists (select from late group by tenant_id having count(*) > ${each}) as has_more
    from late where ${where} ${ofRuns}`.execute(tx)
  const [row] = rows
  if (row === undefined) return unused
  return row.has_more ? { ...usedFrom(row, {}), atLeast: true, first: null, rerate: scope } : usedFrom(row, scope)
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
      where ${inScope({ errorsOnly: true, reasons: [...reasons] }, { tenants: [tenant] })}`.execute(tx)
    return { count: Number(rows[0]?.count ?? 0), first: rows[0]?.first == null ? null : new Date(rows[0].first) }
  })
}
