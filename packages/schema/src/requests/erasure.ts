import Type from 'typebox'
import { defineRequest, type ServiceName } from '../definition.ts'
import { TaskDocument } from '../documents/task.ts'
import { Tenant } from '../documents/tenant.ts'
import { TenantId } from '../identity.ts'
import { exampleTask } from './tasks.ts'

const exampleTenant = '6b1f0c7e-2d3a-4b5c-8d6e-7f8091a2b3c4'
const Removed = Type.Record(Type.String(), Type.Integer({ minimum: 0 }), {
  description: 'How many of what: rows by table, history, entries, objects',
})

/** Every service that owns a PostgreSQL schema removes what is a tenant’s from it; the gateway asks each in turn. */
function erasureRequest(area: string, owner: ServiceName) {
  return defineRequest({
    domain: `${area}-erasure`,
    verb: 'erase',
    owner,
    callers: ['gateway'],
    summary: `Removes, or counts, everything of a tenant in ${area}`,
    input: Type.Object({ tenant: TenantId, dryRun: Type.Optional(Type.Boolean()) }),
    output: Type.Object({ removed: Removed }),
    errors: ['in-use'],
    deadlineMs: 120_000,
    example: { input: { tenant: exampleTenant, dryRun: true }, output: { removed: { device: 12, history: 40 } } },
  })
}

export const eraseDevices = erasureRequest('devices', 'identification')
export const eraseConfigs = erasureRequest('configs', 'rendering')
export const eraseRating = erasureRequest('rating', 'rating')
export const eraseSip = erasureRequest('sip', 'sip-config')

const Report = Type.Object({
  tenant: Tenant,
  areas: Type.Array(Type.Object({ area: Type.String(), removed: Removed }), {
    description: 'What each owner removed, or would',
  }),
  streams: Type.Record(Type.String(), Type.Integer({ minimum: 0 }), { description: 'Messages by stream' }),
  remains: Type.Array(Type.String(), { description: 'What is not removed, in words' }),
})

export const eraseTenant = defineRequest({
  domain: 'tenants',
  verb: 'erase',
  owner: 'gateway',
  summary:
    'Removes a tenant and everything of it: rows, history, events, entries and objects of every service, as a task with a report. It cannot be undone',
  input: Type.Object({
    id: TenantId,
    confirmation: Type.Object({ name: { ...Tenant.properties.name, description: 'The name of the tenant, again' } }),
    dryRun: Type.Optional(Type.Boolean({ description: 'Only count' })),
  }),
  output: Type.Object({
    applied: Type.Boolean({ description: 'The task has begun' }),
    task: Type.Optional(TaskDocument),
    report: Type.Optional(Report),
  }),
  errors: ['not-found', 'in-use', 'not-deletable', 'conflict'],
  deadlineMs: 130_000,
  rest: {
    method: 'POST',
    path: '/api/v1/tenants/{id}/erase',
    success: 202,
    permission: 'admin',
    body: 'confirmation',
    unversioned: 'the name of the tenant is given instead',
  },
  example: {
    input: { id: exampleTenant, confirmation: { name: 'Hotel Paris' } },
    output: { applied: true, task: { ...exampleTask, kind: 'gateway.erase-tenant', owner: 'gateway' } },
  },
})
