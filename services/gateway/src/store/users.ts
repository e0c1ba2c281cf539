import { type Database, isForeignKeyViolation, isUniqueViolation, type Person, sql } from '@strowger/database'
import {
  Fault,
  type ListQuery,
  type Permission,
  refuseStale,
  rootTenantId,
  type User,
  type UserInput,
} from '@strowger/schema'
import { all, pageClause, searched } from './listing.ts'
import type { AccessSchema } from './tables.ts'

export interface KnownUser {
  readonly id: string
  readonly tenant: string
  readonly login: string
  readonly enabled: boolean
  readonly passwordHash: string | null
  readonly externalId: string | null
  /** Of its own, or of its role. */
  readonly permission: Permission
  readonly scopes: readonly string[] | null
}

/** The user with this log-in, of whatever tenant. */
export async function findUser(
  { db }: Pick<Database<AccessSchema>, 'db'>,
  login: string,
): Promise<KnownUser | undefined> {
  const { rows } = await sql<KnownUser>`
    select id, tenant_id as tenant, login, enabled, password_hash as "passwordHash", external_id as "externalId",
      permission, scopes
    from find_user(${login})`.execute(db)
  return rows[0]
}

interface UserRow extends Omit<User, 'createdAt' | 'revision' | 'name' | 'email' | 'role'> {
  readonly name: string | null
  readonly email: string | null
  readonly role: string | null
  readonly createdAt: Date
  readonly revision: number
}

const selected = sql`
  select u.id, u.tenant_id as tenant, u.login, u.name, u.email, coalesce(u.permission, role.permission) as permission,
    u.role_id as role, u.enabled, u.password_hash is not null as "hasPassword",
    u.external_id is not null as openid, u.created_at as "createdAt", u.revision
  from user_account u left join role on role.id = u.role_id`

function userFrom({ name, email, role, createdAt, revision, ...row }: UserRow): User {
  return {
    ...row,
    ...(name === null ? {} : { name }),
    ...(email === null ? {} : { email }),
    ...(role === null ? {} : { role }),
    createdAt: createdAt.toISOString(),
    revision: Number(revision),
  }
}

const columns = { login: sql`u.login`, name: sql`u.name`, createdAt: sql`u.created_at` }

export async function listUsers(
  database: Database<AccessSchema>,
  tenants: readonly string[],
  query: ListQuery<keyof typeof columns> & { role?: string | undefined; enabled?: boolean | undefined },
): Promise<{ items: User[]; total: number }> {
  const { search, role, enabled } = query
  const chosen = all(
    searched(search, sql`u.id, u.login, u.name, u.email`),
    role === undefined ? undefined : sql`u.role_id = ${role}`,
    enabled === undefined ? undefined : sql`u.enabled = ${enabled}`,
  )
  const page = pageClause(query, columns, { order: 'login', direction: 'asc', id: sql`u.id` })
  return database.inTenants(tenants, {}, async (tx) => {
    const { rows } = await sql<UserRow>`${selected} where ${chosen} ${page}`.execute(tx)
    const { rows: counted } = await sql<{ total: number }>`
      select count(*)::int as total from user_account u where ${chosen}`.execute(tx)
    return { items: rows.map(userFrom), total: counted[0]?.total ?? 0 }
  })
}

type Reader = Parameters<Parameters<Database<AccessSchema>['inTenants']>[2]>[0]

async function read(tx: Reader, id: string): Promise<User> {
  const { rows } = await sql<UserRow>`${selected} where u.id = ${id}`.execute(tx)
  const [row] = rows
  if (row === undefined) throw new Fault('not-found', { detail: `There is no user ${id}` })
  return userFrom(row)
}

export async function readUser(
  database: Database<AccessSchema>,
  tenants: readonly string[],
  id: string,
): Promise<User> {
  return database.inTenants(tenants, {}, (tx) => read(tx, id))
}

