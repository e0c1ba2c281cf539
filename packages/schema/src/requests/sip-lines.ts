import Type from 'typebox'
import { defineRequest } from '../definition.ts'
import { Link, SipUuid } from '../documents/sip-configuration.ts'
import { type Line, LineInput, LineView, RecordId } from '../documents/sip-line.ts'
import { ObjectId, Revision, rootTenantId } from '../identity.ts'
import { listParameters, Page } from './lists.ts'

const tenant = rootTenantId
const endpoint = '5d8f3c1e-7a61-4f7e-9a0e-3c5d2b1a0f9e'
const device = '5f0c2b8a4d6e4f3f9b1a7c8d9e0f1a2b'

export const exampleLine: Line = {
  id: 1,
  tenant,
  revision: 9,
  context: 'hotel-internal',
  position: 1,
  provisioningCode: '482913',
  endpoint,
  users: [],
}

const lineView: LineView = {
  id: 1,
  tenant_uuid: tenant,
  revision: 9,
  name: 'lp3wc06e',
  context: 'hotel-internal',
  position: 1,
  provisioning_code: '482913',
  protocol: 'sip',
  device_id: null,
  device_slot: 1,
  is_webrtc: false,
  endpoint_sip: { uuid: endpoint, name: 'lp3wc06e', links: [] },
  extensions: [{ id: 1, exten: '1001', context: 'hotel-internal', links: [] }],
  users: [],
  links: [{ rel: 'lines', href: '/api/v1/lines/1' }],
}

const owner = 'sip-config' as const
const errors = ['not-found', 'conflict', 'stale-revision', 'in-use'] as const
const ifRevision = Type.Optional(Revision)
const Nothing = Type.Object({})
const id = { id: RecordId }

export const lines = {
  list: defineRequest({
    domain: 'lines',
    verb: 'list',
    owner,
    summary: 'Lines with their endpoint, extensions, users and device',
    input: Type.Object({
      ...listParameters,
      order: Type.Optional(Type.Enum(['id', 'name', 'context', 'provisioning_code'])),
      provisioning_code: Type.Optional(Type.String({ maxLength: 6 })),
      device_id: Type.Optional(Type.String({ maxLength: 64 })),
    }),
    output: Page(LineView),
    rest: { method: 'GET', path: '/api/v1/lines', success: 200, permission: 'read' },
    example: { input: {}, output: { items: [lineView], total: 1 } },
  }),
  get: defineRequest({
    domain: 'lines',
    verb: 'get',
    owner,
    summary: 'One line',
    input: Type.Object(id),
    output: LineView,
    errors: ['not-found'],
    rest: { method: 'GET', path: '/api/v1/lines/{id}', success: 200, permission: 'read' },
    example: { input: { id: 1 }, output: lineView },
  }),
  create: defineRequest({
    domain: 'lines',
    verb: 'create',
    owner,
    summary: 'Adds a line; an endpoint and extensions that are given with it are made and associated at once',
    input: Type.Object({ line: LineInput }),
    output: LineView,
    errors: [...errors],
    rest: { method: 'POST', path: '/api/v1/lines', success: 201, permission: 'write', body: 'line' },
    example: { input: { line: { context: 'hotel-internal' } }, output: lineView },
  }),
  update: defineRequest({
    domain: 'lines',
    verb: 'update',
    owner,
    summary: 'Changes a line; what is absent stays',
    input: Type.Object({ ...id, line: LineInput, ifRevision }),
    output: Nothing,
    errors: [...errors],
    rest: { method: 'PUT', path: '/api/v1/lines/{id}', success: 204, permission: 'write', body: 'line' },
    example: { input: { id: 1, line: { position: 2 } }, output: {} },
  }),
  delete: defineRequest({
    domain: 'lines',
    verb: 'delete',
    owner,
    summary: 'Removes a line; with `recursive` also its endpoint and extensions, and frees its device',
    input: Type.Object({ ...id, recursive: Type.Optional(Type.Boolean()), ifRevision }),
    output: Nothing,
    errors: [...errors],
    rest: { method: 'DELETE', path: '/api/v1/lines/{id}', success: 204, permission: 'write' },
    example: { input: { id: 1 }, output: {} },
  }),
}

/** Whatever is written below a line is a change of the line: it takes its revision, and gives it another. */
const LineEndpoint = Type.Object({ ...id, endpoint_uuid: SipUuid, ifRevision })
const LineExtension = Type.Object({ ...id, extension_id: RecordId, ifRevision })
const LineUser = Type.Object({ ...id, user_uuid: Type.String({ pattern: '^[A-Za-z0-9-]{1,64}$' }), ifRevision })
const LineDevice = Type.Object({ ...id, device_id: ObjectId, ifRevision })

/** How one step of an operation that reaches phones stands. */
export const SipStep = Type.Object({
  step: Type.Enum(['stored', 'tenant', 'config', 'asterisk', 'synchronize']),
  state: Type.Enum(['done', 'waiting', 'failed']),
  detail: Type.Optional(Type.String()),
})
export type SipStep = Type.Static<typeof SipStep>
export const LineSteps = Type.Object({
  task: Type.Optional(ObjectId),
  steps: Type.Optional(Type.Array(SipStep)),
})

