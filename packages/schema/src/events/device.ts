import Type from 'typebox'
import { defineEvent } from '../definition.ts'
import { Device } from '../documents/device.ts'
import { Address, Instant, ObjectId, Revision, rootTenantId, TenantId } from '../identity.ts'
import { examples } from '../requests/phone.ts'
import { deviceStream } from '../streams.ts'

const owner = 'identification' as const
const readers = ['rendering', 'gateway'] as const
const payload = Type.Object({ device: Device })
const example = { device: examples.device }

export const deviceCreated = defineEvent({
  stream: deviceStream,
  participle: 'created',
  owner,
  readers,
  summary: 'A device exists that did not',
  payload,
  example,
})

export const deviceUpdated = defineEvent({
  stream: deviceStream,
  participle: 'updated',
  owner,
  readers,
  summary: 'A device differs from before',
  payload,
  example,
})

export const deviceDeleted = defineEvent({
  stream: deviceStream,
  participle: 'deleted',
  owner,
  readers,
  summary: 'A device is gone',
  payload,
  example,
})

export const deviceMoved = defineEvent({
  stream: deviceStream,
  participle: 'moved',
  owner,
  readers: [],
  summary: 'A known device asks from another address than before; its policy allows it',
  payload: Type.Object({
    device: ObjectId,
    from: Address,
    to: Address,
    proof: Type.Enum(['credential', 'identity', 'name-only', 'dhcp'], {
      description:
        'credential: its own key, password or certificate; identity: what the request says of the phone; name-only: nothing but the name of the file; dhcp: a DHCP server, or the phone’s own request to one',
    }),
    at: Instant,
  }),
  example: {
    device: examples.device.id,
    from: '127.0.0.1',
    to: '127.0.0.2',
    proof: 'identity',
    at: '2026-11-21T09:30:00.000Z',
  },
})

/** In the stream of devices, since it is theirs that are rendered again. */
export const policyChanged = defineEvent({
  stream: deviceStream,
  participle: 'policy-changed',
  owner,
  readers,
  summary: 'How the phones of a tenant are let in differs from before: their files are rendered again',
  payload: Type.Object({ tenant: TenantId, revision: Revision }),
  example: { tenant: rootTenantId, revision: 4 },
})
