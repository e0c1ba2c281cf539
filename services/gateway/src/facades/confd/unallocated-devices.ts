import { claimDevice, type DeviceView, Fault, getDevice, listDevices, rootTenantId } from '@strowger/schema'
import { refuseOutside } from '../../access/authenticate.ts'
import { everything } from '../every-page.ts'
import type { Asked, FacadeAnswer, FacadeRoute } from '../facade.ts'
import { itemFromDevice } from './device-item.ts'
import { devicePage } from './device-list.ts'

/** Devices that no tenant has claimed. */
export const unallocatedRoutes: readonly FacadeRoute[] = [
  { method: 'GET', path: '/devices/unallocated', permission: 'read', answer: list },
  { method: 'PUT', path: '/devices/unallocated/:id', permission: 'write', answer: claim },
]

/**
 * The root tenant sees all that is new there; another tenant what it may take, which is neither claimed nor configured
 * by anybody.
 */
async function list({ query, caller, callAs }: Asked): Promise<FacadeAnswer> {
  const who = await caller('read')
  refuseOutside(who, listDevices)
  const isRoot = who.tenant === rootTenantId
  if (!isRoot) refuseOutside(who, claimDevice)
  const house = { ...who, tenant: rootTenantId }
  const devices = await everything((limit, offset) => callAs(house, listDevices, { isNew: true, limit, offset }))
  const shown = isRoot ? devices : devices.filter(isUntouched)
  return {
    status: 200,
    body: devicePage(
      shown.map((device) => itemFromDevice(device, undefined)),
      query,
    ),
  }
}

/** Neither configured nor given options: what has these is a phone of the root tenant itself. */
function isUntouched({ config, options }: DeviceView): boolean {
  return config.startsWith('autoprov') && options === undefined
}

async function claim({ params, call }: Asked): Promise<FacadeAnswer> {
  const id = params['id'] ?? ''
  const present = await visible(call(getDevice, { id }))
  if (present !== undefined && !present.isNew) throw new Fault('not-found', { detail: 'Device was not found' })
  await call(claimDevice, { id })
  return { status: 204 }
}

/** What another tenant has, or nobody, is not seen. */
async function visible<Value>(answer: Promise<Value>): Promise<Value | undefined> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof Fault && error.code === 'not-found') return undefined
    throw error
  }
}