function columnsOf({ login, name, email, permission, role, enabled = true }: UserInput) {
  return {
    login,
    name: name ?? null,
    email: email ?? null,
    permission: role === undefined ? (permission ?? 'read') : null,
    role_id: role ?? null,
    enabled,
  }
}

async function told<T>(login: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (isUniqueViolation(error)) {
      throw new Fault('conflict', { detail: `The log-in ${login} is taken`, cause: error })
    }
    if (isForeignKeyViolation(error)) {
      throw new Fault('invalid-input', { fields: [{ field: '/user/role', problem: 'there is no such role' }] })
    }
    throw error
  }
}

export async function insertUser(
  database: Database<AccessSchema>,
  writer: Person & { tenantId: string },
  user: UserInput & { id: string; passwordHash: string | undefined },
): Promise<User> {
  return told(user.login, () =>
    database.inTenants([writer.tenantId], { writer }, async (tx) => {
      await tx
        .insertInto('user_account')
        .values({
          ...columnsOf(user),
          id: user.id,
          tenant_id: writer.tenantId,
          password_hash: user.passwordHash ?? null,
        } as never)
        .execute()
      return read(tx, user.id)
    }),
  )
}

/** @param scope tenants in which the user may be; the first is the writer’s */
export async function updateUser(
  database: Database<AccessSchema>,
  writer: Person,
  scope: readonly string[],
  { id, user, ifRevision }: { id: string; user: UserInput; ifRevision: number | undefined },
): Promise<User> {
  return told(user.login, () =>
    database.inTenants(scope, { writer }, async (tx) => {
      await lock(tx, id, ifRevision)
      await tx.updateTable('user_account').set(columnsOf(user)).where('id', '=', id).execute()
      if (user.enabled === false) await tx.deleteFrom('session').where('user_id', '=', id).execute()
      return read(tx, id)
    }),
  )
}

async function lock(tx: Reader, id: string, ifRevision: number | undefined): Promise<void> {
  const present = await tx
    .selectFrom('user_account')
    .select('revision')
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (present === undefined) throw new Fault('not-found', { detail: `There is no user ${id}` })
  refuseStale('The user', Number(present.revision), ifRevision)
}

/** With the tokens and sessions of the user. */
export async function removeUser(
  database: Database<AccessSchema>,
  writer: Person,
  scope: readonly string[],
  { id, ifRevision }: { id: string; ifRevision: number | undefined },
): Promise<void> {
  await database.inTenants(scope, { writer }, async (tx) => {
    await lock(tx, id, ifRevision)
    await tx.deleteFrom('token').where('user_id', '=', id).execute()
    await tx.deleteFrom('user_account').where('id', '=', id).execute()
  })
}

/** Another password; the sessions of the user end, save the one that is named. */
export async function writePassword(
  database: Database<AccessSchema>,
  writer: Person,
  scope: readonly string[],
  change: { id: string; passwordHash: string; exceptSession?: string; ifRevision?: number | undefined },
): Promise<void> {
  const { id, passwordHash, exceptSession = '', ifRevision } = change
  await database.inTenants(scope, { writer }, async (tx) => {
    await lock(tx, id, ifRevision)
    await tx.updateTable('user_account').set({ password_hash: passwordHash }).where('id', '=', id).execute()
    await tx.deleteFrom('session').where('user_id', '=', id).where('id', '!=', exceptSession).execute()
  })
}

/** What the provider calls the user who signed in for the first time. */
export async function linkExternalId(
  database: Database<AccessSchema>,
  user: Pick<KnownUser, 'id' | 'tenant'>,
  externalId: string,
): Promise<void> {
  await database.inTenants([user.tenant], { writer: { kind: 'system' } }, (tx) =>
    tx.updateTable('user_account').set({ external_id: externalId }).where('id', '=', user.id).execute(),
  )
}

export async function findLoginOfExternal(
  { db }: Pick<Database<AccessSchema>, 'db'>,
  externalId: string,
): Promise<string | undefined> {
  const { rows } = await sql<{ login: string | null }>`select find_external_user(${externalId}) as login`.execute(db)
  return rows[0]?.login ?? undefined
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
