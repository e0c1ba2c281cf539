import type { Bus } from '@strowger/bus'
import { type Database, personFrom } from '@strowger/database'
import {
  Fault,
  getDevice,
  lastFetches,
  listDevices as listDevicesRequest,
  normalizedMac,
  rootTenantId,
  type Tenants,
  tenantsFrom,
} from '@strowger/schema'
import { deviceView, type RenderedDevices } from '../device-view.ts'
import { lastFetchesOf } from '../store/fetches.ts'
import { listDevices, readDevice } from '../store/list-devices.ts'
import type { DevicesSchema } from '../store/tables.ts'

/** A device is found in the asking tenant and all tenants below it; a list shows those below only when asked to. */
export function answerDeviceQuestions(
  bus: Bus,
  parts: { database: Database<DevicesSchema>; tenants: Tenants; rendered: RenderedDevices },
): void {
  const { database, tenants, rendered } = parts

  bus.reply(listDevicesRequest, async (input, { context }) => {
    const { order = 'ip', direction = 'asc', limit = 100, offset = 0, recurse = false, ...filter } = input
    const tenant = personFrom(context).tenantId
    const scope = recurse ? tenantsFrom(tenants, tenant) : [tenant]
    const mac = filter.mac === undefined ? {} : { mac: normalizedMac(filter.mac) ?? filter.mac }
    const options = { filter: { ...filter, ...mac }, order, direction, limit, offset, rootTenant: rootTenantId }
    const { rows, total } = await listDevices(database, scope, options)
    return { items: rows.map((row) => deviceView(row, rendered.get(row.id))), total }
  })

  bus.reply(getDevice, async ({ id }, { context }) => {
    const row = await readDevice(database, tenantsFrom(tenants, personFrom(context).tenantId), id)
    if (row === undefined) throw new Fault('not-found', { detail: `There is no device ${id}` })
    return deviceView(row, rendered.get(id))
  })

  bus.reply(lastFetches, async ({ ids }, { context }) => {
    const scope = tenantsFrom(tenants, personFrom(context).tenantId)
    const found = await lastFetchesOf(database, scope, ids)
    const fetches = found.map(({ device_id: device, revision, digest, file, at }) => ({
      device,
      revision: Number(revision),
      file,
      at: new Date(at).toISOString(),
      ...(digest === null ? {} : { digest }),
    }))
    return { fetches }
  })
}
