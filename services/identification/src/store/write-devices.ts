import { type Database, isUniqueViolation, type Person, type TenantTransaction } from '@strowger/database'
import { type Device, type DeviceInput, Fault, rootTenantId } from '@strowger/schema'
import { deviceFromRow, messagesOf } from './device-rows.ts'
import type { DeviceRow, DevicesSchema } from './tables.ts'

/** What an administrator writes: a field that is absent is emptied. */
function columnsFrom(input: DeviceInput) {
  const { mac, ip, sn, uuid, vendor, model, version, plugin, config, description, options } = input
  return {
    mac: mac ?? null,
    ip: ip ?? null,
    sn: sn ?? null,
    uuid: uuid ?? null,
    vendor: vendor ?? null,
    model: model ?? null,
    version: version ?? null,
    plugin: plugin ?? null,
    config: config ?? null,
    description: description ?? null,
    options: options === undefined ? null : JSON.stringify(options),
  }
}

export function insertDevice(
  database: Database<DevicesSchema>,
  tenant: string,
  writer: Person,
  id: string,
  input: DeviceInput,
): Promise<Device> {
  return refusingTwins(() =>
    database.inTenants([tenant], { writer }, async (tx) => {
      const row = await tx
        .insertInto('device')
        .values({ id, tenant_id: tenant, added: 'api', ...columnsFrom(input) } as never)
        .returningAll()
        .executeTakeFirstOrThrow()
      return told(tx, row, 'created')
    }),
  )
}

/** `tenants`: where it may be found. `owner`: whose it is afterwards. */
export function replaceDevice(
  database: Database<DevicesSchema>,
  tenants: readonly string[],
  writer: Person,
  change: { id: string; owner: (present: string) => string; input: DeviceInput; ifRevision: number | undefined },
): Promise<Device> {
  return refusingTwins(() =>
    database.inTenants(tenants, { writer }, async (tx) => {
      const present = await lockedDevice(tx, tenants, change.id, change.ifRevision)
      const row = await tx
        .updateTable('device')
        .set({ tenant_id: change.owner(present.tenant_id), ...columnsFrom(change.input) } as never)
        .where('id', '=', change.id)
        .returningAll()
        .executeTakeFirstOrThrow()
      return told(tx, row, 'updated')
    }),
  )
}

/** Only the owner changes: from the root tenant to this one. What is in `scope` already stays where it is. */
export function claimDevice(
  database: Database<DevicesSchema>,
  scope: readonly string[],
  writer: Person & { tenantId: string },
  id: string,
): Promise<Device> {
  const tenants = [...new Set([...scope, rootTenantId])]
  return database.inTenants(tenants, { writer }, async (tx) => {
    const present = await lockedDevice(tx, tenants, id, undefined)
    if (present.tenant_id !== rootTenantId || writer.tenantId === rootTenantId) return deviceFromRow(present)
    const row = await tx
      .updateTable('device')
      .set({ tenant_id: writer.tenantId })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow()
    return told(tx, row, 'updated')
  })
}

export function removeDevice(
  database: Database<DevicesSchema>,
  tenants: readonly string[],
  writer: Person,
  id: string,
  ifRevision: number | undefined,
): Promise<Device> {
  return database.inTenants(tenants, { writer }, async (tx) => {
    const present = await lockedDevice(tx, tenants, id, ifRevision)
    await tx.deleteFrom('device').where('id', '=', id).execute()
    return told(tx, present, 'deleted')
  })
}

/** Returns the devices of a removed tenant to the root tenant. Not a person's doing: the tenant's removal was. */
export async function moveDevices(database: Database<DevicesSchema>, from: string, to: string): Promise<Device[]> {
  return database.inTenants([from, to], { writer: { kind: 'system' } }, async (tx) => {
    const rows = await tx
      .updateTable('device')
      .set({ tenant_id: to })
      .where('tenant_id', '=', from)
      .returningAll()
      .execute()
    const devices = rows.map(deviceFromRow)
    await tx.outbox.addMany(devices.flatMap((device) => messagesOf(device, 'updated')))
    return devices
  })
}

async function lockedDevice(
  tx: TenantTransaction<DevicesSchema>,
  tenants: readonly string[],
  id: string,
  ifRevision: number | undefined,
): Promise<DeviceRow> {
  const row = await tx
    .selectFrom('device')
    .selectAll()
    .where('id', '=', id)
    .where('tenant_id', 'in', [...tenants])
    .forUpdate()
    .executeTakeFirst()
  if (row === undefined) throw new Fault('not-found', { detail: `There is no device ${id}` })
  if (ifRevision !== undefined && Number(row.revision) !== ifRevision) {
    throw new Fault('stale-revision', { detail: `The device is at revision ${row.revision}, not ${ifRevision}` })
  }
  return row
}

async function told(
  tx: TenantTransaction<DevicesSchema>,
  row: DeviceRow,
  what: 'created' | 'updated' | 'deleted',
): Promise<Device> {
  const device = deviceFromRow(row)
  await tx.outbox.addMany(messagesOf(device, what))
  return device
}

async function refusingTwins<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (isUniqueViolation(error)) {
      throw new Fault('conflict', { detail: 'Another device has this id, mac, uuid or serial number', cause: error })
    }
    throw error
  }
}