const association = (verb: string, summary: string, tail: string, method: 'PUT' | 'DELETE') => ({
  domain: 'lines',
  verb,
  owner,
  summary,
  errors: [...errors],
  rest: { method, path: `/api/v1/lines/{id}/${tail}`, success: 204 as const, permission: 'write' as const },
})

export const lineAssociations = {
  putEndpoint: defineRequest({
    ...association('put-endpoint', 'Gives a line its endpoint', 'endpoints/sip/{endpoint_uuid}', 'PUT'),
    input: LineEndpoint,
    output: Nothing,
    example: { input: { id: 1, endpoint_uuid: endpoint }, output: {} },
  }),
  deleteEndpoint: defineRequest({
    ...association('delete-endpoint', 'Takes its endpoint from a line', 'endpoints/sip/{endpoint_uuid}', 'DELETE'),
    input: LineEndpoint,
    output: Nothing,
    example: { input: { id: 1, endpoint_uuid: endpoint }, output: {} },
  }),
  putExtension: defineRequest({
    ...association('put-extension', 'Gives a line an extension', 'extensions/{extension_id}', 'PUT'),
    input: LineExtension,
    output: Nothing,
    example: { input: { id: 1, extension_id: 1 }, output: {} },
  }),
  deleteExtension: defineRequest({
    ...association('delete-extension', 'Takes an extension from a line', 'extensions/{extension_id}', 'DELETE'),
    input: LineExtension,
    output: Nothing,
    example: { input: { id: 1, extension_id: 1 }, output: {} },
  }),
  putUser: defineRequest({
    ...association('put-user', 'Gives a line to a user', 'users/{user_uuid}', 'PUT'),
    input: LineUser,
    output: Nothing,
    example: { input: { id: 1, user_uuid: endpoint }, output: {} },
  }),
  deleteUser: defineRequest({
    ...association('delete-user', 'Takes a line from a user', 'users/{user_uuid}', 'DELETE'),
    input: LineUser,
    output: Nothing,
    example: { input: { id: 1, user_uuid: endpoint }, output: {} },
  }),
  putDevice: defineRequest({
    ...association(
      'put-device',
      'Puts a line on a device at its position: the device gets the tenant of the line and a config of its lines. 202 with a task when that takes longer than 2 s',
      'devices/{device_id}',
      'PUT',
    ),
    input: LineDevice,
    output: LineSteps,
    deadlineMs: 5_000,
    example: { input: { id: 1, device_id: device }, output: {} },
  }),
  deleteDevice: defineRequest({
    ...association(
      'delete-device',
      'Takes a line from a device; with the last one it returns to autoprov',
      'devices/{device_id}',
      'DELETE',
    ),
    // Of a device that is to be removed.
    callers: ['identification'],
    input: LineDevice,
    output: LineSteps,
    deadlineMs: 5_000,
    example: { input: { id: 1, device_id: device }, output: {} },
  }),
  lineDevice: defineRequest({
    domain: 'lines',
    verb: 'get-device',
    owner,
    summary: 'The device a line is on',
    input: Type.Object(id),
    output: Type.Object({ line_id: RecordId, device_id: ObjectId, links: Type.Array(Link) }),
    errors: ['not-found'],
    rest: { method: 'GET', path: '/api/v1/lines/{id}/devices', success: 200, permission: 'read' },
    example: { input: { id: 1 }, output: { line_id: 1, device_id: device, links: [] } },
  }),
  deviceLines: defineRequest({
    domain: 'lines',
    verb: 'of-device',
    owner,
    summary: 'The lines of a device, by position',
    input: Type.Object({ id: ObjectId }),
    output: Page(
      Type.Object({ line_id: RecordId, device_id: ObjectId, position: Type.Integer(), links: Type.Array(Link) }),
    ),
    errors: ['not-found'],
    rest: { method: 'GET', path: '/api/v1/devices/{id}/lines', success: 200, permission: 'read' },
    example: {
      input: { id: device },
      output: { items: [{ line_id: 1, device_id: device, position: 1, links: [] }], total: 1 },
    },
  }),
  credentials: defineRequest({
    domain: 'lines',
    verb: 'change-credentials',
    owner,
    summary:
      'Changes user name, password or registrar of a line on both sides, Asterisk and phone, as one operation whose steps are shown; `synchronize` has the phone fetch its file',
    input: Type.Object({
      ...id,
      credentials: Type.Object({
        username: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
        password: Type.Optional(Type.String({ minLength: 1, maxLength: 255, description: 'Absent with `generate`' })),
        generate: Type.Optional(Type.Boolean({ description: 'A new random password' })),
        registrar: Type.Optional(Type.Union([Type.String({ maxLength: 64 }), Type.Null()])),
        synchronize: Type.Optional(Type.Boolean()),
      }),
      ifRevision,
    }),
    output: Type.Object({ task: Type.Optional(ObjectId), steps: Type.Array(SipStep) }),
    errors: [...errors],
    deadlineMs: 8_000,
    rest: {
      method: 'PUT',
      path: '/api/v1/lines/{id}/credentials',
      success: 200,
      permission: 'write',
      body: 'credentials',
    },
    example: {
      input: { id: 1, credentials: { generate: true } },
      output: { steps: [{ step: 'stored', state: 'done' }] },
    },
  }),
}
