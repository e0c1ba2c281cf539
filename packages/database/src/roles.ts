import { Fault } from '@strowger/schema'
import pg from 'pg'
import type { SchemaName } from './database.ts'
import { lookupRole, ownerRole } from './transaction.ts'

/** A schema, the service that owns it, and what that service may. */
export interface SchemaOwner {
  readonly schema: SchemaName
  /** Log-in role of the service: `strowger_<service>`. */
  readonly role: string
  readonly password: string
  /** Whether the service may look up across tenants what its migrations allow. Identification alone. */
  readonly lookup?: boolean
  /** Folder with the service's 0001_what.sql files. */
  readonly migrations?: string
}

const { escapeIdentifier, escapeLiteral } = pg

interface Needed {
  readonly sql: string
  /** Without the password, for a person to read. */
  readonly shown: string
}

/**
 * Makes roles and schemas that are missing and gives the log-in roles their passwords.
 * @throws Fault `forbidden` with the SQL to run, when something is missing and the role we log in as cannot create it.
 */
export async function ensureRoles(admin: pg.Client, owners: readonly SchemaOwner[]): Promise<void> {
  const { rows } = await admin.query<{ rolsuper: boolean; rolcreaterole: boolean; me: string }>(
    'select rolsuper, rolcreaterole, rolname as me from pg_roles where rolname = current_user',
  )
  const { rolsuper = false, rolcreaterole = false, me = '' } = rows[0] ?? {}
  const mayCreate = rolsuper || rolcreaterole
  const needed: Needed[] = []
  for (const owner of owners) needed.push(...(await neededFor(admin, owner, { mayCreate, isSuper: rolsuper, me })))
  if (needed.length === 0) return
  if (!mayCreate) {
    throw new Fault('forbidden', {
      detail: `The database role "${me}" cannot create roles. Have this run by one that can, then migrate again:\n\n${needed
        .map(({ shown }) => `  ${shown};`)
        .join('\n')}\n`,
    })
  }
  for (const { sql } of needed) await patiently(() => admin.query(sql))
}

async function neededFor(
  admin: pg.Client,
  { schema, role, password, lookup = false }: SchemaOwner,
  { mayCreate, isSuper, me }: { mayCreate: boolean; isSuper: boolean; me: string },
): Promise<Needed[]> {
  const owner = ownerRole(schema)
  const looker = lookupRole(schema)
  const needed: Needed[] = []
  const need = (sql: string, shown = sql) => needed.push({ sql, shown })
  const roles = await existing(admin, 'select rolname as name from pg_roles where rolname = any ($1)', [
    owner,
    looker,
    role,
  ])
  const schemas = await existing(admin, 'select nspname as name from pg_namespace where nspname = any ($1)', [schema])

  if (!roles.has(owner)) need(`create role ${escapeIdentifier(owner)} nologin`)
  if (lookup && !roles.has(looker)) need(`create role ${escapeIdentifier(looker)} nologin`)
  // NOINHERIT: what the lookup role may, the service may only after it said `set role`.
  const login = `login noinherit nosuperuser nocreatedb nocreaterole`
  if (!roles.has(role)) {
    const create = `create role ${escapeIdentifier(role)} ${login} password`
    need(`${create} ${escapeLiteral(password)}`, `${create} '<the password of ${role}>'`)
  } else if (mayCreate) {
    need(`alter role ${escapeIdentifier(role)} ${login} password ${escapeLiteral(password)}`)
  }
  if (lookup && !(await isMember(admin, role, looker))) {
    need(`grant ${escapeIdentifier(looker)} to ${escapeIdentifier(role)}`)
  }
  if (!isSuper && !(await isMember(admin, me, owner)))
    need(`grant ${escapeIdentifier(owner)} to ${escapeIdentifier(me)}`)
  if (!schemas.has(schema)) {
    need(`create schema ${escapeIdentifier(schema)} authorization ${escapeIdentifier(owner)}`)
  }
  return needed
}

async function existing(admin: pg.Client, query: string, names: readonly string[]): Promise<Set<string>> {
  const { rows } = await admin.query<{ name: string }>(query, [names])
  return new Set(rows.map(({ name }) => name))
}

async function isMember(admin: pg.Client, member: string, group: string): Promise<boolean> {
  const { rows } = await admin.query(
    `select from pg_auth_members join pg_roles m on m.oid = member join pg_roles g on g.oid = roleid
     where m.rolname = $1 and g.rolname = $2`,
    [member, group],
  )
  return rows.length > 0
}

/** Roles belong to the whole server: another database that is migrated at the same moment may be a step ahead. */
async function patiently(work: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await work()
      return
    } catch (error) {
      const { code, message = '' } = error as { code?: string; message?: string }
      if (code === '42710' || code === '23505' || code === '42P06') return
      if (!message.includes('concurrently updated') || attempt === 20) throw error
    }
  }
}
