import type { Bus, Reader } from '@strowger/bus'
import type { Database } from '@strowger/database'
import { type Device, fileFetched, rootTenantId, tenantDeleted } from '@strowger/schema'
import type { PhoneRegistry } from '../phone-registry.ts'
import { recordFetches } from '../store/fetches.ts'
import type { DevicesSchema } from '../store/tables.ts'
import { moveDevices } from '../store/write-devices.ts'

/** Phones took files: the newest fetch of each is kept, for administrators to see. */
export function recordWhatPhonesFetch(bus: Bus, database: Database<DevicesSchema>, registry: PhoneRegistry): Reader {
  return bus.events.consume(
    [fileFetched],
    { durable: 'identification-fetches', concurrency: 4 },
    async ({ tenant, payload }) => {
      await recordFetches(database, tenant, payload.facts)
      registry.noteFetched(payload.facts.filter(({ confirms }) => confirms).map(({ device }) => device))
    },
  )
}

/** A tenant is gone: its devices are nobody's again. */
export function adoptDevicesOfDeletedTenants(
  bus: Bus,
  database: Database<DevicesSchema>,
  applyLocal: (id: string, device: Device) => void,
): Reader {
  return bus.events.consume(
    [tenantDeleted],
    { durable: 'identification-tenants', concurrency: 1 },
    async ({ payload }) => {
      for (const device of await moveDevices(database, payload.tenant.id, rootTenantId)) applyLocal(device.id, device)
    },
  )
}
