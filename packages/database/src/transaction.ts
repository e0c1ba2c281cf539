import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely'
import type { PgConnection } from './dialect.ts'
import { literal } from './literal.ts'
import { type Outbox, outboxOf } from './outbox.ts'

/** A person's operation: what it writes to tracked tables becomes one change set. */
export interface Person {
  readonly kind: 'person'
  /** Who, as the audit shows it: a user's or a token's name. */
  readonly actor: string
  /** In whose name; default: the first of the tenants. */
  readonly tenantId?: string
  readonly note?: string
  /** The request that it came with; the audit has the same. */
  readonly requestId?: string
}

/** The house by itself (a phone made itself known): not recorded. */
export interface System {
  readonly kind: 'system'
}

export type Writer = System | Person

export interface TransactionOptions {
  readonly writer?: Writer
  readonly isolation?: 'read committed' | 'repeatable read' | 'serializable'
}

interface TransactionParts {
  /** The change set of a person's operation. */
  readonly changeSet?: number
  /** Messages that leave when, and only when, this transaction commits. */
  readonly outbox: Outbox
}

export type TenantTransaction<DB> = Transaction<DB> & TransactionParts

/** @see Database.inTenants */
export async function tenantTransaction<DB, T>(
  db: Kysely<DB>,
  schema: string,
  tenants: readonly string[],
  options: TransactionOptions & { undoes?: number },
  work: (tx: TenantTransaction<DB>) => Promise<T>,
): Promise<T> {
  const { writer, isolation, undoes } = options
  const person = writer?.kind === 'person' ? writer : undefined
  // Local to the transaction: a pooled session carries nothing over to its next user.
  const opening = [
    `select set_config('app.tenants', ${literal(tenants.join(','))}, true),
      set_config('app.writer', ${literal(writer?.kind ?? '')}, true), set_config('app.change_set', '', true)`,
    ...(person === undefined ? [] : [openChangeSet(person, person.tenantId ?? tenants[0] ?? null, undoes)]),
  ]
  return db.connection().execute(async (single) => {
    const session = await single.getExecutor().provideConnection(async (connection) => connection as PgConnection)
    session.opening = opening.join('; ')
    const begin = single.transaction()
    const started = isolation === undefined ? begin : begin.setIsolationLevel(isolation)
    return started.execute(async (tx) => {
      const outbox = outboxOf(tx, schema)
      const changeSet = person && Number(session.opened[0]?.['id'] ?? 0)
      const parts: TransactionParts = { outbox, ...(changeSet === undefined ? {} : { changeSet }) }
      const result = await work(Object.assign(tx, parts))
      const closing = [outbox.rest(), changeSet === undefined ? undefined : `select close_change_set(${changeSet})`]
      session.closing = closing.filter((statement) => statement !== undefined).join('; ') || undefined
      return result
    })
  })
}

/** @see Database.readInTenants */
export async function readInTenants<DB, Row>(
  db: Kysely<DB>,
  tenants: readonly string[],
  query: RawBuilder<Row>,
): Promise<Row[]> {
  // What a lateral subquery with an offset reads is read for each row of what it refers to: after the setting, which
  // ends with the statement, as a statement alone is a transaction.
  const { rows } = await sql<Row>`
    select found.* from (select set_config('app.tenants', ${tenants.join(',')}, true) as tenants offset 0) seen
    cross join lateral (select asked.* from (${query}) asked where seen.tenants is not null offset 0) found`.execute(db)
  return rows
}

function openChangeSet(
  { actor, note, requestId }: Person,
  tenantId: string | null,
  undoes: number | undefined,
): string {
  return `select open_change_set(${literal(actor)}, ${literal(tenantId)}::uuid, ${literal(note)},
    ${undoes ?? 'null'}::bigint, ${literal(requestId)}) as id`
}

/** @see Database.lookup */
export async function lookup<DB, T>(
  db: Kysely<DB>,
  schema: string,
  work: (tx: Transaction<DB>) => Promise<T>,
): Promise<T> {
  return db.transaction().execute(async (tx) => {
    await sql`set local role ${sql.id(lookupRole(schema))}`.execute(tx)
    return work(tx)
  })
}

/** The role without log-in that owns a schema; migrations run as it. */
export function ownerRole(schema: string): string {
  return `strowger_${schema}_owner`
}

/** The role without log-in that may read across the tenants of a schema. */
export function lookupRole(schema: string): string {
  return `strowger_${schema}_lookup`
}
