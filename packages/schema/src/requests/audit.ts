import Type from 'typebox'
import { defineRequest } from '../definition.ts'
import { AuditEntry } from '../documents/audit.ts'
import { ChangeSet, RowChange } from '../documents/change-set.ts'
import { Instant, rootTenantId } from '../identity.ts'
import { listParameters, Page } from './lists.ts'

const owner = 'gateway' as const
const exampleEntry = {
  id: 412,
  at: '2026-11-21T09:30:00.000Z',
  tenant: rootTenantId,
  actor: 'marie',
  actorId: '9f1b3d5f7d2e4b6a8c0f4e1d9b3a5c7e',
  operation: 'devices.update',
  method: 'PUT',
  path: '/api/v1/devices/5f0c2b8a4d6e4f3f9b1a7c8d9e0f1a2b',
  status: 200,
  request: '0d9c1f5e7a2b4c3d8e6f5a4b3c2d1e0f',
  address: '192.0.2.7',
}
const exampleSet = {
  area: 'devices',
  id: 17,
  at: exampleEntry.at,
  tenant: rootTenantId,
  actor: 'marie',
  request: exampleEntry.request,
  rows: 1,
}

export const listAudit = defineRequest({
  domain: 'audit',
  verb: 'list',
  owner,
  summary:
    'Who changed what, or was refused, newest first; what is asked for as application/x-ndjson comes whole, a line each',
  input: Type.Object({
    ...listParameters,
    order: Type.Optional(Type.Enum(['at'])),
    actor: Type.Optional(Type.String({ maxLength: 256 })),
    operation: Type.Optional(
      Type.String({ maxLength: 100, description: 'As devices.update, or devices for all of them' }),
    ),
    request: Type.Optional(Type.String({ maxLength: 64 })),
    outcome: Type.Optional(Type.Enum(['done', 'refused'])),
    since: Type.Optional(Instant),
    until: Type.Optional(Instant),
    after: Type.Optional(Type.Integer({ minimum: 0, description: 'Only entries with a higher id; for who reads on' })),
  }),
  output: Page(AuditEntry),
  deadlineMs: 10_000,
  rest: { method: 'GET', path: '/api/v1/audit', success: 200, permission: 'admin', lines: true },
  example: { input: { actor: 'marie' }, output: { items: [exampleEntry], total: 1 } },
})

export const getAudit = defineRequest({
  domain: 'audit',
  verb: 'get',
  owner,
  summary: 'One entry, with the change sets that its request made in every area and what they changed',
  input: Type.Object({ id: Type.Integer({ minimum: 1 }) }),
  output: Type.Object({
    ...AuditEntry.properties,
    changeSets: Type.Array(
      Type.Object({ area: Type.String(), ...ChangeSet.properties, changes: Type.Array(RowChange) }),
    ),
    away: Type.Array(Type.String(), { description: 'Areas whose owner did not answer' }),
  }),
  errors: ['not-found'],
  deadlineMs: 10_000,
  rest: { method: 'GET', path: '/api/v1/audit/{id}', success: 200, permission: 'admin' },
  example: {
    input: { id: 412 },
    output: {
      ...exampleEntry,
      changeSets: [
        {
          ...exampleSet,
          changes: [
            {
              table: 'device',
              key: { id: '5f0c2b8a4d6e4f3f9b1a7c8d9e0f1a2b' },
              operation: 'update',
              before: { description: null },
              after: { description: 'Reception' },
            },
          ],
        },
      ],
      away: [],
    },
  },
})

export const listChangeSets = defineRequest({
  domain: 'change-sets',
  verb: 'list',
  owner,
  summary: 'What people changed in every area that the asking token may see, newest first',
  input: Type.Object({
    ...listParameters,
    order: Type.Optional(Type.Enum(['at'])),
    actor: Type.Optional(Type.String({ maxLength: 256 })),
    request: Type.Optional(Type.String({ maxLength: 64 })),
    since: Type.Optional(Instant),
    until: Type.Optional(Instant),
  }),
  output: Type.Object({
    items: Type.Array(Type.Object({ area: Type.String(), ...ChangeSet.properties })),
    total: Type.Integer({ minimum: 0 }),
    away: Type.Array(Type.String(), { description: 'Areas whose owner did not answer' }),
  }),
  errors: ['too-large'],
  deadlineMs: 10_000,
  rest: { method: 'GET', path: '/api/v1/change-sets', success: 200, permission: 'read' },
  example: { input: {}, output: { items: [exampleSet], total: 1, away: [] } },
})
