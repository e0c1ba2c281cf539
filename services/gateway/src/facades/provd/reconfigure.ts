import { Fault, reconfigure } from '@strowger/schema'
import type { FacadeRoute } from '../facade.ts'
import { knownDevice } from './devices.ts'
import { namedId } from './entity.ts'

export const reconfigureRoutes: readonly FacadeRoute[] = [
  {
    method: 'POST',
    path: '/dev_mgr/reconfigure',
    permission: 'write',
    async answer(asked) {
      const id = namedId(asked.body)
      if ((await knownDevice(asked, id)) === undefined) {
        throw new Fault('invalid-input', { detail: `invalid device ID "${id}"` })
      }
      await asked.call(reconfigure, { selection: { device: id } })
      return { status: 204 }
    },
  },
]
