import { type Database, sql } from '@strowger/database'
import { type Device, rootTenantId } from '@strowger/schema'
import type { Identity } from '../device-directory.ts'
import { firstBootEnd } from '../first-boot.ts'
import { deviceFromRow, messagesOf } from './device-rows.ts'
import type { DeviceRow, DevicesSchema } from './tables.ts'
import { autocreated } from './unproven-devices.ts'

export interface UnknownPhone {
  readonly id: string
  readonly identity: Identity
  readonly address: string
  /** Whose it becomes; absent: the root’s. */
  readonly tenant?: string | undefined
  /** Whether it is sure that the request came from there. Without that the security log is told later. */
  readonly isProved: boolean
}

/**
 * Makes devices of unknown phones, in one transaction for all of them. Where a device with the same identity exists
 * already, in whatever tenant, that one is answered. `created` says which. Results in the order of the phones.
 *
 * Its first boot begins: for ten minutes it may fetch its files from this address without a key of its own.
 *
 * The lock on each identity keeps two replicas from making two devices of a phone that only its address identifies;
 * mac, uuid and vendor with serial are unique besides.
 */
export async function createDevices(
  database: Database<DevicesSchema>,
  phones: readonly UnknownPhone[],
  at: string,
): Promise<{ device: Device; created: boolean }[]> {
  const owners = phones.map(({ tenant = rootTenantId }) => tenant)
  const inserted = await database.inTenants(
    [...new Set([rootTenantId, ...owners])],
    { writer: { kind: 'system' } },
    async (tx) => {
      const locks = [...new Set(phones.map(identityKey))].sort()
      await sql`select pg_advisory_xact_lock(hashtextextended(key, 7)) from unnest(${locks}::text[]) as key`.execute(tx)
      const column = (name: keyof Identity) => phones.map(({ identity }) => identity[name] ?? null)
      const { rows } = await sql<DeviceRow>`
      insert into device (id, tenant_id, mac, ip, sn, uuid, vendor, model, version, plugin, added,
        first_boot_address, first_boot_until)
      select id, tenant::uuid, mac, ip, sn, uuid, vendor, model, version, plugin, 'auto', ip, ${firstBootEnd(at)}::timestamptz from unnest(
        ${phones.map(({ id }) => id)}::text[], ${owners}::text[], ${column('mac')}::text[], ${phones.map(({ address }) => address)}::text[],
        ${column('sn')}::text[], ${column('uuid')}::text[], ${column('vendor')}::text[], ${column('model')}::text[],
        ${column('version')}::text[], ${column('plugin')}::text[]
      ) as phone (id, tenant, mac, ip, sn, uuid, vendor, model, version, plugin)
      where mac is not null or uuid is not null or sn is not null
        or not exists (select from device known where known.ip = phone.ip and known.mac is null)
      on conflict do nothing
      returning *`.execute(tx)
      const devices = rows.map(deviceFromRow)
      const unproven = new Set(phones.flatMap(({ id, isProved }) => (isProved ? [] : [id])))
      // Kept in the root's place, whoever it becomes: they are only to be told of.
      const later = devices.flatMap(({ id }) => (unproven.has(id) ? [{ device_id: id, tenant_id: rootTenantId }] : []))
      if (later.length > 0) await tx.insertInto('unproven_device').values(later).execute()
      await tx.outbox.addMany(
        devices.flatMap((device) => {
          const made = { address: device.ip ?? '', device: device.id, at }
          const told = unproven.has(device.id) ? [] : [autocreated(device.tenant, made)]
          return [...messagesOf(device, 'created'), ...told]
        }),
      )
      return devices
    },
  )

  const created = new Map(inserted.map((device) => [device.id, device]))
  const known = await findExisting(
    database,
    phones.filter(({ id }) => !created.has(id)),
  )
  return phones.map(({ id }) => {
    const device = created.get(id)
    if (device) return { device, created: true }
    const existing = known.get(id)
    if (existing) return { device: existing, created: false }
    throw new Error('a phone was neither made a device nor found to be one')
  })
}

function identityKey({ identity, address }: UnknownPhone): string {
  const { mac, uuid, vendor, sn } = identity
  if (mac !== undefined) return `mac ${mac}`
  if (uuid !== undefined) return `uuid ${uuid}`
  return sn === undefined ? `ip ${address}` : `sn ${vendor ?? ''} ${sn}`
}

/** The devices that stood in the way, wherever they are: first across tenants by identity, then each in its tenant. */
async function findExisting(
  database: Database<DevicesSchema>,
  phones: readonly UnknownPhone[],
): Promise<Map<string, Device>> {
  const found = new Map<string, Device>()
  if (phones.length === 0) return found
  const places = await database.lookup(async (tx) => {
    const column = (name: keyof Identity) => phones.map(({ identity }) => identity[name] ?? null)
    const { rows } = await sql<{ asked: string; id: string; tenant_id: string }>`
      select distinct on (phone.id) phone.id as asked, device.id, device.tenant_id from unnest(
        ${phones.map(({ id }) => id)}::text[], ${column('mac')}::text[], ${phones.map(({ address }) => address)}::text[],
        ${column('sn')}::text[], ${column('uuid')}::text[], ${column('vendor')}::text[]
      ) as phone (id, mac, ip, sn, uuid, vendor)
      join device on device.mac = phone.mac or device.uuid = phone.uuid
        or (device.vendor = phone.vendor and device.sn = phone.sn)
        or (phone.mac is null and phone.uuid is null and phone.sn is null and device.ip = phone.ip and device.mac is null)`.execute(
      tx,
    )
    return rows
  })
  const tenants = [...new Set(places.map((place) => place.tenant_id))]
  if (tenants.length === 0) return found
  const rows = await database.inTenants(tenants, {}, (tx) =>
    tx
      .selectFrom('device')
      .selectAll()
      .where(
        'id',
        'in',
        places.map((place) => place.id),
      )
      .execute(),
  )
  const byId = new Map(rows.map((row) => [row.id, deviceFromRow(row)]))
  for (const place of places) {
    const device = byId.get(place.id)
    if (device) found.set(place.asked, device)
  }
  return found
}
