import Type from 'typebox'
import { defineRequest } from '../definition.ts'
import { DeviceView } from '../documents/device.ts'
import { examplePolicy, Policy, PolicyChange, PolicyImpact } from '../documents/policy.ts'
import { Address, Instant, ObjectId, Revision } from '../identity.ts'
import { exampleDeviceView } from './devices.ts'
import { examples } from './phone.ts'

const owner = 'identification' as const
const domain = 'devices'
const key = Type.String({ maxLength: 64, description: 'First part of the path of a URL, as key-… (secret)' })
const exampleKey = 'key-AAECAwQFBgcICQoLDA0ODxAR'

export const getPolicy = defineRequest({
  domain: 'policies',
  verb: 'get',
  owner,
  callers: ['sip-config'],
  summary: 'How the phones of the asking tenant are treated',
  input: Type.Object({}),
  output: Policy,
  rest: { method: 'GET', path: '/api/v1/policy', success: 200, permission: 'read' },
  example: { input: {}, output: examplePolicy },
})

export const updatePolicy = defineRequest({
  domain: 'policies',
  verb: 'update',
  owner,
  callers: ['sip-config'],
  summary:
    'Changes how the phones of the asking tenant are treated; what is not named stays. Files that differ then are rendered again',
  input: Type.Object({
    policy: PolicyChange,
    ifRevision: Type.Optional(Revision),
    dryRun: Type.Optional(Type.Boolean({ description: 'Answer what would change, and change nothing' })),
  }),
  output: Type.Object({
    ...Policy.properties,
    applied: Type.Optional(Type.Boolean({ description: 'false: this was a dry run' })),
    impact: Type.Optional(PolicyImpact),
  }),
  errors: ['stale-revision'],
  rest: { method: 'PATCH', path: '/api/v1/policy', success: 200, permission: 'write', body: 'policy' },
  example: { input: { policy: { nat: true } }, output: examplePolicy },
})

const TenantKey = Type.Object({
  key,
  number: Type.Integer({ minimum: 0 }),
  previousUntil: Type.Union([Instant, Type.Null()], { description: 'Until when the key before it is good, too' }),
})
const exampleTenantKey = { key: exampleKey, number: 0, previousUntil: null }

export const getTenantKey = defineRequest({
  domain: 'policies',
  verb: 'get-key',
  owner,
  summary: 'The provisioning key of the asking tenant, for the URL that DHCP gives to phones at their first boot',
  input: Type.Object({}),
  output: TenantKey,
  errors: ['not-found'],
  rest: {
    method: 'GET',
    path: '/api/v1/policy/key',
    success: 200,
    permission: 'admin',
    reveals: 'the provisioning key of the tenant',
  },
  example: { input: {}, output: exampleTenantKey },
})

export const replaceTenantKey = defineRequest({
  domain: 'policies',
  verb: 'replace-key',
  owner,
  summary: 'Gives the asking tenant another provisioning key. The keys of its devices stay',
  input: Type.Object({
    graceHours: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 8_760, description: 'How long the present one stays good; 0 when absent' }),
    ),
    ifRevision: Type.Optional(Revision),
  }),
  output: TenantKey,
  errors: ['stale-revision'],
  rest: { method: 'POST', path: '/api/v1/policy/key', success: 200, permission: 'admin' },
  example: {
    input: { graceHours: 24 },
    output: { key: exampleKey, number: 1, previousUntil: '2026-11-22T09:30:00.000Z' },
  },
})

const DeviceCredentials = Type.Object({
  key,
  username: Type.String({ maxLength: 64 }),
  password: Type.String({ maxLength: 64, description: 'Secret' }),
})

export const getDeviceKey = defineRequest({
  domain,
  verb: 'get-key',
  owner,
  summary: 'Provisioning key, user name and password of a device, to be typed into a phone by hand',
  input: Type.Object({ id: ObjectId }),
  output: DeviceCredentials,
  errors: ['not-found'],
  rest: {
    method: 'GET',
    path: '/api/v1/devices/{id}/key',
    success: 200,
    permission: 'admin',
    reveals: 'provisioning key and password of the device',
  },
  example: {
    input: { id: examples.device.id },
    output: { key: exampleKey, username: '001565123456', password: 'EhMUFRYXGBkaGxwdHh8gISIj' },
  },
})

export const revokeDeviceKey = defineRequest({
  domain,
  verb: 'revoke-key',
  owner,
  summary: 'Makes key and password of a device worthless; it gets others when its first boot is opened again',
  input: Type.Object({ id: ObjectId, ifRevision: Type.Optional(Revision) }),
  output: DeviceView,
  errors: ['not-found', 'stale-revision'],
  rest: { method: 'POST', path: '/api/v1/devices/{id}/revoke-key', success: 200, permission: 'write' },
  example: { input: { id: examples.device.id }, output: { ...exampleDeviceView, keyNumber: 1 } },
})

export const openFirstBoot = defineRequest({
  domain,
  verb: 'first-boot',
  owner,
  summary:
    'Lets a device fetch its files for ten minutes without its own key, from one address: the one given, else its last. One without either gets them with its first request that shows the key of the tenant',
  input: Type.Object({ id: ObjectId, address: Type.Optional(Address), ifRevision: Type.Optional(Revision) }),
  output: DeviceView,
  errors: ['not-found', 'stale-revision'],
  rest: { method: 'POST', path: '/api/v1/devices/{id}/first-boot', success: 200, permission: 'write' },
  example: {
    input: { id: examples.device.id },
    output: { ...exampleDeviceView, firstBoot: { address: '127.0.0.1', until: '2026-11-21T09:40:00.000Z' } },
  },
})

export const consentDevice = defineRequest({
  domain,
  verb: 'consent',
  owner,
  summary: 'Lets a device fetch files that may hold credentials for the hours of its policy, from now',
  input: Type.Object({ id: ObjectId, ifRevision: Type.Optional(Revision) }),
  output: DeviceView,
  errors: ['not-found', 'stale-revision'],
  rest: { method: 'POST', path: '/api/v1/devices/{id}/consent', success: 200, permission: 'write' },
  example: {
    input: { id: examples.device.id },
    output: { ...exampleDeviceView, consentAt: '2026-11-21T09:30:00.000Z' },
  },
})
