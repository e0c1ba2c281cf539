import { type Database, sql } from '@strowger/database'
import { type Device, deviceMoved } from '@strowger/schema'
import type { ObservedChange } from '../observed-changes.ts'
import { deviceFromRow, messagesOf } from './device-rows.ts'
import type { DeviceRow, DevicesSchema } from './tables.ts'

export interface Observation {
  readonly id: string
  readonly tenant: string
  readonly change: ObservedChange
  /** It asked from another address than before. */
  readonly moved?: { readonly from: string; readonly to: string; readonly proof: Proof; readonly at: string }
}

/** By what a phone was recognised. */
export type Proof = (typeof deviceMoved)['example']['proof']

/** Stores what requests told of known devices, in one transaction; answers the devices as they are now. */
export async function observeDevices(
  database: Database<DevicesSchema>,
  observations: readonly Observation[],
): Promise<Device[]> {
  const tenants = [...new Set(observations.map(({ tenant }) => tenant))]
  return database.inTenants(tenants, { writer: { kind: 'system' } }, async (tx) => {
    const told = JSON.stringify(
      observations.map(({ id, change: { firstBoot, ...change } }) => ({
        id,
        moves: 'ip' in change,
        boot_address: firstBoot?.address,
        boot_until: firstBoot?.until,
        ...change,
      })),
    )
    // Only what is missing is filled in, whatever has been written since; a mac another device has got is left out.
    const { rows } = await sql<DeviceRow>`
      update device set
        ip = case when told.moves then told.ip else device.ip end,
        version = coalesce(told.version, device.version),
        mac = coalesce(device.mac, case when not exists (select from device other where other.mac = told.mac) then told.mac end),
        sn = coalesce(device.sn, told.sn),
        uuid = coalesce(device.uuid, told.uuid),
        vendor = coalesce(device.vendor, told.vendor),
        model = coalesce(device.model, told.model),
        plugin = case when device.plugin is null or device.plugin = told."replacedPlugin"
          then coalesce(told.plugin, device.plugin) else device.plugin end,
        first_boot_address = case when device.first_boot_until is null and told.boot_until is not null
          then told.boot_address else device.first_boot_address end,
        first_boot_until = coalesce(device.first_boot_until, told.boot_until)
      from jsonb_to_recordset(${told}::jsonb) as told (id text, moves boolean, ip text, version text, mac text, sn text,
        uuid text, vendor text, model text, plugin text, "replacedPlugin" text, boot_address text, boot_until timestamptz)
      where device.id = told.id
      returning device.*`.execute(tx)
    const devices = rows.map(deviceFromRow)
    const moves = new Map(observations.map(({ id, moved }) => [id, moved]))
    await tx.outbox.addMany(
      devices.flatMap((device) => {
        const moved = moves.get(device.id)
        const updated = messagesOf(device, 'updated')
        if (moved === undefined) return updated
        const subject = `${deviceMoved.subject}.${device.tenant}`
        return [...updated, { subject, payload: { device: device.id, ...moved } }]
      }),
    )
    return devices
  })
}
