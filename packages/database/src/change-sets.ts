import { type ChangeSet, Fault, type RowChange } from '@strowger/schema'
import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { TenantTransaction, TransactionOptions } from './transaction.ts'
import { faultOfUndo } from './undo-fault.ts'

type Image = Readonly<Record<string, unknown>>

/** A row that an undo wrote. */
export interface RevertedRow {
  readonly table: string
  readonly op: 'insert' | 'update' | 'delete'
  /** The primary key. */
  readonly key: Image
  /** The row as it is now; null when the undo deleted it. */
  readonly row: Image | null
}

export type ChangeSetWithRows = ChangeSet & { changes: RowChange[] }

export interface UndoOptions<DB> {
  readonly tenants: readonly string[]
  readonly actor: string
  /** In whose name; default: the first of the tenants. */
  readonly tenantId?: string
  readonly note?: string
  /** The request that asks for it. */
  readonly requestId?: string
  /** Answers what would change and changes nothing. */
  readonly dryRun?: boolean
  /**
   * Within the transaction of the undo: publishes the documents of these rows, or refuses. In a dry run, too, which says
   * what the undo would say; everything is taken back after it, so it must have no effect beside the transaction.
   */
  readonly publish?: (tx: TenantTransaction<DB>, rows: readonly RevertedRow[]) => Promise<void>
}

/** Which change sets are listed; what is not named does not restrict. */
export interface ChangeSetQuery {
  readonly limit?: number | undefined
  readonly offset?: number | undefined
  readonly direction?: 'asc' | 'desc' | undefined
  readonly actor?: string | undefined
  /** Part of who, why or which request. */
  readonly search?: string | undefined
  /** The request that made them. */
  readonly request?: string | undefined
  /** From this instant on. */
  readonly since?: string | undefined
  /** Before this instant. */
  readonly until?: string | undefined
}

export interface ChangeSets<DB> {
  /** Newest first, unless asked for the other way. */
  list(options: ChangeSetQuery & { tenants: readonly string[] }): Promise<{ items: ChangeSet[]; total: number }>
  /** @throws Fault `not-found` */
  show(id: number, options: { tenants: readonly string[] }): Promise<ChangeSetWithRows>
  /**
   * Takes a change set back, as a new change set (undoing that one is redo): all of it, or nothing when a column it
   * wrote has another value by now, or a row written since stands in the way. Answers the new change set.
   * @throws Fault `not-found`; `undo-conflict`, whose fields name table, key and columns.
   */
  undo(id: number, options: UndoOptions<DB>): Promise<ChangeSetWithRows & { applied: boolean }>
  /** Forgets change sets of every tenant that are older than so many days; answers how many went, 1,000 at most. */
  prune(olderThanDays: number): Promise<number>
}

/** Each of them is one lock and one write: a long history goes in portions. */
export const pruneAtOnce = 1_000

type InTenants<DB> = <T>(
  tenants: readonly string[],
  options: TransactionOptions & { undoes?: number },
  work: (tx: TenantTransaction<DB>) => Promise<T>,
) => Promise<T>

/** The change sets of one schema. */
export function createChangeSets<DB>(db: Kysely<DB>, inTenants: InTenants<DB>): ChangeSets<DB> {
  return {
    list: ({ tenants, limit = 100, offset = 0, direction = 'desc', ...query }) =>
      inTenants(tenants, {}, async (tx) => {
        const chosen = chosenBy(query)
        const { rows } = await sql<StoredSet>`${summary} where ${chosen}
          order by id ${direction === 'asc' ? sql`asc` : sql`desc`} limit ${limit} offset ${offset}`.execute(tx)
        const { rows: counted } = await sql<{ total: number }>`
          select count(*) as total from change_set where ${chosen}`.execute(tx)
        return { items: rows.map(changeSetFrom), total: counted[0]?.total ?? 0 }
      }),

    show: (id, { tenants }) => inTenants(tenants, {}, (tx) => read(tx, id)),

    async prune(olderThanDays) {
      const { rows } = await sql<{ gone: number }>`
        select prune_change_sets(make_interval(days => ${olderThanDays}), ${pruneAtOnce}) as gone`.execute(db)
      return rows[0]?.gone ?? 0
    },

    async undo(id, { tenants, actor, tenantId, note = `undo of ${id}`, requestId, dryRun = false, publish }) {
      await inTenants(tenants, {}, (tx) => read(tx, id))
      const writer = {
        kind: 'person' as const,
        actor,
        note,
        ...(tenantId === undefined ? {} : { tenantId }),
        ...(requestId === undefined ? {} : { requestId }),
      }
      try {
        return await inTenants(tenants, { writer, undoes: id }, async (tx) => {
          const { rows } = await sql<RevertedRow>`select * from revert_change_set(${id})`.execute(tx)
          await sql`set constraints all immediate`.execute(tx)
          await publish?.(tx, lastOfEachRow(rows))
          const undone = await read(tx, tx.changeSet ?? 0)
          if (dryRun) throw new DryRun(undone)
          return { ...undone, applied: true }
        })
      } catch (error) {
        if (error instanceof DryRun) return { ...error.changeSet, applied: false }
        throw faultOfUndo(error)
      }
    },
  }
}

