import { isDeepStrictEqual } from 'node:util'
import { bucketSubject } from '@strowger/bus'
import {
  type Database,
  isUniqueViolation,
  type OutboxMessage,
  sql,
  type TenantTransaction,
  type Writer,
} from '@strowger/database'
import { type Config, configChanged, configsBucket, Fault } from '@strowger/schema'
import { configKey } from '../config-tree.ts'
import type { ConfigRow, ProvisioningSchema } from './tables.ts'

export function configFromRow(row: ConfigRow): Config {
  return {
    id: row.id,
    tenant: row.tenant_id,
    revision: Number(row.revision),
    parents: row.parents,
    raw: row.raw,
    deletable: row.deletable,
    ...(row.role === null ? {} : { role: row.role }),
    ...(row.label === null ? {} : { label: row.label }),
    ...(row.transient ? { transient: true } : {}),
  }
}

/** The read model first, then the event by which files are rendered again. */
export function messagesOfConfig(config: Config, deleted: boolean): OutboxMessage[] {
  const { tenant, id, revision } = config
  const subject = bucketSubject(configsBucket, configKey(tenant, id))
  return [
    deleted
      ? { subject, payload: new Uint8Array(0), headers: { 'KV-Operation': 'DEL' } }
      : { subject, payload: config },
    { subject: `${configChanged.subject}.${tenant}`, payload: { id, revision, deleted } },
  ]
}

export interface ConfigWrite {
  readonly tenant: string
  readonly id: string
  /** What the config becomes, of what it is (none: it is new). Runs while the row is locked. */
  readonly change: (present: Config | undefined) => Omit<Config, 'tenant' | 'id' | 'revision'>
  readonly ifRevision?: number | undefined
  /** One that is there is not changed: Fault `conflict`. */
  readonly mustBeNew?: boolean
}

export function writeConfig(
  database: Database<ProvisioningSchema>,
  writer: Writer,
  write: ConfigWrite,
): Promise<Config> {
  // Once more it is changed, which `mustBeNew` refuses.
  return againBesideTwin(() => database.inTenants([write.tenant], { writer }, (tx) => writeConfigIn(tx, write)))
}

/** Does a transaction that adds a config once more, when somebody else has just added it. */
export async function againBesideTwin<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    return work()
  }
}

/** As a part of a transaction. */
export async function writeConfigIn(tx: TenantTransaction<ProvisioningSchema>, write: ConfigWrite): Promise<Config> {
  const { tenant, id, change, ifRevision, mustBeNew = false } = write
  const present = await lockedConfig(tx, tenant, id)
  if (present && mustBeNew) throw new Fault('conflict', { detail: `There is a config ${id} already` })
  checkRevision(present, ifRevision)
  const changed = change(present)
  // What is the same is not written: no revision, no event, no change set.
  if (present && isSame(present, changed)) return present
  const { parents, raw, role, label, deletable, transient } = changed
  const columns = {
    parents,
    raw: JSON.stringify(raw),
    role: role ?? null,
    label: label ?? null,
    deletable,
    transient: transient ?? false,
  }
  const row = present
    ? await tx
        .updateTable('config')
        .set(columns as never)
        .where('tenant_id', '=', tenant)
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirstOrThrow()
    : await tx
        .insertInto('config')
        .values({ tenant_id: tenant, id, ...columns } as never)
        .returningAll()
        .executeTakeFirstOrThrow()
  const config = configFromRow(row)
  await tx.outbox.addMany(messagesOfConfig(config, false))
  return config
}

export async function removeConfig(
  database: Database<ProvisioningSchema>,
  writer: Writer,
  removal: { tenant: string; id: string; ifRevision: number | undefined },
): Promise<void> {
  const { tenant, id, ifRevision } = removal
  await database.inTenants([tenant], { writer }, async (tx) => {
    const isGone = await removeConfigIn(tx, tenant, id, (present) => checkRevision(present, ifRevision))
    if (!isGone) throw new Fault('not-found', { detail: `There is no config ${id}` })
  })
}

