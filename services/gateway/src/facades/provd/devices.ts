import {
  createDevice,
  type DeviceView,
  deleteDevice,
  Fault,
  getDevice,
  listDevices,
  updateDevice,
} from '@strowger/schema'
import { everything } from '../every-page.ts'
import type { Asked, FacadeAnswer, FacadeRoute } from '../facade.ts'
import { deviceFromDocument, documentFromDevice, ownPluginId } from './device-document.ts'
import { entity } from './entity.ts'
import { location } from './links.ts'
import { listParameters } from './list-parameters.ts'
import type { Document } from './selector.ts'

export const deviceRoutes: readonly FacadeRoute[] = [
  { method: 'GET', path: '/dev_mgr/devices', permission: 'read', answer: list },
  { method: 'POST', path: '/dev_mgr/devices', permission: 'write', answer: create },
  { method: 'GET', path: '/dev_mgr/devices/:id', permission: 'read', answer: get },
  { method: 'PUT', path: '/dev_mgr/devices/:id', permission: 'write', answer: replace },
  { method: 'DELETE', path: '/dev_mgr/devices/:id', permission: 'write', answer: remove },
]

async function list({ query, call }: Asked): Promise<FacadeAnswer> {
  const { selector, recurse, page } = listParameters(query)
  const devices = await everything((limit, offset) =>
    call(listDevices, { ...narrowed(selector), recurse, limit, offset, order: 'createdAt' }),
  )
  return { status: 200, body: { devices: page(devices.map(documentFromDevice)) } }
}

/** What of a selector the owner can do: the rest is done here, over what is left. */
function narrowed(selector: Document): { mac?: string; ip?: string; vendor?: string; model?: string; plugin?: string } {
  const text = (name: string) => (typeof selector[name] === 'string' ? { [name]: selector[name] } : {})
  const { plugin } = selector
  return {
    ...text('mac'),
    ...text('ip'),
    ...text('vendor'),
    ...text('model'),
    ...(typeof plugin === 'string' ? { plugin: ownPluginId(plugin) } : {}),
  }
}

async function create({ body, call }: Asked): Promise<FacadeAnswer> {
  const { id } = await call(createDevice, { device: deviceFromDocument(entity(body, 'device')) })
  return { status: 201, headers: location(`/dev_mgr/devices/${id}`), body: { id } }
}

async function get({ params, call }: Asked): Promise<FacadeAnswer> {
  const device = await call(getDevice, { id: params['id'] ?? '' })
  return { status: 200, body: { device: documentFromDevice(device) } }
}

async function replace({ params, body, call }: Asked): Promise<FacadeAnswer> {
  const id = params['id'] ?? ''
  const { id: named, ...input } = deviceFromDocument(entity(body, 'device'))
  if (named !== undefined && named !== id) {
    throw new Fault('invalid-input', { detail: `The document says ${named}, its address ${id}` })
  }
  await call(updateDevice, { id, device: input })
  return { status: 204 }
}

async function remove({ params, call }: Asked): Promise<FacadeAnswer> {
  await call(deleteDevice, { id: params['id'] ?? '' })
  return { status: 204 }
}

/** Whether there is this device for the caller; undefined when not. */
export async function knownDevice({ call }: Pick<Asked, 'call'>, id: string): Promise<DeviceView | undefined> {
  try {
    return await call(getDevice, { id })
  } catch (error) {
    if (error instanceof Fault && (error.code === 'not-found' || error.code === 'invalid-input')) return undefined
    throw error
  }
}
