import { Fault, synchronize } from '@strowger/schema'
import type { FacadeRoute } from '../facade.ts'
import { knownDevice } from './devices.ts'
import { namedId } from './entity.ts'
import { location } from './links.ts'
import { operationRoutes } from './operations.ts'

const path = '/dev_mgr/synchronize'

export const synchronizeRoutes: readonly FacadeRoute[] = [
  {
    method: 'POST',
    path,
    permission: 'write',
    async answer(asked) {
      const id = namedId(asked.body)
      if ((await knownDevice(asked, id)) === undefined) throw new Fault('not-found')
      const task = await asked.call(synchronize, { selection: { devices: [id] } })
      return { status: 201, headers: location(`${path}/${task.id}`) }
    },
  },
  ...operationRoutes(path),
]