/** As a part of a transaction; false when there is none. */
export async function removeConfigIn(
  tx: TenantTransaction<ProvisioningSchema>,
  tenant: string,
  id: string,
  check: (present: Config) => void = () => {},
): Promise<boolean> {
  const present = await lockedConfig(tx, tenant, id)
  if (present === undefined) return false
  check(present)
  await tx.deleteFrom('config').where('tenant_id', '=', tenant).where('id', '=', id).execute()
  await tx.outbox.addMany(messagesOfConfig(present, true))
  return true
}

/** A device's own config goes with it to another tenant. `reseal` makes its secrets those of the new place. */
export async function moveConfig(
  database: Database<ProvisioningSchema>,
  move: { id: string; from: string; to: string; reseal: (raw: Config['raw']) => Config['raw'] },
): Promise<Config | undefined> {
  const { id, from, to, reseal } = move
  return database.inTenants([from, to], { writer: { kind: 'system' } }, async (tx) => {
    const present = await lockedConfig(tx, from, id)
    if (present === undefined || (await lockedConfig(tx, to, id)) !== undefined) return undefined
    const row = await tx
      .updateTable('config')
      .set({ tenant_id: to, raw: JSON.stringify(reseal(present.raw)) } as never)
      .where('tenant_id', '=', from)
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow()
    const moved = configFromRow(row)
    await tx.outbox.addMany([...messagesOfConfig(moved, false), ...messagesOfConfig(present, true)])
    return moved
  })
}

/** All configs of a tenant that is gone. */
export async function removeConfigsOf(database: Database<ProvisioningSchema>, tenant: string): Promise<Config[]> {
  return database.inTenants([tenant], { writer: { kind: 'system' } }, async (tx) => {
    const rows = await tx.deleteFrom('config').where('tenant_id', '=', tenant).returningAll().execute()
    const configs = rows.map(configFromRow)
    await tx.outbox.addMany(configs.flatMap((config) => messagesOfConfig(config, true)))
    return configs
  })
}

/** Adds those that the tenant does not have yet; answers the added ones. */
export async function addMissingConfigs(
  database: Database<ProvisioningSchema>,
  tenant: string,
  wanted: readonly Omit<Config, 'revision' | 'tenant'>[],
): Promise<Config[]> {
  return database.inTenants([tenant], { writer: { kind: 'system' } }, async (tx) => {
    const rows = await tx
      .insertInto('config')
      .values(
        wanted.map(({ id, parents, raw, role, label, deletable }) => ({
          tenant_id: tenant,
          id,
          parents,
          raw: JSON.stringify(raw),
          role: role ?? null,
          label: label ?? null,
          deletable,
        })) as never,
      )
      .onConflict((conflict) => conflict.doNothing())
      .returningAll()
      .execute()
    const configs = rows.map(configFromRow)
    await tx.outbox.addMany(configs.flatMap((config) => messagesOfConfig(config, false)))
    return configs
  })
}

async function lockedConfig(
  tx: TenantTransaction<ProvisioningSchema>,
  tenant: string,
  id: string,
): Promise<Config | undefined> {
  const row = await tx
    .selectFrom('config')
    .selectAll()
    .where('tenant_id', '=', tenant)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  return row === undefined ? undefined : configFromRow(row)
}

type Contents = Omit<Config, 'tenant' | 'id' | 'revision'>

function isSame(one: Contents, other: Contents): boolean {
  const contents = ({ parents, raw, role, label, deletable, transient = false }: Contents) => [
    parents,
    raw,
    role ?? null,
    label ?? null,
    deletable,
    transient,
  ]
  return isDeepStrictEqual(contents(one), contents(other))
}

/**
 * Configs that name this one as a parent, as they are in the tables: what a read model holds may be a moment old.
 * @param tenants those that could mean it
 */
export async function configsWithParent(
  database: Database<ProvisioningSchema>,
  tenants: readonly string[],
  parent: string,
): Promise<Config[]> {
  const rows = await database.inTenants(tenants, {}, (tx) =>
    tx.selectFrom('config').selectAll().where(sql<boolean>`parents @> array[${parent}]::text[]`).execute(),
  )
  return rows.map(configFromRow)
}

function checkRevision(present: Config | undefined, ifRevision: number | undefined): void {
  if (ifRevision === undefined || present?.revision === ifRevision) return
  throw new Fault('stale-revision', {
    detail: `The config is at revision ${present?.revision ?? 0}, not ${ifRevision}`,
  })
}
