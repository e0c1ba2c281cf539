import { claimDevice, Fault, getDevice, listDevices } from '@strowger/schema'
import { everything } from '../every-page.ts'
import type { Asked, FacadeAnswer, FacadeRoute } from '../facade.ts'
import { itemFromDevice } from './device-item.ts'
import { pageOf } from './device-list.ts'

/** Devices that no tenant has claimed. */
export const unallocatedRoutes: readonly FacadeRoute[] = [
  { method: 'GET', path: '/devices/unallocated', permission: 'read', answer: list },
  { method: 'PUT', path: '/devices/unallocated/:id', permission: 'write', answer: claim },
]

async function list({ query, call }: Asked): Promise<FacadeAnswer> {
  const devices = await everything((limit, offset) => call(listDevices, { isNew: true, limit, offset }))
  return {
    status: 200,
    body: pageOf(
      devices.map((device) => itemFromDevice(device, undefined)),
      query,
    ),
  }
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
