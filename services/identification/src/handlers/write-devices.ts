import { isIP } from 'node:net'
import type { Bus } from '@strowger/bus'
import { type Database, personFrom } from '@strowger/database'
import {
  assignPlugin,
  claimDevice,
  createDevice,
  type Device,
  type DeviceInput,
  type DeviceView,
  deleteDevice,
  Fault,
  type FieldProblem,
  lineAssociations,
  normalizedMac,
  rootTenantId,
  type Tenants,
  tenantsFrom,
  updateDevice,
} from '@strowger/schema'
import { newId } from '@strowger/service'
import { deviceView, type RenderedDevices } from '../device-view.ts'
import { readDevice } from '../store/list-devices.ts'
import type { DevicesSchema } from '../store/tables.ts'
import {
  assignPlugin as assignStored,
  claimDevice as claimStored,
  insertDevice,
  removeDevice,
  replaceDevice,
} from '../store/write-devices.ts'

export function answerDeviceChanges(
  bus: Bus,
  parts: {
    database: Database<DevicesSchema>
    tenants: Tenants
    rendered: RenderedDevices
    plugins: { has(id: string): boolean }
    lines: { values(): Iterable<{ id: number; device: string | undefined }> }
    idOfMac: (mac: string) => string | undefined
    applyLocal: (id: string, device: Device | undefined) => void
  },
): void {
  const { database, tenants, rendered, plugins, lines, idOfMac, applyLocal } = parts

  async function shown(device: Device): Promise<DeviceView> {
    applyLocal(device.id, device)
    const row = await readDevice(database, [device.tenant], device.id)
    if (row === undefined) throw new Fault('not-found', { detail: 'The device was removed meanwhile' })
    return deviceView(row, rendered.get(device.id))
  }

  bus.reply(createDevice, async ({ device }, { context }) => {
    const writer = personFrom(context)
    const input = checkedInput(device, plugins)
    return shown(await insertDevice(database, writer.tenantId, writer, input.id ?? newId(), input))
  })

  bus.reply(updateDevice, async ({ id, device, ifRevision }, { context }) => {
    const writer = personFrom(context)
    const input = checkedInput(device, plugins)
    // A phone that nobody has claimed is in the root tenant: any tenant may claim it by writing it.
    const scope = [...new Set([...tenantsFrom(tenants, writer.tenantId), rootTenantId])]
    const owner = (present: string) => (present === rootTenantId ? writer.tenantId : present)
    return shown(await replaceDevice(database, scope, writer, { id, owner, input, ifRevision }))
  })

  bus.reply(claimDevice, async ({ id, ifRevision }, { context }) => {
    const writer = personFrom(context)
    const mac = normalizedMac(id)
    const named = mac === undefined ? id : idOfMac(mac)
    if (named === undefined) throw new Fault('not-found', { detail: `There is no device ${id}` })
    return shown(await claimStored(database, tenantsFrom(tenants, writer.tenantId), writer, named, ifRevision))
  })

  bus.reply(assignPlugin, async ({ old, new: wanted, recurse }, { context }) => {
    const writer = personFrom(context)
    if (!plugins.has(wanted)) throw new Fault('not-found', { detail: `There is no plugin ${wanted}` })
    const scope = recurse ? tenantsFrom(tenants, writer.tenantId) : [writer.tenantId]
    const { devices, changeSet } = await assignStored(database, scope, writer, { old, new: wanted })
    for (const [index, device] of devices.entries()) {
      if (index % 50 === 49) await new Promise((resolve) => setImmediate(resolve))
      applyLocal(device.id, device)
    }
    return { changed: devices.length, ...(devices.length === 0 || changeSet === undefined ? {} : { changeSet }) }
  })

  bus.reply(deleteDevice, async ({ id, ifRevision, lines: what }, { context }) => {
    const writer = personFrom(context)
    const scope = tenantsFrom(tenants, writer.tenantId)
    // Of another tenant there is nothing, hence no lines either.
    if ((await readDevice(database, scope, id)) === undefined)
      throw new Fault('not-found', { detail: `There is no device ${id}` })
    const held = [...lines.values()].flatMap((line) => (line.device === id ? [line.id] : []))
    if (held.length > 0 && what === undefined) {
      const detail = `The device has the ${held.length === 1 ? 'line' : 'lines'} ${held.join(', ')}: take them from it first, or say lines=dissociate`
      throw new Fault('in-use', { detail })
    }
    for (const line of held) await bus.request(lineAssociations.deleteDevice, { id: line, device_id: id }, context)
    await removeDevice(database, tenantsFrom(tenants, writer.tenantId), writer, id, ifRevision)
    applyLocal(id, undefined)
    return {}
  })
}

/** The input with its mac and address in their one form. All faults at once. */
function checkedInput(input: DeviceInput, plugins: { has(id: string): boolean }): DeviceInput {
  const fields: FieldProblem[] = []
  const checked: DeviceInput = { ...input }
  if (input.mac !== undefined) {
    const mac = normalizedMac(input.mac)
    if (mac === undefined) fields.push({ field: '/device/mac', problem: 'is not a MAC address: 12 hexadecimal digits' })
    else checked.mac = mac
  }
  if (input.ip !== undefined && isIP(input.ip) === 0) {
    fields.push({ field: '/device/ip', problem: 'is not an IPv4 or IPv6 address' })
  }
  // As scripts for Wazo call them.
  if (input.plugin !== undefined) checked.plugin = input.plugin.replace(/^wazo-/, '')
  if (checked.plugin !== undefined && !plugins.has(checked.plugin)) {
    fields.push({
      field: '/device/plugin',
      problem: `there is no plugin ${checked.plugin}; \`strowger plugins list\` shows them`,
    })
  }
  // Shown of a device that has none of its own; written back it must not become one chosen by hand.
  if (input.config?.startsWith('autoprov') && input.config !== 'autoprov') delete checked.config
  if (input.uuid !== undefined) checked.uuid = input.uuid.toLowerCase()
  if (fields.length > 0) throw new Fault('invalid-input', { detail: 'The device cannot be stored', fields })
  return checked
}
