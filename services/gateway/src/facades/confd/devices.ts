import {
  createDevice,
  type DeviceInput,
  type DeviceView,
  deleteConfig,
  deleteDevice,
  Fault,
  getConfig,
  getDevice,
  lineAssociations,
  listDevices,
  patchConfig,
  synchronize,
  updateDevice,
} from '@strowger/schema'
import { everything } from '../every-page.ts'
import type { Asked, FacadeAnswer, FacadeRoute } from '../facade.ts'
import { changeFromBody, itemFromDevice } from './device-item.ts'
import { devicePage } from './device-list.ts'

export const deviceRoutes: readonly FacadeRoute[] = [
  { method: 'GET', path: '/devices', permission: 'read', answer: list },
  { method: 'POST', path: '/devices', permission: 'write', answer: create },
  { method: 'GET', path: '/devices/:id', permission: 'read', answer: get },
  { method: 'PUT', path: '/devices/:id', permission: 'write', answer: update },
  { method: 'DELETE', path: '/devices/:id', permission: 'write', answer: remove },
  { method: 'GET', path: '/devices/:id/autoprov', permission: 'write', answer: autoprov },
  { method: 'GET', path: '/devices/:id/synchronize', permission: 'write', answer: synchronizeDevice },
]

type Call = Pick<Asked, 'call'>

async function list(asked: Asked): Promise<FacadeAnswer> {
  const { query, call } = asked
  const recurse = /^true$/i.test(query['recurse'] ?? '')
  const devices = await everything((limit, offset) => call(listDevices, { recurse, limit, offset }))
  const page = devicePage(
    devices.map((device) => ({ ...itemFromDevice(device, undefined), config: device.config, device })),
    query,
  )
  // Only what is shown needs its template.
  const items = await Promise.all(
    page.items.map(async (item) => {
      const device = item['device'] as DeviceView
      return device.config === device.id ? shown(asked, device) : itemFromDevice(device, undefined)
    }),
  )
  return { status: 200, body: { total: page.total, items } }
}

/** A device as it is answered. Its own config may be there a moment before the device says so. */
async function shown({ call }: Call, device: DeviceView): Promise<Record<string, unknown>> {
  return itemFromDevice(device, await found(call(getConfig, { id: device.id })))
}

/** Undefined for what is not there. */
async function found<Value>(answer: Promise<Value>): Promise<Value | undefined> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof Fault && error.code === 'not-found') return undefined
    throw error
  }
}

async function create(asked: Asked): Promise<FacadeAnswer> {
  const { device, templateId } = changeFromBody(asked.body)
  const made = await asked.call(createDevice, { device })
  await useTemplate(asked, made.id, templateId)
  const item = await shown(asked, await asked.call(getDevice, { id: made.id }))
  return { status: 201, headers: { location: `/api/confd/1.1/devices/${made.id}` }, body: item }
}

async function get(asked: Asked): Promise<FacadeAnswer> {
  return { status: 200, body: await shown(asked, await asked.call(getDevice, { id: asked.params['id'] ?? '' })) }
}

async function update(asked: Asked): Promise<FacadeAnswer> {
  const present = await asked.call(getDevice, { id: asked.params['id'] ?? '' })
  const { id, revision } = present
  const { device, templateId } = changeFromBody(asked.body, inputFrom(present))
  const { id: _named, ...input } = device
  await asked.call(updateDevice, { id, device: input, ifRevision: revision })
  await useTemplate(asked, id, templateId)
  return { status: 204 }
}

/** The template stands among the parents of the device’s own config, behind `base`. */
async function useTemplate({ call }: Call, id: string, templateId: string | null | undefined): Promise<void> {
  if (templateId === undefined || templateId === null) return
  const exists = (await found(call(getConfig, { id: templateId }))) !== undefined
  if (!exists) {
    const detail = `DeviceTemplate was not found ('template_id': '${templateId}')`
    throw new Fault('invalid-input', { detail: `field 'template_id': ${detail}` })
  }
  await call(patchConfig, { id, patch: { parents: ['base', templateId] } })
}

async function remove({ params, call }: Asked): Promise<FacadeAnswer> {
  await call(deleteDevice, { id: params['id'] ?? '' })
  return { status: 204 }
}

/** Back to what every phone has that nobody has configured. */
async function autoprov({ params, call }: Asked): Promise<FacadeAnswer> {
  const named = await call(getDevice, { id: params['id'] ?? '' })
  for (const { line_id: line } of (await call(lineAssociations.deviceLines, { id: named.id })).items)
    await call(lineAssociations.deleteDevice, { id: line, device_id: named.id })
  const device = await call(getDevice, { id: named.id })
  const { id, revision } = device
  const { options: _options, config: _config, ...input } = inputFrom(device)
  await call(updateDevice, { id, device: input, ifRevision: revision })
  await found(call(deleteConfig, { id }))
  return { status: 204 }
}

async function synchronizeDevice({ params, call }: Asked): Promise<FacadeAnswer> {
  const { id } = await call(getDevice, { id: params['id'] ?? '' })
  await call(synchronize, { selection: { devices: [id] } })
  return { status: 204 }
}

/** What may be written of a device, as it is; the config only when it was chosen by hand. */
function inputFrom(device: DeviceView): DeviceInput {
  const { id, mac, ip, sn, uuid, vendor, model, version, plugin, config, description, options } = device
  const isChosen = config !== id && config !== `autoprov${id}`
  const input = { mac, ip, sn, uuid, vendor, model, version, plugin, description, options }
  const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined))
  return { ...given, ...(isChosen ? { config } : {}) }
}
