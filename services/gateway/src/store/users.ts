import { type Database, sql } from '@strowger/database'
import { type Permission, rootTenantId } from '@strowger/schema'
import type { AccessSchema } from './tables.ts'

export interface KnownUser {
  readonly id: string
  readonly tenant: string
  readonly login: string
  readonly permission: Permission
  readonly passwordHash: string
}

/** The user with this log-in, of whatever tenant. */
export async function findUser(
  { db }: Pick<Database<AccessSchema>, 'db'>,
  login: string,
): Promise<KnownUser | undefined> {
  const { rows } = await sql<KnownUser>`
    select id, tenant_id as tenant, login, permission, password_hash as "passwordHash"
    from find_user(${login})`.execute(db)
  return rows[0]
}

/** The user who made a log-in, when the one who acts is a user. */
export async function readUser(
  database: Database<AccessSchema>,
  tenants: readonly string[],
  id: string,
): Promise<{ id: string; permission: Permission } | undefined> {
  return database.inTenants(tenants, {}, (tx) =>
    tx.selectFrom('user_account').select(['id', 'permission']).where('id', '=', id).executeTakeFirst(),
  )
}

export async function hasUsers({ db }: Pick<Database<AccessSchema>, 'db'>): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`select has_users() as found`.execute(db)
  return rows[0]?.found ?? false
}

/** The first administrator, unless another replica was quicker. */
export async function insertFirstAdministrator(
  database: Database<AccessSchema>,
  user: { id: string; login: string; passwordHash: string },
): Promise<void> {
  await database.inTenants([rootTenantId], { writer: { kind: 'system' } }, (tx) =>
    tx
      .insertInto('user_account')
      .values({
        id: user.id,
        login: user.login,
        password_hash: user.passwordHash,
        tenant_id: rootTenantId,
        permission: 'admin',
      } as never)
      .onConflict((conflict) => conflict.column('login').doNothing())
      .execute(),
  )
}
