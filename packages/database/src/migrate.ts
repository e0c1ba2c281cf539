import { Fault } from '@strowger/schema'
import pg from 'pg'
import { type ConnectionSettings, clientConfig } from './connection.ts'
import { faultFrom } from './faults.ts'
import type { Log } from './log.ts'
import { houseMigrations, type Migration, readMigrations } from './migration-files.ts'
import { ensureRoles, type SchemaOwner } from './roles.ts'
import { lookupRole, ownerRole } from './transaction.ts'

export interface MigrateOptions {
  /** A role that may create roles and schemas, or one for which a person has made them. */
  readonly admin: ConnectionSettings
  readonly owners: readonly SchemaOwner[]
  /** Folder of the migrations that every schema has; the one of this package when absent. */
  readonly house?: string
  readonly log: Log
}

/**
 * Brings a database to this version, in one step that may be repeated: roles, schemas, grants, then the house's and
 * the services' migrations, each in a transaction of its own, under a lock that lets one process do it.
 * @throws Fault `forbidden` with the SQL to run, when roles are missing that we cannot create; `conflict` when a
 * migration that was applied has been changed since, or the database is newer than this version.
 */
export async function migrate({ admin, owners, house: houseFolder, log }: MigrateOptions): Promise<void> {
  const client = new pg.Client(
    clientConfig(admin, { applicationName: 'strowger-migrate', statementTimeoutMs: 0, lockTimeoutMs: 60_000 }),
  )
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query(`select pg_advisory_lock(hashtextextended('strowger migrate', 0))`)
    await ensureRoles(client, owners)
    const house = await houseMigrations(houseFolder)
    for (const owner of owners) {
      await prepareSchema(client, owner)
      const service = owner.migrations === undefined ? [] : await readMigrations(owner.migrations)
      await applyMissing(client, owner, [...house, ...service], log)
    }
  } catch (error) {
    throw faultFrom(error)
  } finally {
    await client.end().catch(() => {})
  }
}

/** Makes a database when there is none of this name; `admin` connects to another one of the same server. */
export async function ensureDatabase(admin: ConnectionSettings, name: string): Promise<void> {
  const client = new pg.Client(clientConfig(admin, { applicationName: 'strowger-migrate' }))
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query('select from pg_database where datname = $1', [name])
    if (rows.length === 0) await client.query(`create database ${pg.escapeIdentifier(name)}`)
  } catch (error) {
    throw faultFrom(error)
  } finally {
    await client.end().catch(() => {})
  }
}

/** What the service may in its schema. Each migration only takes away from it. */
async function prepareSchema(client: pg.Client, { schema, role, lookup = false }: SchemaOwner): Promise<void> {
  const [inSchema, service, owner] = [schema, role, ownerRole(schema)].map(pg.escapeIdentifier)
  await asOwner(client, schema, async () => {
    await client.query(`grant usage on schema ${inSchema} to ${service}`)
    await client.query(`alter default privileges for role ${owner} in schema ${inSchema}
      grant select, insert, update, delete on tables to ${service}`)
    await client.query(`alter default privileges for role ${owner} in schema ${inSchema}
      grant usage, select on sequences to ${service}`)
    if (lookup) await client.query(`grant usage on schema ${inSchema} to ${pg.escapeIdentifier(lookupRole(schema))}`)
    await client.query(`create table if not exists migration (
      name text primary key, checksum text not null, breaking boolean not null,
      applied_at timestamptz not null default clock_timestamp())`)
    await client.query(`revoke insert, update, delete on migration from ${service}`)
  })
}

async function applyMissing(
  client: pg.Client,
  { schema, role, lookup = false }: SchemaOwner,
  migrations: readonly Migration[],
  log: Log,
): Promise<void> {
  const { rows } = await client.query<{ name: string; checksum: string; breaking: boolean }>(
    `select name, checksum, breaking from ${pg.escapeIdentifier(schema)}.migration`,
  )
  const applied = new Map(rows.map((row) => [row.name, row]))
  refuseForeign(schema, migrations, applied)
  for (const { name, sql, checksum, breaking } of migrations) {
    if (applied.has(name)) continue
    await asOwner(client, schema, async () => {
      await client.query(`select set_config('app.service_role', $1, true), set_config('app.lookup_role', $2, true)`, [
        role,
        lookup ? lookupRole(schema) : '',
      ])
      await client.query(sql).catch((error: Error & { position?: string }) => {
        const line =
          error.position === undefined ? '' : `, line ${sql.slice(0, Number(error.position)).split('\n').length}`
        throw new Error(`migration ${schema} ${name}${line}: ${error.message}`, { cause: error })
      })
      await client.query('insert into migration (name, checksum, breaking) values ($1, $2, $3)', [
        name,
        checksum,
        breaking,
      ])
    })
    log.info({ schema, migration: name }, 'migration applied')
  }
}

/** Whether what was applied is what we have. */
function refuseForeign(
  schema: string,
  migrations: readonly Migration[],
  applied: ReadonlyMap<string, { checksum: string; breaking: boolean }>,
): void {
  const known = new Map(migrations.map((migration) => [migration.name, migration]))
  for (const [name, { checksum, breaking }] of applied) {
    const ours = known.get(name)
    if (ours === undefined && breaking) {
      throw new Fault('conflict', {
        detail: `The database is newer than this version: ${schema} has the breaking migration ${name}`,
      })
    }
    if (ours !== undefined && ours.checksum !== checksum) {
      throw new Fault('conflict', {
        detail: `Migration ${name} of ${schema} was applied and has been changed since: restore it and write a new one`,
      })
    }
  }
  for (const group of [migrations.filter(isHouse), migrations.filter((migration) => !isHouse(migration))]) {
    const last = group.findLastIndex(({ name }) => applied.has(name))
    const late = group.slice(0, Math.max(last, 0)).find(({ name }) => !applied.has(name))
    if (late === undefined) continue
    throw new Fault('conflict', {
      detail: `Migration ${late.name} of ${schema} was not applied, but a later one was: give it the next free number`,
    })
  }
}

function isHouse({ name }: Migration): boolean {
  return name.startsWith('house/')
}

/** One transaction as the schema's owner, with names looked for in that schema. */
async function asOwner(client: pg.Client, schema: string, work: () => Promise<void>): Promise<void> {
  await client.query('begin')
  try {
    await client.query(`set local role ${pg.escapeIdentifier(ownerRole(schema))}`)
    await client.query(`set local search_path = ${pg.escapeIdentifier(schema)}, pg_temp`)
    await work()
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw error
  }
}
