import { claimDevice, listDevices } from '@strowger/schema'
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
  await call(claimDevice, { id: params['id'] ?? '' })
  return { status: 204 }
}
