import { type Database, sql } from '@strowger/database'
import { Fault, type ListQuery, type Permission, type SessionView } from '@strowger/schema'
import type { Grant } from '../access/grant.ts'
import { smaller } from '../access/grant.ts'
import { all, pageClause, searched } from './listing.ts'
import type { AccessSchema } from './tables.ts'

interface SessionRow
  extends Omit<SessionView, 'address' | 'agent' | 'createdAt' | 'lastUsedAt' | 'expiresAt' | 'current'> {
  readonly address: string | null
  readonly agent: string | null
  readonly createdAt: Date
  readonly lastUsedAt: Date
  readonly expiresAt: Date
}

const selected = sql`
  select session.id, session.tenant_id as tenant, user_id as user, login, via, address, agent,
    session.created_at as "createdAt", used_at as "lastUsedAt", expires_at as "expiresAt"
  from session join user_account u on u.id = session.user_id`

function sessionFrom(
  { address, agent, createdAt, lastUsedAt, expiresAt, ...row }: SessionRow,
  asking: string,
): SessionView {
  return {
    ...row,
    ...(address === null ? {} : { address }),
    ...(agent === null ? {} : { agent }),
    current: row.id === asking,
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
  }
}

const columns = { createdAt: sql`session.created_at`, lastUsedAt: sql`used_at`, login: sql`login` }

/** Those that are open. @param asking id of the session that asks */
export async function listSessions(
  database: Database<AccessSchema>,
  tenants: readonly string[],
  query: ListQuery<keyof typeof columns> & { user?: string | undefined; idleSince: Date; asking: string },
): Promise<{ items: SessionView[]; total: number }> {
  const { search, user, idleSince, asking } = query
  const chosen = all(
    sql`expires_at > now() and used_at > ${idleSince}`,
    searched(search, sql`session.id, login, address, agent`),
    user === undefined ? undefined : sql`user_id = ${user}`,
  )
  const page = pageClause(query, columns, { order: 'createdAt', direction: 'desc', id: sql`session.id` })
  return database.inTenants(tenants, {}, async (tx) => {
    const { rows } = await sql<SessionRow>`${selected} where ${chosen} ${page}`.execute(tx)
    const { rows: counted } = await sql<{ total: number }>`
      select count(*)::int as total from session join user_account u on u.id = session.user_id
      where ${chosen}`.execute(tx)
    return { items: rows.map((row) => sessionFrom(row, asking)), total: counted[0]?.total ?? 0 }
  })
}

export async function insertSession(
  database: Database<AccessSchema>,
  session: {
    id: string
    tenant: string
    user: string
    hash: Buffer
    via: 'password' | 'openid'
    address: string | undefined
    agent: string | undefined
    expiresAt: Date
  },
): Promise<SessionView> {
  const { id, tenant, user, hash, via, address, agent, expiresAt } = session
  return database.inTenants([tenant], { writer: { kind: 'system' } }, async (tx) => {
    await tx
      .insertInto('session')
      .values({
        id,
        tenant_id: tenant,
        user_id: user,
        hash,
        via,
        address: address ?? null,
        agent: agent ?? null,
        expires_at: expiresAt,
      })
      .execute()
    const { rows } = await sql<SessionRow>`${selected} where session.id = ${id}`.execute(tx)
    const [row] = rows
    if (row === undefined) throw new Fault('internal', { internal: 'a session that was written is not there' })
    return sessionFrom(row, id)
  })
}

/** @param ofUser only when it is a session of this user */
export async function removeSession(
  database: Database<AccessSchema>,
  tenants: readonly string[],
  id: string,
  ofUser: string | undefined,
): Promise<void> {
  await database.inTenants(tenants, { writer: { kind: 'system' } }, async (tx) => {
    const all = tx.deleteFrom('session').where('id', '=', id)
    const { numDeletedRows } = await (ofUser === undefined ? all : all.where('user_id', '=', ofUser)).executeTakeFirst()
    if (numDeletedRows === 0n) throw new Fault('not-found', { detail: `There is no session ${id}` })
  })
}

/** Who acts, by the id that the context of a request names, and what that one may. */
export interface Acting extends Grant {
  readonly id: string
  readonly kind: 'token' | 'session' | 'user'
  readonly user: string | undefined
  readonly login: string | undefined
  /** Of the user, else of the token. */
  readonly tenant: string
}

/** @throws Fault `unauthenticated` when it is gone by now */
export async function findActing(
  { db }: Pick<Database<AccessSchema>, 'db'>,
  { actor }: { readonly actor: { readonly id?: string | undefined } },
): Promise<Acting> {
  const { rows } = await sql<{
    id: string
    kind: Acting['kind']
    user_id: string | null
    login: string | null
    tenant_id: string
    permission: Permission
    scopes: string[] | null
    user_permission: Permission | null
    user_scopes: string[] | null
  }>`select * from find_grant(${actor.id ?? ''})`.execute(db)
  const [row] = rows
  if (row === undefined) throw new Fault('unauthenticated', { detail: 'Who asks is not known any more' })
  return {
    id: row.id,
    kind: row.kind,
    user: row.user_id ?? undefined,
    login: row.login ?? undefined,
    tenant: row.tenant_id,
    permission: row.user_permission === null ? row.permission : smaller(row.permission, row.user_permission),
    scopes: [row.scopes, row.user_scopes].filter((list) => list !== null),
  }
}
