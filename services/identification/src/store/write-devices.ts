import {
  type Database,
  isUniqueViolation,
  type OutboxMessage,
  type Person,
  sql,
  type TenantTransaction,
} from '@strowger/database'
import { type Device, type DeviceInput, Fault, refuseStale, rootTenantId } from '@strowger/schema'
import { firstBootMs } from '../first-boot.ts'
import { deviceFromRow, messagesOf } from './device-rows.ts'
import { policyFromRow, policyMessage } from './policies.ts'
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
      const owner = change.owner(present.tenant_id)
      const row = await tx
        .updateTable('device')
        .set({ tenant_id: owner, ...columnsFrom(change.input), ...movedIn(present, owner) } as never)
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
  ifRevision?: number | undefined,
): Promise<Device> {
  const tenants = [...new Set([...scope, rootTenantId])]
  return database.inTenants(tenants, { writer }, async (tx) => {
    const present = await lockedDevice(tx, tenants, id, ifRevision)
    if (present.tenant_id !== rootTenantId || writer.tenantId === rootTenantId) return deviceFromRow(present)
    const row = await tx
      .updateTable('device')
      .set({ tenant_id: writer.tenantId, ...movedIn(present, writer.tenantId) } as never)
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow()
    return told(tx, row, 'updated')
  })
}

/** Rows in one statement, messages in one insert: what a turn of the event loop bears while others wait for answers. */
const rowsAtOnce = 50
const messagesAtOnce = 100

/** Gives every device of one plugin another one, in one change set: all of them, or none. */
export async function assignPlugin(
  database: Database<DevicesSchema>,
  tenants: readonly string[],
  writer: Person,
  plugins: { old: string; new: string },
): Promise<{ devices: Device[]; changeSet: number | undefined }> {
  return database.inTenants(tenants, { writer }, async (tx) => {
    const ids = await tx
      .selectFrom('device')
      .select('id')
      .where('plugin', '=', plugins.old)
      .where('tenant_id', 'in', [...tenants])
      .orderBy('id')
      .forUpdate()
      .execute()
    const devices: Device[] = []
    const messages: OutboxMessage[] = []
    for (const slice of slicesOf(ids, rowsAtOnce)) {
      const { rows } = await sql<DeviceRow>`update device set plugin = ${plugins.new}
        where id = any(${slice.map(({ id }) => id)}::text[]) returning *`.execute(tx)
      for (const row of rows) {
        const device = deviceFromRow(row)
        devices.push(device)
        messages.push(...messagesOf(device, 'updated').map(inBytes))
      }
    }
    // All together at the end: from the first of them on nobody else can tell the house anything.
    for (const slice of slicesOf(messages, messagesAtOnce)) await tx.outbox.addMany(slice)
    return { devices, changeSet: tx.changeSet }
  })
}

function slicesOf<Item>(items: readonly Item[], size: number): Item[][] {
  const slices: Item[][] = []
  for (let from = 0; from < items.length; from += size) slices.push(items.slice(from, from + size))
  return slices
}

/** Made beforehand, as nobody else can add to the outbox while its lock is held. */
function inBytes(message: OutboxMessage): OutboxMessage {
  const { payload } = message
  return payload instanceof Uint8Array ? message : { ...message, payload: Buffer.from(JSON.stringify(payload)) }
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
      .set({ tenant_id: to, ...firstBoot(sql.ref('ip')) } as never)
      .where('tenant_id', '=', from)
      .returningAll()
      .execute()
    const devices = rows.map(deviceFromRow)
    await tx.outbox.addMany(devices.flatMap((device) => messagesOf(device, 'updated')))
    return devices
  })
}

/** Its keys are others in another tenant: it gets them by a first boot, from where it was last seen. */
function movedIn(present: DeviceRow, owner: string) {
  return present.tenant_id === owner ? {} : firstBoot(present.ip)
}

/** Columns of a first boot that begins now; without an address it begins with the request that may. */
function firstBoot(address: unknown) {
  return {
    first_boot_address: address,
    first_boot_until: sql`case when ${address}::text is not null then now() + interval '${sql.lit(firstBootMs / 1000)} seconds' end`,
  }
}

/** What an administrator does to how a device is let in. */
export type AdmissionChange =
  | { readonly kind: 'first-boot'; readonly address: string | undefined }
  | { readonly kind: 'revoke-key' }
  | { readonly kind: 'consent' }

export function changeAdmission(
  database: Database<DevicesSchema>,
  tenants: readonly string[],
  writer: Person,
  what: { id: string; change: AdmissionChange; ifRevision: number | undefined },
): Promise<Device> {
  const { id, change, ifRevision } = what
  return database.inTenants(tenants, { writer }, async (tx) => {
    const present = await lockedDevice(tx, tenants, id, ifRevision)
    const row = await tx
      .updateTable('device')
      .set(admissionColumns(present, change) as never)
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow()
    if (change.kind === 'revoke-key') await renewPolicy(tx, present.tenant_id)
    return told(tx, row, 'updated')
  })
}

/** Another revision of the same policy: ingress forgets what it was about to answer, also while rendering is away. */
async function renewPolicy(tx: TenantTransaction<DevicesSchema>, tenant: string): Promise<void> {
  const row = await tx
    .updateTable('policy')
    .set({ updated_at: sql`now()` })
    .where('tenant_id', '=', tenant)
    .returningAll()
    .executeTakeFirst()
  if (row) await tx.outbox.add(policyMessage(policyFromRow(row)))
}

function admissionColumns(present: DeviceRow, change: AdmissionChange) {
  switch (change.kind) {
    case 'first-boot':
      return firstBoot(change.address ?? present.ip)
    case 'consent':
      return { consent_at: sql`now()` }
    case 'revoke-key':
      // What a first boot that is still open would give away was just taken back.
      return {
        key_number: present.key_number + 1,
        first_boot_address: sql`coalesce(first_boot_address, ip, '0.0.0.0')`,
        first_boot_until: sql`least(first_boot_until, now())`,
      }
  }
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
  refuseStale('The device', Number(row.revision), ifRevision)
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
