import { type Database, isUniqueViolation, type Person, sql, type TenantTransaction } from '@strowger/database'
import { Fault, type RatingItemKind, refuseStale } from '@strowger/schema'
import type { RatingSchema } from './tables.ts'

/** An item as it is stored. */
export interface StoredItem {
  readonly tenant: string
  readonly kind: RatingItemKind
  readonly id: string
  /** Of `composedId`: made once, as 100,000 of them are asked for whenever something changes. */
  readonly composed: string
  readonly revision: number
  readonly data: Readonly<Record<string, unknown>>
  readonly updatedAt: Date
}

interface Row {
  readonly tenant_id: string
  readonly kind: RatingItemKind
  readonly id: string
  readonly revision: number
  readonly data: Record<string, unknown>
  readonly updated_at: Date
}

function itemFrom({ tenant_id: tenant, kind, id, revision, data, updated_at: updatedAt }: Row): StoredItem {
  const composed = composedId(tenant, id)
  return { tenant, kind, id, composed, revision: Number(revision), data, updatedAt: new Date(updatedAt) }
}

/** `<tenant>/<id>`: by what the engine knows an item, of which tenants above have others of the same id. */
export function composedId(tenant: string, id: string): string {
  return `${tenant}/${id}`
}

/** The id of what the engine knows as `<tenant>/<id>`. */
export function plainId(composed: string): string {
  return composed.slice(composed.indexOf('/') + 1)
}

const orders = { id: sql`id`, name: sql`data ->> 'name'`, updatedAt: sql`updated_at` }

/** A page of the items of a kind; the search looks at the id and at everything that is said of it. */
export async function listItems(
  database: Database<RatingSchema>,
  tenants: readonly string[],
  options: {
    kind: RatingItemKind
    search: string | undefined
    order: keyof typeof orders
    direction: 'asc' | 'desc'
    limit: number
    offset: number
  },
): Promise<{ rows: StoredItem[]; total: number }> {
  const { kind, search, order, direction, limit, offset } = options
  const found = search === undefined ? sql`true` : sql`strpos(lower(id || ' ' || data::text), lower(${search})) > 0`
  const where = sql`tenant_id = any(${[...tenants]}::uuid[]) and kind = ${kind} and ${found}`
  return database.inTenants(tenants, {}, async (tx) => {
    const { rows } = await sql<Row>`select * from item where ${where}
      order by ${orders[order]} ${direction === 'desc' ? sql`desc` : sql`asc`} nulls last, id
      limit ${limit} offset ${offset}`.execute(tx)
    const { rows: counted } = await sql<{ total: number }>`select count(*) as total from item where ${where}`.execute(
      tx,
    )
    return { rows: rows.map(itemFrom), total: Number(counted[0]?.total ?? 0) }
  })
}

/** One item; of several tenants the first in their order that has it. */
export async function readItem(
  tx: TenantTransaction<RatingSchema>,
  tenants: readonly string[],
  kind: RatingItemKind,
  id: string,
): Promise<StoredItem | undefined> {
  const { rows } = await sql<Row>`select * from item where kind = ${kind} and id = ${id}
    and tenant_id = any(${[...tenants]}::uuid[])
    order by array_position(${[...tenants]}::uuid[], tenant_id) limit 1`.execute(tx)
  const [row] = rows
  return row && itemFrom(row)
}

/** Every item of these tenants, as it is now or as it was known at an instant. */
export async function readItems(
  database: Database<RatingSchema>,
  tenants: readonly string[],
  knownAt?: Date,
): Promise<StoredItem[]> {
  return database.inTenants(tenants, {}, async (tx) => {
    const ofTenants = sql`tenant_id = any(${[...tenants]}::uuid[])`
    const { rows } =
      knownAt === undefined
        ? await sql<Row>`select * from item where ${ofTenants} order by tenant_id, kind, id`.execute(tx)
        : await sql<Row>`select tenant_id, kind, id, revision, data, known_from as updated_at from item_version
            where ${ofTenants} and known_from <= ${knownAt} and known_to > ${knownAt}
            order by tenant_id, kind, id`.execute(tx)
    return rows.map(itemFrom)
  })
}

