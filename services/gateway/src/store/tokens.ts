import { type Database, type Person, sql } from '@strowger/database'
import { Fault, type Permission, rootTenantId, type TokenView } from '@strowger/schema'
import type { AccessSchema, TokenRow } from './tables.ts'

/** What a token is and for whom it acts. */
export interface KnownToken {
  readonly id: string
  readonly tenant: string
  /** The log-in of the user whose it is, else its own name. */
  readonly actor: string
  readonly permission: Permission
  readonly expiresAtMs: number | undefined
}

type Listed = Omit<TokenRow, 'hash'> & { used_at: Date | string | null }

const instant = (value: Date | string) => new Date(value).toISOString()

function viewFrom(row: Listed): TokenView {
  const { id, tenant_id: tenant, name, permission, created_at, expires_at, used_at } = row
  return {
    id,
    tenant,
    name,
    permission,
    createdAt: instant(created_at),
    ...(expires_at === null ? {} : { expiresAt: instant(expires_at) }),
    ...(used_at === null ? {} : { lastUsedAt: instant(used_at) }),
  }
}

/** The token with this hash, of whatever tenant it is. */
export async function findToken(
  { db }: Pick<Database<AccessSchema>, 'db'>,
  hash: Buffer,
): Promise<KnownToken | undefined> {
  const { rows } = await sql<{
    id: string
    tenant_id: string
    name: string
    permission: Permission
    expires_at: Date | null
    login: string | null
  }>`select * from find_token(${hash})`.execute(db)
  const [row] = rows
  if (row === undefined) return undefined
  const { id, tenant_id: tenant, name, permission, expires_at, login } = row
  return { id, tenant, actor: login ?? name, permission, expiresAtMs: expires_at?.getTime() }
}

/** A page of the tokens of these tenants, newest first, and how many there are in all. */
export async function listTokens(
  database: Database<AccessSchema>,
  tenants: readonly string[],
  { limit, offset }: { limit: number; offset: number },
): Promise<{ items: TokenView[]; total: number }> {
  return database.inTenants(tenants, {}, async (tx) => {
    const rows = await tx
      .selectFrom('token')
      .leftJoin('token_use', 'token_use.token_id', 'token.id')
      .select(['id', 'token.tenant_id', 'user_id', 'name', 'permission', 'created_at', 'expires_at', 'used_at'])
      .where('token.tenant_id', 'in', [...tenants])
      .orderBy('created_at', 'desc')
      .orderBy('id')
      .limit(limit)
      .offset(offset)
      .execute()
    const { total } = await tx
      .selectFrom('token')
      .select(sql<number>`count(*)::int`.as('total'))
      .where('tenant_id', 'in', [...tenants])
      .executeTakeFirstOrThrow()
    return { items: rows.map(viewFrom), total }
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
    hash: Buffer
    expiresAt?: Date
  },
): Promise<TokenView> {
  const { id, tenant, user, name, permission, hash, expiresAt } = token
  return database.inTenants([tenant], { writer }, async (tx) => {
    const row = await tx
      .insertInto('token')
      .values({ id, tenant_id: tenant, user_id: user ?? null, name, permission, hash, expires_at: expiresAt ?? null })
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
  { id, tenant }: Pick<KnownToken, 'id' | 'tenant'>,
  at: Date,
): Promise<void> {
  await database.inTenants([tenant], { writer: { kind: 'system' } }, (tx) =>
    sql`insert into token_use (token_id, tenant_id, used_at)
      select id, tenant_id, ${at} from token where id = ${id}
      on conflict (token_id) do update set used_at = greatest(token_use.used_at, excluded.used_at)`.execute(tx),
  )
}
