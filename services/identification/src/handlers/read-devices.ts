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
import { type Batches, createBatches } from '@strowger/service'
import { deviceView, type RenderedDevices } from '../device-view.ts'
import type { PhoneRegistry } from '../phone-registry.ts'
import { lastFetchesOf } from '../store/fetches.ts'
import { type DeviceRecord, listDevices, readDevices } from '../store/list-devices.ts'
import type { DevicesSchema } from '../store/tables.ts'

/**
 * Phones do not wait until what they told is stored, but who looks for a device by it does, this long at most: a phone
 * that has just shown its mac would not be found by it, though it has its files already.
 */
const settleMs = 250

/** A device is found in the asking tenant and all tenants below it; a list shows those below only when asked to. */
export function answerDeviceQuestions(
  bus: Bus,
  parts: {
    database: Database<DevicesSchema>
    tenants: Tenants
    rendered: RenderedDevices
    registry: Pick<PhoneRegistry, 'settled'>
  },
): void {
  const { database, tenants, rendered, registry } = parts

  bus.reply(listDevicesRequest, async (input, { context }) => {
    const { order = 'ip', direction = 'asc', limit = 100, offset = 0, recurse = false, ...filter } = input
    const tenant = personFrom(context).tenantId
    const scope = recurse ? tenantsFrom(tenants, tenant) : [tenant]
    const mac = filter.mac === undefined ? {} : { mac: normalizedMac(filter.mac) ?? filter.mac }
    const options = { filter: { ...filter, ...mac }, order, direction, limit, offset, rootTenant: rootTenantId }
    await registry.settled(settleMs)
    const { rows, total } = await listDevices(database, scope, options)
    return { items: rows.map((row) => deviceView(row, rendered.get(row.id))), total }
  })

  /** What administrators of one tenant ask for at the same time is read at once: scripts ask for device after device. */
  const readers = new Map<string, Batches<string, { row: DeviceRecord | undefined }>>()

  function readerFor(tenant: string) {
    const known = readers.get(tenant)
    if (known) return known
    const reader = createBatches<string, { row: DeviceRecord | undefined }>({
      maxBatch: 256,
      // Who comes while one is being read does not wait for it: a reading takes long while much else is written.
      atOnce: 2,
      maxWaiting: 10_000,
      async perform(ids) {
        const rows = await readDevices(database, tenantsFrom(tenants, tenant), [...new Set(ids)])
        return ids.map((id) => ({ row: rows.get(id) }))
      },
      tooMany: () => new Fault('unavailable', { detail: 'Too many devices are asked for at once' }),
    })
    readers.set(tenant, reader)
    return reader
  }

  bus.reply(getDevice, async ({ id }, { context }) => {
    const { row } = await readerFor(personFrom(context).tenantId).add(id)
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
