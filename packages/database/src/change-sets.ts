import { Fault } from '@strowger/schema'
import { sql } from 'kysely'
import type { TenantTransaction, TransactionOptions } from './transaction.ts'
import { faultOfUndo } from './undo-fault.ts'

/** One person's operation. */
export interface ChangeSet {
  /** `<schema>-<number>`, so that its owner can be told from it. */
  readonly id: string
  readonly at: Date
  readonly actor: string
  readonly tenantId: string
  readonly note: string | null
  /** The change set that this one took back. */
  readonly undoes: string | null
  /** The latest change set that took this one back. */
  readonly undoneBy: string | null
  /** How many rows it wrote. */
  readonly rows: number
}

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }
type Image = Readonly<Record<string, Json>>

export interface RowChange {
  readonly table: string
  readonly op: 'insert' | 'update' | 'delete'
  /** The primary key. */
  readonly key: Image
  /** Each column that changed, without revision and updated_at. Sealed secrets are sealed here too. */
  readonly columns: Readonly<Record<string, { readonly before: Json; readonly after: Json }>>
}

/** A row that an undo wrote. */
export interface RevertedRow {
  readonly table: string
  readonly op: 'insert' | 'update' | 'delete'
  readonly key: Image
  /** The row as it is now; null when the undo deleted it. */
  readonly row: Image | null
}

export interface Undone {
  /** Of the undo itself; absent for a dry run. Undoing it is redo. */
  readonly changeSet?: string
  readonly rows: readonly RevertedRow[]
}

export interface UndoOptions<DB> {
  readonly tenants: readonly string[]
  readonly actor: string
  readonly tenantId?: string
  readonly note?: string
  /** Answers what would change and changes nothing. */
  readonly dryRun?: boolean
  /** Within the transaction of the undo: publish the documents of these rows. */
  readonly publish?: (tx: TenantTransaction<DB>, rows: readonly RevertedRow[]) => Promise<void>
}

export interface ChangeSets<DB> {
  /** Newest first. `before` is the id of the last one of the page before. */
  list(options: { tenants: readonly string[]; limit?: number; before?: string; actor?: string }): Promise<ChangeSet[]>
  /** @throws Fault `not-found` */
  show(id: string, options: { tenants: readonly string[] }): Promise<ChangeSet & { changes: RowChange[] }>
  /**
   * Takes a change set back, as a new change set: all of it, or nothing when a column it wrote has another value by
   * now, or a row written since stands in the way.
   * @throws Fault `not-found`; `undo-conflict`, whose fields name table, key and columns.
   */
  undo(id: string, options: UndoOptions<DB>): Promise<Undone>
}

type InTenants<DB> = <T>(
  tenants: readonly string[],
  options: TransactionOptions & { undoes?: number },
  work: (tx: TenantTransaction<DB>) => Promise<T>,
) => Promise<T>

const stamps = new Set(['revision', 'updated_at'])

/** The change sets of one schema. */
export function createChangeSets<DB>(schema: string, inTenants: InTenants<DB>): ChangeSets<DB> {
  const idOf = (number: number) => `${schema}-${number}`

  function numberOf(id: string): number {
    const [, digits] = /^[a-z]+-(\d{1,15})$/.exec(id) ?? []
    if (digits === undefined || idOf(Number(digits)) !== id) throw missing(id)
    return Number(digits)
  }

  async function read(
    tx: TenantTransaction<DB>,
    where: { id?: number; before?: number; actor?: string },
    limit: number,
  ) {
    const { rows } = await sql<Omit<ChangeSet, 'id' | 'undoes' | 'undoneBy'> & StoredLinks>`
      select id, at, actor, tenant_id as "tenantId", note, undoes,
        (select max(later.id) from change_set later where later.undoes = change_set.id) as "undoneBy",
        (select count(*) from row_change where set_id = change_set.id) as rows
      from change_set
      where (${where.id ?? null}::bigint is null or id = ${where.id ?? null})
        and (${where.before ?? null}::bigint is null or id < ${where.before ?? null})
        and (${where.actor ?? null}::text is null or actor = ${where.actor ?? null})
      order by id desc limit ${limit}`.execute(tx)
    return rows.map((row) => ({
      ...row,
      id: idOf(row.id),
      undoes: row.undoes === null ? null : idOf(row.undoes),
      undoneBy: row.undoneBy === null ? null : idOf(row.undoneBy),
    }))
  }

  return {
    list: ({ tenants, limit = 50, before, actor }) =>
      inTenants(tenants, {}, (tx) =>
        read(
          tx,
          { ...(before === undefined ? {} : { before: numberOf(before) }), ...(actor === undefined ? {} : { actor }) },
          limit,
        ),
      ),

    show: (id, { tenants }) =>
      inTenants(tenants, {}, async (tx) => {
        const [found] = await read(tx, { id: numberOf(id) }, 1)
        if (found === undefined) throw missing(id)
        const { rows } = await sql<StoredChange>`
          select "table", op, key, before, after from row_change where set_id = ${numberOf(id)} order by id`.execute(tx)
        return { ...found, changes: rows.map(changeFrom) }
      }),

    async undo(id, { tenants, actor, tenantId, note, dryRun = false, publish }) {
      const undoes = numberOf(id)
      const writer = {
        kind: 'person' as const,
        actor,
        note: note ?? `undo of ${id}`,
        ...(tenantId === undefined ? {} : { tenantId }),
      }
      let previewed: Undone | undefined
      try {
        return await inTenants(tenants, {}, async (tx) => {
          const [found] = await read(tx, { id: undoes }, 1)
          if (found === undefined) throw missing(id)
        }).then(() =>
          inTenants(tenants, { writer, undoes }, async (tx) => {
            const { rows } = await sql<RevertedRow>`select * from revert_change_set(${undoes})`.execute(tx)
            await sql`set constraints all immediate`.execute(tx)
            const last = lastOfEachRow(rows)
            await publish?.(tx, last)
            if (dryRun) {
              previewed = { rows: last }
              throw new DryRun()
            }
            return { rows: last, ...(tx.changeSet === undefined ? {} : { changeSet: tx.changeSet }) }
          }),
        )
      } catch (error) {
        if (error instanceof DryRun && previewed !== undefined) return previewed
        throw faultOfUndo(error)
      }
    },
  }
}

/** Rolls the transaction of a dry run back. */
class DryRun extends Error {}

interface StoredLinks {
  readonly id: number
  readonly undoes: number | null
  readonly undoneBy: number | null
}

interface StoredChange {
  readonly table: string
  readonly op: RowChange['op']
  readonly key: Image
  readonly before: Image | null
  readonly after: Image | null
}

function missing(id: string): Fault {
  return new Fault('not-found', { detail: `There is no change set ${id}` })
}

function changeFrom({ table, op, key, before, after }: StoredChange): RowChange {
  const columns: Record<string, { before: Json; after: Json }> = {}
  for (const name of Object.keys(after ?? before ?? {})) {
    const change = { before: before?.[name] ?? null, after: after?.[name] ?? null }
    if (!stamps.has(name) && JSON.stringify(change.before) !== JSON.stringify(change.after)) columns[name] = change
  }
  return { table, op, key, columns }
}

/** A set may have written a row several times; what counts is how it is in the end. */
function lastOfEachRow(rows: readonly RevertedRow[]): RevertedRow[] {
  return [...new Map(rows.map((row) => [`${row.table} ${JSON.stringify(row.key)}`, row])).values()]
}