/** The items of a kind, of several tenants. */
export async function readItemsOf(
  database: Database<RatingSchema>,
  tenants: readonly string[],
  kind: RatingItemKind,
): Promise<StoredItem[]> {
  return database.inTenants(tenants, {}, async (tx) => {
    const { rows } = await sql<Row>`select * from item
      where tenant_id = any(${[...tenants]}::uuid[]) and kind = ${kind} order by tenant_id, id`.execute(tx)
    return rows.map(itemFrom)
  })
}

/** Carries the outcome of a dry run out of its transaction. */
class DryRun<T> extends Error {
  readonly outcome: T
  constructor(outcome: T) {
    super('dry run')
    this.outcome = outcome
  }
}

/**
 * One change of a person, as a change set. `work` may look at what it has written; in a dry run everything is taken
 * back after it.
 */
export async function changeItems<T>(
  database: Database<RatingSchema>,
  parts: { tenants: readonly string[]; writer: Person; dryRun: boolean },
  work: (tx: TenantTransaction<RatingSchema>) => Promise<T>,
): Promise<T> {
  try {
    return await database.inTenants(parts.tenants, { writer: parts.writer }, async (tx) => {
      const outcome = await work(tx)
      if (parts.dryRun) throw new DryRun(outcome)
      return outcome
    })
  } catch (error) {
    if (error instanceof DryRun) return error.outcome as T
    throw error
  }
}

/** @throws Fault `conflict` when there is one of this id. */
export async function insertItem(
  tx: TenantTransaction<RatingSchema>,
  item: Pick<StoredItem, 'tenant' | 'kind' | 'id' | 'data'>,
): Promise<StoredItem> {
  try {
    const { rows } = await sql<Row>`insert into item (tenant_id, kind, id, data)
      values (${item.tenant}, ${item.kind}, ${item.id}, ${JSON.stringify(item.data)}::jsonb) returning *`.execute(tx)
    return itemFrom(rows[0] as Row)
  } catch (error) {
    if (isUniqueViolation(error)) throw new Fault('conflict', { detail: `There is a ${item.kind} ${item.id} already` })
    throw error
  }
}

/** Writes what `change` makes of the item that is there. @throws Fault `not-found`, `stale-revision`. */
export async function updateItem(
  tx: TenantTransaction<RatingSchema>,
  place: { tenant: string; kind: RatingItemKind; id: string; ifRevision?: number | undefined },
  change: (before: StoredItem) => Readonly<Record<string, unknown>>,
): Promise<StoredItem> {
  const before = await lockItem(tx, place)
  const data = change(before)
  const { rows } = await sql<Row>`update item set data = ${JSON.stringify(data)}::jsonb
    where tenant_id = ${place.tenant} and kind = ${place.kind} and id = ${place.id} returning *`.execute(tx)
  return itemFrom(rows[0] as Row)
}

/** @throws Fault `not-found`, `stale-revision`. */
export async function deleteItem(
  tx: TenantTransaction<RatingSchema>,
  place: { tenant: string; kind: RatingItemKind; id: string; ifRevision?: number | undefined },
): Promise<StoredItem> {
  const before = await lockItem(tx, place)
  await sql`delete from item where tenant_id = ${place.tenant} and kind = ${place.kind} and id = ${place.id}`.execute(
    tx,
  )
  return before
}

async function lockItem(
  tx: TenantTransaction<RatingSchema>,
  {
    tenant,
    kind,
    id,
    ifRevision,
  }: { tenant: string; kind: RatingItemKind; id: string; ifRevision?: number | undefined },
): Promise<StoredItem> {
  const { rows } = await sql<Row>`select * from item
    where tenant_id = ${tenant} and kind = ${kind} and id = ${id} for update`.execute(tx)
  const [row] = rows
  if (row === undefined) throw new Fault('not-found', { detail: `There is no ${kind} ${id}` })
  const item = itemFrom(row)
  refuseStale(`The ${kind}`, item.revision, ifRevision)
  return item
}
