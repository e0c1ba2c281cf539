import { isIP } from 'node:net'
import type { Bus } from '@strowger/bus'
import { type Database, personFrom } from '@strowger/database'
import {
  consentDevice,
  type Device,
  Fault,
  getDeviceKey,
  openFirstBoot,
  revokeDeviceKey,
  type Tenants,
  tenantsFrom,
} from '@strowger/schema'
import { deviceUsername, type TenantKeys } from '@strowger/service'
import { deviceView, type RenderedDevices } from '../device-view.ts'
import { readDevice } from '../store/list-devices.ts'
import type { DevicesSchema } from '../store/tables.ts'
import { type AdmissionChange, changeAdmission } from '../store/write-devices.ts'

/** What an administrator decides about one device: consent, another first boot, another key. */
export function answerDeviceAdmission(
  bus: Bus,
  parts: {
    database: Database<DevicesSchema>
    tenants: Tenants
    rendered: RenderedDevices
    keysOf: (tenant: string) => TenantKeys | undefined
    applyLocal: (id: string, device: Device | undefined) => void
  },
): void {
  const { database, tenants, rendered, keysOf, applyLocal } = parts

  async function change(
    { id, ifRevision }: { id: string; ifRevision?: number },
    change: AdmissionChange,
    context: Parameters<typeof personFrom>[0],
  ) {
    const writer = personFrom(context)
    const scope = tenantsFrom(tenants, writer.tenantId)
    const device = await changeAdmission(database, scope, writer, { id, change, ifRevision })
    applyLocal(id, device)
    const row = await readDevice(database, [device.tenant], id)
    if (row === undefined) throw new Fault('not-found', { detail: 'The device was removed meanwhile' })
    return deviceView(row, rendered.get(id))
  }

  bus.reply(consentDevice, async (input, { context }) => change(input, { kind: 'consent' }, context))

  bus.reply(revokeDeviceKey, async (input, { context }) => change(input, { kind: 'revoke-key' }, context))

  bus.reply(openFirstBoot, async (input, { context }) => {
    const { address } = input
    if (address !== undefined && isIP(address) === 0) {
      const fields = [{ field: '/address', problem: 'is not an IPv4 or IPv6 address' }]
      throw new Fault('invalid-input', { fields })
    }
    return change(input, { kind: 'first-boot', address }, context)
  })

  bus.reply(getDeviceKey, async ({ id }, { context }) => {
    const row = await readDevice(database, tenantsFrom(tenants, personFrom(context).tenantId), id)
    if (row === undefined) throw new Fault('not-found', { detail: `There is no device ${id}` })
    const keys = keysOf(row.tenant_id)
    if (keys === undefined) {
      throw new Fault('not-found', { detail: 'The tenant of this device uses no keys: see its policy' })
    }
    const username = deviceUsername({ id, ...(row.mac === null ? {} : { mac: row.mac }) })
    return {
      key: keys.deviceKey(id, row.key_number),
      username,
      password: keys.password(id, row.key_number),
    }
  })
}