/** Rolls the transaction of a dry run back and carries out what it would have done. */
class DryRun extends Error {
  readonly changeSet: ChangeSetWithRows
  constructor(changeSet: ChangeSetWithRows) {
    super('dry run')
    this.changeSet = changeSet
  }
}

interface StoredSet {
  readonly id: number
  readonly at: Date
  readonly actor: string
  readonly tenant: string
  readonly note: string | null
  readonly undoes: number | null
  readonly undoneBy: number | null
  readonly request: string | null
  readonly rows: number
}

const summary = sql`
  select id, at, actor, tenant_id as tenant, note, undoes, request_id as request,
    (select max(later.id) from change_set later where later.undoes = change_set.id) as "undoneBy",
    (select count(*) from row_change where set_id = change_set.id) as rows
  from change_set`

function chosenBy({ actor, search, request, since, until }: ChangeSetQuery): RawBuilder<unknown> {
  const conditions = [sql`true`]
  if (actor !== undefined) conditions.push(sql`actor = ${actor}`)
  if (request !== undefined) conditions.push(sql`request_id = ${request}`)
  if (since !== undefined) conditions.push(sql`at >= ${since}::timestamptz`)
  if (until !== undefined) conditions.push(sql`at < ${until}::timestamptz`)
  if (search !== undefined) {
    conditions.push(sql`strpos(lower(concat_ws(' ', actor, note, request_id)), lower(${search})) > 0`)
  }
  return sql.join(conditions, sql` and `)
}

async function read<DB>(tx: TenantTransaction<DB>, id: number): Promise<ChangeSetWithRows> {
  const { rows: sets } = await sql<StoredSet>`${summary} where id = ${id}`.execute(tx)
  const [found] = sets
  if (found === undefined) throw new Fault('not-found', { detail: `There is no change set ${id}` })
  const { rows } = await sql<StoredChange>`
    select "table", op, key, before, after from row_change where set_id = ${id} order by id`.execute(tx)
  return { ...changeSetFrom(found), changes: rows.map(changeFrom) }
}

function changeSetFrom({ note, undoes, undoneBy, request, at, ...stored }: StoredSet): ChangeSet {
  return {
    ...stored,
    at: at.toISOString(),
    ...(note === null ? {} : { note }),
    ...(undoes === null ? {} : { undoes }),
    ...(undoneBy === null ? {} : { undoneBy }),
    ...(request === null ? {} : { request }),
  }
}

interface StoredChange {
  readonly table: string
  readonly op: RevertedRow['op']
  readonly key: Image
  readonly before: Image | null
  readonly after: Image | null
}

const stamps = new Set(['revision', 'updated_at'])

/** Only the columns that differ; of a new or a deleted row all of them. */
function changeFrom({ table, op, key, before, after }: StoredChange): RowChange {
  const differing = Object.keys(after ?? before ?? {}).filter(
    (name) => !stamps.has(name) && JSON.stringify(before?.[name]) !== JSON.stringify(after?.[name]),
  )
  const only = (image: Image | null) =>
    image && Object.fromEntries(differing.filter((name) => name in image).map((name) => [name, image[name]]))
  return { table, operation: op, key: { ...key }, before: only(before), after: only(after) }
}

/** A set may have written a row several times; what counts is how it is in the end. */
function lastOfEachRow(rows: readonly RevertedRow[]): RevertedRow[] {
  return [...new Map(rows.map((row) => [`${row.table} ${JSON.stringify(row.key)}`, row])).values()]
}
