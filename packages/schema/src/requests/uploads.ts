import Type from 'typebox'
import { defineRequest } from '../definition.ts'
import { Address, Instant, ObjectId, rootTenantId, TenantId } from '../identity.ts'
import { flatListParameters } from './lists.ts'
import { examples, FileAnswer, PhoneEvidence } from './phone.ts'

const owner = 'identification' as const
const domain = 'uploads'
const File = Type.String({ maxLength: 512, description: 'Base name' })
/** Bytes of one upload at most: what fits, in base64, into one message. */
export const maxUploadBytes = 524_288

/** What a phone sends us, as a log. `accepted`: `keep` says whether somebody wants it; else it is read and dropped. */
export const admitUpload = defineRequest({
  domain,
  verb: 'admit',
  owner,
  callers: ['ingress'],
  summary: 'May this phone send this? Only a known one, and only what its plugin names',
  input: Type.Object({ method: Type.Enum(['PUT', 'POST']), evidence: PhoneEvidence }),
  output: Type.Object({
    outcome: Type.Enum(['accepted', 'refused', 'absent', 'not-named', 'too-many']),
    reason: Type.Optional(Type.String({ maxLength: 200 })),
    refusal: FileAnswer.properties.refusal,
    tenant: Type.Optional(TenantId),
    device: Type.Optional(ObjectId),
    file: Type.Optional(File),
    keep: Type.Optional(Type.Boolean()),
  }),
  example: {
    input: { method: 'PUT', evidence: { ...examples.evidence, path: '/001565123456-local.cfg' } },
    output: {
      outcome: 'accepted',
      tenant: rootTenantId,
      device: examples.device.id,
      file: '001565123456-local.cfg',
      keep: false,
    },
  },
})

export const storeUpload = defineRequest({
  domain,
  verb: 'store',
  owner,
  callers: ['ingress'],
  summary: 'Keeps what a phone has sent',
  input: Type.Object({
    tenant: TenantId,
    device: ObjectId,
    file: File,
    address: Address,
    contentType: Type.Optional(Type.String({ maxLength: 100 })),
    content: Type.String({ maxLength: Math.ceil(maxUploadBytes / 3) * 4, description: 'base64' }),
  }),
  output: Type.Object({ stored: Type.Boolean() }),
  example: {
    input: {
      tenant: rootTenantId,
      device: examples.device.id,
      file: '001565123456-local.cfg',
      address: '127.0.0.1',
      content: 'IyF2ZXJzaW9uOjEuMC4wLjEK',
    },
    output: { stored: true },
  },
})

const UploadView = Type.Object({
  id: ObjectId,
  device: ObjectId,
  file: File,
  size: Type.Integer({ description: 'Bytes' }),
  contentType: Type.Optional(Type.String()),
  address: Address,
  at: Instant,
})
const exampleUpload = {
  id: '0d9c1f5e7a2b4c3d8e6f5a4b3c2d1e0f',
  device: examples.device.id,
  file: '001565123456-local.cfg',
  size: 18,
  address: '127.0.0.1',
  at: '2026-11-21T09:30:00.000Z',
}
const Uploads = Type.Object({
  keepUntil: Type.Optional(Instant),
  items: Type.Array(UploadView),
  total: Type.Integer({ minimum: 0 }),
})
const exampleUploads = { keepUntil: '2026-11-22T09:30:00.000Z', items: [exampleUpload], total: 1 }
const one = { id: Type.String({ maxLength: 64, description: 'Id of the device' }) }

export const listUploads = defineRequest({
  domain,
  verb: 'list',
  owner,
  summary: 'What a phone has sent and was kept, newest first',
  input: Type.Object({
    ...one,
    ...flatListParameters,
    order: Type.Optional(Type.Enum(['at', 'file', 'size'])),
  }),
  output: Uploads,
  errors: ['not-found'],
  rest: { method: 'GET', path: '/api/v1/devices/{id}/uploads', success: 200, permission: 'read' },
  example: { input: { id: examples.device.id }, output: exampleUploads },
})

export const keepUploads = defineRequest({
  domain,
  verb: 'keep',
  owner,
  summary: 'Keeps what a phone sends (logs, its own settings) for a time; without it that is read and dropped',
  input: Type.Object({
    ...one,
    keep: Type.Object({ forS: Type.Integer({ minimum: 60, maximum: 2_592_000, default: 86_400 }) }),
  }),
  output: Uploads,
  errors: ['not-found'],
  rest: {
    method: 'PUT',
    path: '/api/v1/devices/{id}/uploads',
    success: 200,
    permission: 'write',
    body: 'keep',
    unversioned: 'what phones send is no part of the device, and comes without anybody writing',
  },
  example: { input: { id: examples.device.id, keep: { forS: 86_400 } }, output: exampleUploads },
})

export const getUpload = defineRequest({
  domain,
  verb: 'get',
  owner,
  summary: 'One of them with its content; it may hold credentials',
  input: Type.Object({ ...one, upload: ObjectId }),
  output: Type.Object({ ...UploadView.properties, content: Type.String({ description: 'base64. May hold a secret' }) }),
  errors: ['not-found'],
  rest: {
    method: 'GET',
    path: '/api/v1/devices/{id}/uploads/{upload}',
    success: 200,
    permission: 'write',
    reveals: 'what a phone has sent, which may hold its passwords',
  },
  example: {
    input: { id: examples.device.id, upload: exampleUpload.id },
    output: { ...exampleUpload, content: 'IyF2ZXJzaW9uOjEuMC4wLjEK' },
  },
})

export const deleteUploads = defineRequest({
  domain,
  verb: 'delete',
  owner,
  summary: 'Keeps nothing more of what a phone sends, and removes what was kept',
  input: Type.Object(one),
  output: Type.Object({}),
  errors: ['not-found'],
  rest: {
    method: 'DELETE',
    path: '/api/v1/devices/{id}/uploads',
    success: 204,
    permission: 'write',
    unversioned: 'what phones send is no part of the device, and comes without anybody writing',
  },
  example: { input: { id: examples.device.id }, output: {} },
})
