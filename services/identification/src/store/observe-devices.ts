import { type Database, sql } from '@strowger/database'
import type { Device } from '@strowger/schema'
import type { ObservedChange } from '../observed-changes.ts'
import { deviceFromRow, messagesOf } from './device-rows.ts'
import type { DeviceRow, DevicesSchema } from './tables.ts'

export interface Observation {
  readonly id: string
  readonly tenant: string
  readonly change: ObservedChange
}

/** Stores what requests told of known devices, in one transaction; answers the devices as they are now. */
export async function observeDevices(
  database: Database<DevicesSchema>,
  observations: readonly Observation[],
): Promise<Device[]> {
  const tenants = [...new Set(observations.map(({ tenant }) => tenant))]
  return database.inTenants(tenants, { writer: { kind: 'system' } }, async (tx) => {
    const told = JSON.stringify(observations.map(({ id, change }) => ({ id, moves: 'ip' in change, ...change })))
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
          then coalesce(told.plugin, device.plugin) else device.plugin end
      from jsonb_to_recordset(${told}::jsonb) as told (id text, moves boolean, ip text, version text, mac text, sn text,
        uuid text, vendor text, model text, plugin text, "replacedPlugin" text)
      where device.id = told.id
      returning device.*`.execute(tx)
    const devices = rows.map(deviceFromRow)
    await tx.outbox.addMany(devices.flatMap((device) => messagesOf(device, 'updated')))
    return devices
  })
}
