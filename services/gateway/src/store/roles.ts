import { type Database, isForeignKeyViolation, isUniqueViolation, type Person, sql } from '@strowger/database'
import { Fault, type ListQuery, type Role, type RoleInput, refuseStale } from '@strowger/schema'
import { pageClause, searched } from './listing.ts'
import type { AccessSchema } from './tables.ts'

interface RoleRow extends Omit<Role, 'scopes' | 'revision'> {
  readonly scopes: string[] | null
  readonly revision: number
}

const selected = sql`
  select id, tenant_id as tenant, name, permission, scopes, revision,
    (select count(*)::int from user_account where role_id = role.id) as users
  from role`

function roleFrom({ scopes, revision, ...row }: RoleRow): Role {
  return { ...row, ...(scopes === null ? {} : { scopes }), revision: Number(revision) }
}

const columns = { name: sql`name`, permission: sql`permission` }

export async function listRoles(
  database: Database<AccessSchema>,
  tenants: readonly string[],
  query: ListQuery<keyof typeof columns>,
): Promise<{ items: Role[]; total: number }> {
  const chosen = searched(query.search, sql`id, name, array_to_string(scopes, ' ')`)
  const page = pageClause(query, columns, { order: 'name', direction: 'asc', id: sql`id` })
  return database.inTenants(tenants, {}, async (tx) => {
    const { rows } = await sql<RoleRow>`${selected} where ${chosen} ${page}`.execute(tx)
    const { rows: counted } = await sql<{ total: number }>`
      select count(*)::int as total from role where ${chosen}`.execute(tx)
    return { items: rows.map(roleFrom), total: counted[0]?.total ?? 0 }
  })
}

type Reader = Parameters<Parameters<Database<AccessSchema>['inTenants']>[2]>[0]

async function read(tx: Reader, id: string): Promise<Role> {
  const { rows } = await sql<RoleRow>`${selected} where id = ${id}`.execute(tx)
  const [row] = rows
  if (row === undefined) throw new Fault('not-found', { detail: `There is no role ${id}` })
  return roleFrom(row)
}

export async function readRole(
  database: Database<AccessSchema>,
  tenants: readonly string[],
  id: string,
): Promise<Role> {
  return database.inTenants(tenants, {}, (tx) => read(tx, id))
}

const columnsOf = ({ name, permission, scopes }: RoleInput) => ({ name, permission, scopes: scopes ?? null })

async function told<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (isUniqueViolation(error)) throw new Fault('conflict', { detail: `There is a role ${name}`, cause: error })
    if (isForeignKeyViolation(error)) throw new Fault('in-use', { detail: 'Users have this role', cause: error })
    throw error
  }
}

export async function insertRole(
  database: Database<AccessSchema>,
  writer: Person & { tenantId: string },
  role: RoleInput & { id: string },
): Promise<Role> {
  return told(role.name, () =>
    database.inTenants([writer.tenantId], { writer }, async (tx) => {
      await tx
        .insertInto('role')
        .values({ ...columnsOf(role), id: role.id, tenant_id: writer.tenantId } as never)
        .execute()
      return read(tx, role.id)
    }),
  )
}

async function lock(tx: Reader, id: string, ifRevision: number | undefined): Promise<void> {
  const present = await tx.selectFrom('role').select('revision').where('id', '=', id).forUpdate().executeTakeFirst()
  if (present === undefined) throw new Fault('not-found', { detail: `There is no role ${id}` })
  refuseStale('The role', Number(present.revision), ifRevision)
}

export async function updateRole(
  database: Database<AccessSchema>,
  writer: Person,
  scope: readonly string[],
  { id, role, ifRevision }: { id: string; role: RoleInput; ifRevision: number | undefined },
): Promise<Role> {
  return told(role.name, () =>
    database.inTenants(scope, { writer }, async (tx) => {
      await lock(tx, id, ifRevision)
      await tx.updateTable('role').set(columnsOf(role)).where('id', '=', id).execute()
      return read(tx, id)
    }),
  )
}

export async function removeRole(
  database: Database<AccessSchema>,
  writer: Person,
  scope: readonly string[],
  { id, ifRevision }: { id: string; ifRevision: number | undefined },
): Promise<void> {
  await told(id, () =>
    database.inTenants(scope, { writer }, async (tx) => {
      await lock(tx, id, ifRevision)
      await tx.deleteFrom('role').where('id', '=', id).execute()
    }),
  )
}
