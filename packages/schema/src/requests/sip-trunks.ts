import Type from 'typebox'
import { defineRequest } from '../definition.ts'
import { SipUuid } from '../documents/sip-configuration.ts'
import {
  type Extension,
  ExtensionChange,
  ExtensionInput,
  ExtensionView,
  RecordId,
  type Trunk,
  TrunkInput,
  TrunkView,
} from '../documents/sip-line.ts'
import { Revision, rootTenantId } from '../identity.ts'
import { listParameters, Page } from './lists.ts'

const tenant = rootTenantId
const endpoint = '5d8f3c1e-7a61-4f7e-9a0e-3c5d2b1a0f9e'

export const exampleExtension: Extension = {
  id: 1,
  tenant,
  revision: 10,
  exten: '1001',
  context: 'hotel-internal',
  line: 1,
}

export const exampleTrunk: Trunk = { id: 1, tenant, revision: 11, context: 'from-outside', endpoint }

const extensionView: ExtensionView = {
  id: 1,
  tenant_uuid: tenant,
  revision: 10,
  exten: '1001',
  context: 'hotel-internal',
  lines: [{ id: 1 }],
  links: [],
}

const trunkView: TrunkView = {
  id: 1,
  tenant_uuid: tenant,
  revision: 11,
  context: 'from-outside',
  label: null,
  endpoint_sip: null,
  links: [],
}

const owner = 'sip-config' as const
const errors = ['not-found', 'conflict', 'stale-revision', 'in-use'] as const
const ifRevision = Type.Optional(Revision)
const Nothing = Type.Object({})
const id = { id: RecordId }
const TrunkEndpoint = Type.Object({ ...id, endpoint_uuid: SipUuid, ifRevision })

export const extensions = {
  list: defineRequest({
    domain: 'extensions',
    verb: 'list',
    owner,
    summary: 'Extensions with the line they lead to',
    input: Type.Object({
      ...listParameters,
      order: Type.Optional(Type.Enum(['id', 'exten', 'context'])),
      exten: Type.Optional(Type.String({ maxLength: 40 })),
      context: Type.Optional(Type.String({ maxLength: 79 })),
    }),
    output: Page(ExtensionView),
    rest: { method: 'GET', path: '/api/v1/extensions', success: 200, permission: 'read' },
    example: { input: {}, output: { items: [extensionView], total: 1 } },
  }),
  create: defineRequest({
    domain: 'extensions',
    verb: 'create',
    owner,
    summary: 'Adds an extension to a context',
    input: Type.Object({ extension: ExtensionInput }),
    output: ExtensionView,
    errors: [...errors],
    rest: { method: 'POST', path: '/api/v1/extensions', success: 201, permission: 'write', body: 'extension' },
    example: { input: { extension: { exten: '1001', context: 'hotel-internal' } }, output: extensionView },
  }),
  get: defineRequest({
    domain: 'extensions',
    verb: 'get',
    owner,
    summary: 'One extension',
    input: Type.Object(id),
    output: ExtensionView,
    errors: ['not-found'],
    rest: { method: 'GET', path: '/api/v1/extensions/{id}', success: 200, permission: 'read' },
    example: { input: { id: 1 }, output: extensionView },
  }),
  update: defineRequest({
    domain: 'extensions',
    verb: 'update',
    owner,
    summary: 'Changes the number or the context of an extension; what is absent stays, and so does its line',
    input: Type.Object({ ...id, extension: ExtensionChange, ifRevision }),
    output: Nothing,
    errors: [...errors],
    rest: { method: 'PUT', path: '/api/v1/extensions/{id}', success: 204, permission: 'write', body: 'extension' },
    example: { input: { id: 1, extension: { exten: '1002' } }, output: {} },
  }),
  delete: defineRequest({
    domain: 'extensions',
    verb: 'delete',
    owner,
    summary: 'Removes an extension that no line has',
    input: Type.Object({ ...id, ifRevision }),
    output: Nothing,
    errors: [...errors],
    rest: { method: 'DELETE', path: '/api/v1/extensions/{id}', success: 204, permission: 'write' },
    example: { input: { id: 1 }, output: {} },
  }),
}

export const trunks = {
  list: defineRequest({
    domain: 'trunks',
    verb: 'list',
    owner,
    summary: 'Trunks with their endpoint',
    input: Type.Object({ ...listParameters, order: Type.Optional(Type.Enum(['id', 'context', 'label'])) }),
    output: Page(TrunkView),
    rest: { method: 'GET', path: '/api/v1/trunks', success: 200, permission: 'read' },
    example: { input: {}, output: { items: [trunkView], total: 1 } },
  }),
  get: defineRequest({
    domain: 'trunks',
    verb: 'get',
    owner,
    summary: 'One trunk',
    input: Type.Object(id),
    output: TrunkView,
    errors: ['not-found'],
    rest: { method: 'GET', path: '/api/v1/trunks/{id}', success: 200, permission: 'read' },
    example: { input: { id: 1 }, output: trunkView },
  }),
  create: defineRequest({
    domain: 'trunks',
    verb: 'create',
    owner,
    summary: 'Adds a trunk',
    input: Type.Object({ trunk: TrunkInput }),
    output: TrunkView,
    errors: [...errors],
    rest: { method: 'POST', path: '/api/v1/trunks', success: 201, permission: 'write', body: 'trunk' },
    example: { input: { trunk: { context: 'from-outside' } }, output: trunkView },
  }),
  update: defineRequest({
    domain: 'trunks',
    verb: 'update',
    owner,
    summary: 'Changes a trunk; what is absent stays',
    input: Type.Object({ ...id, trunk: TrunkInput, ifRevision }),
    output: Nothing,
    errors: [...errors],
    rest: { method: 'PUT', path: '/api/v1/trunks/{id}', success: 204, permission: 'write', body: 'trunk' },
    example: { input: { id: 1, trunk: { context: 'from-outside' } }, output: {} },
  }),
  delete: defineRequest({
    domain: 'trunks',
    verb: 'delete',
    owner,
    summary: 'Removes a trunk and its endpoint',
    input: Type.Object({ ...id, ifRevision }),
    output: Nothing,
    errors: [...errors],
    rest: { method: 'DELETE', path: '/api/v1/trunks/{id}', success: 204, permission: 'write' },
    example: { input: { id: 1 }, output: {} },
  }),
  putEndpoint: defineRequest({
    domain: 'trunks',
    verb: 'put-endpoint',
    owner,
    summary: 'Gives a trunk its endpoint',
    input: TrunkEndpoint,
    output: Nothing,
    errors: [...errors],
    rest: {
      method: 'PUT',
      path: '/api/v1/trunks/{id}/endpoints/sip/{endpoint_uuid}',
      success: 204,
      permission: 'write',
    },
    example: { input: { id: 1, endpoint_uuid: endpoint }, output: {} },
  }),
  deleteEndpoint: defineRequest({
    domain: 'trunks',
    verb: 'delete-endpoint',
    owner,
    summary: 'Takes its endpoint from a trunk',
    input: TrunkEndpoint,
    output: Nothing,
    errors: [...errors],
    rest: {
      method: 'DELETE',
      path: '/api/v1/trunks/{id}/endpoints/sip/{endpoint_uuid}',
      success: 204,
      permission: 'write',
    },
    example: { input: { id: 1, endpoint_uuid: endpoint }, output: {} },
  }),
}
