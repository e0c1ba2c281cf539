import { type Database, sql } from '@strowger/database'
import { type AuditEntry, Fault, type ListQuery } from '@strowger/schema'
import { all, pageClause, searched } from './listing.ts'
import type { AccessSchema, AuditRow } from './tables.ts'

export type NewAuditEntry = Omit<AuditEntry, 'id' | 'at'>

/** Which entries are wanted; what is not named does not restrict. */
export interface AuditQuery extends ListQuery<'at'> {
  readonly actor?: string | undefined
  readonly operation?: string | undefined
  readonly request?: string | undefined
  readonly outcome?: 'done' | 'refused' | undefined
  readonly since?: string | undefined
  readonly until?: string | undefined
  readonly after?: number | undefined
}

function entryFrom(row: AuditRow): AuditEntry {
  const { actor_id, code, note, address } = row
  return {
    id: Number(row.id),
    at: row.at.toISOString(),
    tenant: row.tenant_id,
    actor: row.actor,
    ...(actor_id === null ? {} : { actorId: actor_id }),
    operation: row.operation,
    method: row.method,
    path: row.path,
    status: row.status,
    ...(code === null ? {} : { code }),
    request: row.request_id,
    ...(note === null ? {} : { note }),
    ...(address === null ? {} : { address }),
  }
}

export async function insertAudit(database: Database<AccessSchema>, entry: NewAuditEntry): Promise<void> {
  await database.inTenants([entry.tenant], { writer: { kind: 'system' } }, (tx) =>
    tx
      .insertInto('audit')
      .values({
        tenant_id: entry.tenant,
        actor: entry.actor,
        actor_id: entry.actorId ?? null,
        operation: entry.operation,
        method: entry.method,
        path: entry.path,
        status: entry.status,
        code: entry.code ?? null,
        request_id: entry.request,
        note: entry.note ?? null,
        address: entry.address ?? null,
      })
      .execute(),
  )
}

export async function listAudit(
  database: Database<AccessSchema>,
  tenants: readonly string[],
  query: AuditQuery,
): Promise<{ items: AuditEntry[]; total: number }> {
  const { search, actor, operation, request, outcome, since, until, after } = query
  const chosen = all(
    searched(search, sql`actor, operation, path, note, address, request_id`),
    actor === undefined ? undefined : sql`actor = ${actor}`,
    operation === undefined ? undefined : sql`(operation = ${operation} or starts_with(operation, ${`${operation}.`}))`,
    request === undefined ? undefined : sql`request_id = ${request}`,
    outcome === undefined ? undefined : outcome === 'done' ? sql`status < 400` : sql`status >= 400`,
    since === undefined ? undefined : sql`at >= ${since}::timestamptz`,
    until === undefined ? undefined : sql`at < ${until}::timestamptz`,
    after === undefined ? undefined : sql`id > ${after}`,
  )
  // The numbers are given in the order of time.
  const page = pageClause(query, { at: sql`id` }, { order: 'at', direction: 'desc', id: sql`id` })
  return database.inTenants(tenants, {}, async (tx) => {
    const { rows } = await sql<AuditRow>`select * from audit where ${chosen} ${page}`.execute(tx)
    const { rows: counted } = await sql<{ total: number }>`
      select count(*)::int as total from audit where ${chosen}`.execute(tx)
    return { items: rows.map(entryFrom), total: counted[0]?.total ?? 0 }
  })
}

export async function readAudit(
  database: Database<AccessSchema>,
  tenants: readonly string[],
  id: number,
): Promise<AuditEntry> {
  const row = await database.inTenants(tenants, {}, (tx) =>
    tx.selectFrom('audit').selectAll().where('id', '=', id).executeTakeFirst(),
  )
  if (row === undefined) throw new Fault('not-found', { detail: `There is no entry ${id}` })
  return entryFrom(row)
}

/** Forgets what nobody needs any more: sessions and answers that have expired, old entries. Answers how many of these. */
export async function pruneAccess(
  { db }: Pick<Database<AccessSchema>, 'db'>,
  { auditDays, answersS }: { auditDays: number; answersS: number },
): Promise<number> {
  const { rows } = await sql<{ gone: number }>`
    select prune_access(make_interval(days => ${auditDays}), make_interval(secs => ${answersS})) as gone`.execute(db)
  return Number(rows[0]?.gone ?? 0)
}
