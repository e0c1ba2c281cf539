import Type from 'typebox'
import { defineRequest } from '../definition.ts'
import { DeviceInput, DeviceView } from '../documents/device.ts'
import { Instant, ObjectId, Revision } from '../identity.ts'
import { listParameters, Page } from './lists.ts'
import { examples } from './phone.ts'

const owner = 'identification' as const
const domain = 'devices'
const one = Type.Object({ id: ObjectId })
export const exampleDeviceView = {
  ...examples.device,
  config: `autoprov${examples.device.id}`,
  status: 'autoprov' as const,
  isNew: true,
  createdAt: '2026-11-21T09:30:00.000Z',
  rendered: { revision: 3, at: '2026-11-21T09:30:00.100Z' },
}
const exampleInput = { mac: '00:15:65:12:34:56', plugin: 'yealink-v86', model: 'T46S' }

export const listDevices = defineRequest({
  domain,
  verb: 'list',
  owner,
  summary: 'The devices of a tenant',
  input: Type.Object({
    ...listParameters,
    order: Type.Optional(Type.Enum(['ip', 'mac', 'vendor', 'model', 'version', 'plugin', 'createdAt'])),
    mac: Type.Optional(Type.String({ maxLength: 32 })),
    ip: Type.Optional(Type.String({ maxLength: 45 })),
    vendor: Type.Optional(Type.String({ maxLength: 256 })),
    model: Type.Optional(Type.String({ maxLength: 256 })),
    plugin: Type.Optional(Type.String({ maxLength: 64 })),
    isNew: Type.Optional(Type.Boolean()),
  }),
  output: Page(DeviceView),
  rest: { method: 'GET', path: '/api/v1/devices', success: 200, permission: 'read' },
  example: { input: { limit: 20, search: 'T46' }, output: { items: [exampleDeviceView], total: 1 } },
})

export const getDevice = defineRequest({
  domain,
  verb: 'get',
  owner,
  callers: ['rendering', 'sip-config'],
  summary: 'One device',
  input: one,
  output: DeviceView,
  errors: ['not-found'],
  rest: { method: 'GET', path: '/api/v1/devices/{id}', success: 200, permission: 'read' },
  example: { input: { id: examples.device.id }, output: exampleDeviceView },
})

export const createDevice = defineRequest({
  domain,
  verb: 'create',
  owner,
  summary: 'Adds a device before it has asked for anything',
  input: Type.Object({ device: DeviceInput }),
  output: DeviceView,
  errors: ['conflict', 'not-found'],
  rest: { method: 'POST', path: '/api/v1/devices', success: 201, permission: 'write', body: 'device' },
  example: { input: { device: exampleInput }, output: { ...exampleDeviceView, added: 'api' } },
})

export const updateDevice = defineRequest({
  domain,
  verb: 'update',
  owner,
  summary:
    'Replaces what an administrator may write of a device; a device of the root tenant becomes the asking tenant’s',
  input: Type.Object({ id: ObjectId, device: DeviceInput, ifRevision: Type.Optional(Revision) }),
  output: DeviceView,
  errors: ['not-found', 'conflict', 'stale-revision'],
  rest: { method: 'PUT', path: '/api/v1/devices/{id}', success: 200, permission: 'write', body: 'device' },
  example: {
    input: { id: examples.device.id, device: { ...exampleInput, description: 'Reception' } },
    output: { ...exampleDeviceView, description: 'Reception' },
  },
})

export const claimDevice = defineRequest({
  domain,
  verb: 'claim',
  owner,
  callers: ['sip-config'],
  summary: 'Makes a device that nobody has claimed the asking tenant’s; everything else stays as it is',
  input: Type.Object({
    id: Type.String({ maxLength: 64, description: 'Id, or mac in any usual form' }),
    ifRevision: Type.Optional(Revision),
  }),
  output: DeviceView,
  errors: ['not-found', 'stale-revision'],
  rest: { method: 'POST', path: '/api/v1/devices/{id}/claim', success: 200, permission: 'write' },
  example: { input: { id: '00:15:65:12:34:56' }, output: { ...exampleDeviceView, isNew: false } },
})

export const deleteDevice = defineRequest({
  domain,
  verb: 'delete',
  owner,
  summary: 'Forgets a device; if it asks again it is a new one. One that has lines only with `lines=dissociate`',
  input: Type.Object({
    id: ObjectId,
    ifRevision: Type.Optional(Revision),
    lines: Type.Optional(Type.Enum(['dissociate'], { description: 'Its lines are taken from it first, and stay' })),
  }),
  output: Type.Object({}),
  errors: ['not-found', 'stale-revision', 'in-use'],
  deadlineMs: 10_000,
  rest: { method: 'DELETE', path: '/api/v1/devices/{id}', success: 204, permission: 'write' },
  example: { input: { id: examples.device.id }, output: {} },
})

/** For whoever waits until phones have come back. */
export const lastFetches = defineRequest({
  domain,
  verb: 'last-fetches',
  owner,
  callers: ['rendering'],
  summary: 'When devices last took the file that holds their configuration, and which bytes',
  input: Type.Object({ ids: Type.Array(ObjectId, { maxItems: 500 }) }),
  output: Type.Object({
    fetches: Type.Array(
      Type.Object({
        device: ObjectId,
        revision: Revision,
        digest: Type.Optional(Type.String()),
        file: Type.String(),
        at: Instant,
      }),
    ),
  }),
  example: {
    input: { ids: [examples.device.id] },
    output: {
      fetches: [
        {
          device: examples.device.id,
          revision: 3,
          digest: 'nUyHk3pJc1s8mYb2l0aZqA',
          file: '001565123456.cfg',
          at: '2026-11-21T09:30:00.000Z',
        },
      ],
    },
  },
})
