import Type from 'typebox'
import { defineRequest } from '../definition.ts'
import { defaultFloodLimits, FloodLimits, FloodLimitsInput } from '../documents/flood.ts'
import { Address, Instant, ObjectId, Revision } from '../identity.ts'
import { flatListParameters } from './lists.ts'
import { examples } from './phone.ts'

const owner = 'identification' as const
const domain = 'flood'
const admin = { permission: 'admin' as const }

const FloodView = Type.Object({
  ...FloodLimits.properties,
  state: Type.Object(
    {
      newPhonesLeft: Type.Integer({ description: 'How many unknown phones may become devices at this moment' }),
      sources: Type.Integer({ description: 'Sources that are being counted' }),
      created: Type.Integer({ description: 'Devices made of unknown phones' }),
      refusedPerSource: Type.Integer({ description: 'Refused because their source had brought too many' }),
      refusedInAll: Type.Integer({ description: 'Refused because all sources together had' }),
    },
    { description: 'Of the replica that answers, since it started' },
  ),
})
const exampleView = {
  ...defaultFloodLimits,
  state: { newPhonesLeft: 9_998, sources: 2, created: 2, refusedPerSource: 0, refusedInAll: 0 },
}

export const getFlood = defineRequest({
  domain,
  verb: 'get',
  owner,
  summary: 'How many unknown phones may become devices, how bans are made, and how it stands',
  input: Type.Object({}),
  output: FloodView,
  errors: ['forbidden'],
  rest: { method: 'GET', path: '/api/v1/flood', success: 200, ...admin },
  example: { input: {}, output: exampleView },
})

export const updateFlood = defineRequest({
  domain,
  verb: 'update',
  owner,
  summary: 'Changes these limits, at once and on every replica',
  input: Type.Object({ limits: FloodLimitsInput, ifRevision: Type.Optional(Revision) }),
  output: FloodView,
  errors: ['forbidden', 'stale-revision'],
  rest: { method: 'PATCH', path: '/api/v1/flood', success: 200, ...admin, body: 'limits' },
  example: { input: { limits: { banMode: 'observe' } }, output: exampleView },
})

const ExpiringDevice = Type.Object({
  id: ObjectId,
  mac: Type.Optional(Type.String()),
  ip: Type.Optional(Address),
  vendor: Type.Optional(Type.String()),
  model: Type.Optional(Type.String()),
  createdAt: Instant,
  seenAt: Instant,
})
const unseenDays = Type.Optional(
  Type.Integer({ minimum: 0, maximum: 3_650, description: 'Instead of expireAfterDays; 0: however recently it asked' }),
)
const { id, mac, ip, vendor, model } = examples.device
const exampleExpiring = {
  ...{ id, mac, ip, vendor, model },
  createdAt: '2026-09-01T09:30:00.000Z',
  seenAt: '2026-09-02T09:30:00.000Z',
}

export const listExpiring = defineRequest({
  domain,
  verb: 'expiring',
  owner,
  summary: 'Devices that nobody has claimed or configured and whose phones no longer ask: what would be forgotten',
  input: Type.Object({
    unseenDays,
    ...flatListParameters,
    order: Type.Optional(Type.Enum(['seenAt', 'createdAt', 'mac', 'ip'])),
  }),
  output: Type.Object({ items: Type.Array(ExpiringDevice), total: Type.Integer({ minimum: 0 }) }),
  errors: ['forbidden'],
  rest: { method: 'GET', path: '/api/v1/flood/expiring', success: 200, ...admin },
  example: { input: { limit: 20 }, output: { items: [exampleExpiring], total: 1 } },
})

export const expireDevices = defineRequest({
  domain,
  verb: 'expire',
  owner,
  summary: 'Forgets these devices now, as a change that can be undone; a phone that asks again is a new one',
  input: Type.Object({ unseenDays, dryRun: Type.Optional(Type.Boolean()) }),
  output: Type.Object({ applied: Type.Boolean(), devices: Type.Integer({ minimum: 0 }) }),
  errors: ['forbidden', 'conflict'],
  deadlineMs: 60_000,
  rest: {
    method: 'POST',
    path: '/api/v1/flood/expire',
    success: 200,
    ...admin,
    unversioned: 'the limits stay as they are',
  },
  example: { input: { unseenDays: 30, dryRun: true }, output: { applied: false, devices: 12 } },
})
