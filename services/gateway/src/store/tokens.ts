import { type Database, type Person, sql } from '@strowger/database'
import { Fault, type ListQuery, type Permission, rootTenantId, type TokenView } from '@strowger/schema'
import { type Grant, smaller } from '../access/grant.ts'
import { all, pageClause, searched } from './listing.ts'
import type { AccessSchema, TokenRow } from './tables.ts'

/** What a token is and for whom it acts. */
export interface KnownToken extends Grant {
  readonly id: string
  readonly kind: 'token' | 'session'
  readonly tenant: string
  /** The log-in of the user whose it is, else its own name. */
  readonly actor: string
  readonly expiresAtMs: number | undefined
}

type Listed = Omit<TokenRow, 'hash'> & { used_at: Date | string | null }

const instant = (value: Date | string) => new Date(value).toISOString()

function viewFrom(row: Listed): TokenView {
  const { id, tenant_id: tenant, user_id, name, permission, scopes, created_at, expires_at, used_at } = row
  return {
    id,
    tenant,
    name,
    permission,
    ...(scopes === null ? {} : { scopes }),
    ...(user_id === null ? {} : { user: user_id }),
    createdAt: instant(created_at),
    ...(expires_at === null ? {} : { expiresAt: instant(expires_at) }),
    ...(used_at === null ? {} : { lastUsedAt: instant(used_at) }),
  }
}

interface FoundToken {
  readonly id: string
  readonly kind: 'token' | 'session'
  readonly tenant_id: string
  readonly name: string
  readonly permission: Permission
  readonly scopes: string[] | null
  readonly expires_at: Date | null
  readonly used_at: Date | null
  readonly user_id: string | null
  readonly login: string | null
  readonly enabled: boolean | null
  readonly user_permission: Permission | null
  readonly user_scopes: string[] | null
}

/**
 * The token or session with this hash, of whatever tenant, with what it may: never more than the user whose it is.
 * Undefined when there is none, or its user is not enabled.
 * @param idleMs after which a session that is not used has ended
 */
export async function findToken(
  { db }: Pick<Database<AccessSchema>, 'db'>,
  hash: Buffer,
  idleMs: number,
): Promise<KnownToken | undefined> {
  const { rows } = await sql<FoundToken>`select * from find_token(${hash})`.execute(db)
  const [row] = rows
  if (row === undefined || row.enabled === false) return undefined
  const endsAtMs = [row.expires_at?.getTime(), row.used_at === null ? undefined : row.used_at.getTime() + idleMs]
  const expiresAtMs = Math.min(...endsAtMs.filter((ms) => ms !== undefined))
  return {
    id: row.id,
    kind: row.kind,
    tenant: row.tenant_id,
    actor: row.login ?? row.name,
    permission: row.user_permission === null ? row.permission : smaller(row.permission, row.user_permission),
    scopes: [row.scopes, row.user_scopes].filter((list) => list !== null),
    expiresAtMs: Number.isFinite(expiresAtMs) ? expiresAtMs : undefined,
  }
}

const columns = {
  createdAt: sql`created_at`,
  name: sql`name`,
  expiresAt: sql`expires_at`,
  lastUsedAt: sql`used_at`,
}

/** A page of the tokens of these tenants, newest first unless asked for otherwise, and how many there are in all. */
export async function listTokens(
  database: Database<AccessSchema>,
  tenants: readonly string[],
  query: ListQuery<keyof typeof columns> & { user?: string | undefined; permission?: Permission | undefined },
): Promise<{ items: TokenView[]; total: number }> {
  const { search, user, permission } = query
  const chosen = all(
    searched(search, sql`id, name`),
    user === undefined ? undefined : sql`user_id = ${user}`,
    permission === undefined ? undefined : sql`permission = ${permission}`,
  )
  const page = pageClause(query, columns, { order: 'createdAt', direction: 'desc', id: sql`id` })
  return database.inTenants(tenants, {}, async (tx) => {
    const { rows } = await sql<Listed>`
      select id, token.tenant_id, user_id, name, permission, scopes, created_at, expires_at, used_at
      from token left join token_use on token_id = id where ${chosen} ${page}`.execute(tx)
    const { rows: counted } = await sql<{ total: number }>`
      select count(*)::int as total from token where ${chosen}`.execute(tx)
    return { items: rows.map(viewFrom), total: counted[0]?.total ?? 0 }
  })
}

export async function insertToken(
  database: Database<AccessSchema>,
  writer: Person,
  token: {
    id: string
    tenant: string
    user?: string
    name: string
    permission: Permission
    scopes: readonly string[] | undefined
    hash: Buffer
    expiresAt?: Date
  },
): Promise<TokenView> {
  const { id, tenant, user, name, permission, scopes, hash, expiresAt } = token
  return database.inTenants([tenant], { writer }, async (tx) => {
    const row = await tx
      .insertInto('token')
      .values({
        id,
        tenant_id: tenant,
        user_id: user ?? null,
        name,
        permission,
        scopes: scopes === undefined ? null : [...scopes],
        hash,
        expires_at: expiresAt ?? null,
      })
      .returningAll()
      .executeTakeFirstOrThrow()
    return viewFrom({ ...row, used_at: null })
  })
}

export async function removeToken(
  database: Database<AccessSchema>,
  tenants: readonly string[],
  writer: Person,
  id: string,
): Promise<void> {
  await database.inTenants(tenants, { writer }, async (tx) => {
    const { numDeletedRows } = await tx
      .deleteFrom('token')
      .where('id', '=', id)
      .where('tenant_id', 'in', [...tenants])
      .executeTakeFirst()
    if (numDeletedRows === 0n) throw new Fault('not-found', { detail: `There is no token ${id}` })
  })
}

const bootstrapTokenId = 'bootstrap'

/** The token that the operator's settings give; with another text the former one ends. */
export async function setBootstrapToken(database: Database<AccessSchema>, hash: Buffer): Promise<void> {
  const values = { tenant_id: rootTenantId, name: 'bootstrap', permission: 'admin' as const, hash }
  await database.inTenants([rootTenantId], { writer: { kind: 'system' } }, (tx) =>
    tx
      .insertInto('token')
      .values({ id: bootstrapTokenId, ...values })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
      .execute(),
  )
}

export async function noteUse(
  database: Database<AccessSchema>,
  { id, kind, tenant }: Pick<KnownToken, 'id' | 'kind' | 'tenant'>,
  at: Date,
): Promise<void> {
  const noted =
    kind === 'session'
      ? sql`update session set used_at = greatest(used_at, ${at}) where id = ${id}`
      : sql`insert into token_use (token_id, tenant_id, used_at)
          select id, tenant_id, ${at} from token where id = ${id}
          on conflict (token_id) do update set used_at = greatest(token_use.used_at, excluded.used_at)`
  await database.inTenants([tenant], { writer: { kind: 'system' } }, (tx) => noted.execute(tx))
}
