import Type from 'typebox'
import { defineRequest, type Permission, type ServiceName } from '../definition.ts'
import { ChangeSet, RowChange } from '../documents/change-set.ts'
import { UsedBy } from '../documents/rating-scope.ts'
import { Instant, rootTenantId } from '../identity.ts'
import { listParameters, Page } from './lists.ts'

const ChangeSetId = Type.Integer({ minimum: 1 })
const exampleSet = {
  id: 17,
  at: '2026-11-21T09:30:00.000Z',
  tenant: rootTenantId,
  actor: 'admin',
  note: 'PUT /api/v1/devices/5f0c2b8a4d6e4f3f9b1a7c8d9e0f1a2b',
  rows: 1,
}
const exampleRow = {
  table: 'device',
  key: { id: '5f0c2b8a4d6e4f3f9b1a7c8d9e0f1a2b' },
  operation: 'update' as const,
  before: { description: null },
  after: { description: 'Reception' },
}

/** Every schema keeps its own change sets; its owner lists, shows and undoes them. */
function changeSetRequests(
  area: string,
  owner: ServiceName,
  permissions: { look: Permission; undo: Permission } = { look: 'read', undo: 'write' },
): ChangeSetRequests {
  const requests = requestsOf(area, owner, permissions)
  areas[area] = requests
  return requests
}

type ChangeSetRequests = ReturnType<typeof requestsOf>
const areas: Record<string, ChangeSetRequests> = {}

/** By the name of the area; the index over all of them, the audit and the command line go through these. */
export const changeAreas: Readonly<Record<string, ChangeSetRequests>> = areas

function requestsOf(area: string, owner: ServiceName, { look, undo }: { look: Permission; undo: Permission }) {
  const domain = `${area}-changes`
  const path = `/api/v1/change-sets/${area}`
  return {
    list: defineRequest({
      domain,
      verb: 'list',
      owner,
      summary: `What people changed in ${area}, newest first`,
      input: Type.Object({
        ...listParameters,
        order: Type.Optional(Type.Enum(['at'])),
        actor: Type.Optional(Type.String({ maxLength: 256 })),
        request: Type.Optional(Type.String({ maxLength: 64 })),
        since: Type.Optional(Instant),
        until: Type.Optional(Instant),
      }),
      output: Page(ChangeSet),
      rest: { method: 'GET', path, success: 200, permission: look },
      example: { input: {}, output: { items: [exampleSet], total: 1 } },
    }),
    get: defineRequest({
      domain,
      verb: 'get',
      owner,
      summary: `One change set of ${area} with the differences of each row`,
      input: Type.Object({ id: ChangeSetId }),
      output: Type.Object({ ...ChangeSet.properties, changes: Type.Array(RowChange) }),
      errors: ['not-found'],
      rest: { method: 'GET', path: `${path}/{id}`, success: 200, permission: look },
      example: { input: { id: 17 }, output: { ...exampleSet, changes: [exampleRow] } },
    }),
    undo: defineRequest({
      domain,
      verb: 'undo',
      owner,
      summary: `Takes a change set of ${area} back, as a new change set; refused when what it wrote was changed since`,
      input: Type.Object({ id: ChangeSetId, dryRun: Type.Optional(Type.Boolean()) }),
      output: Type.Object({
        ...ChangeSet.properties,
        applied: Type.Boolean(),
        changes: Type.Array(RowChange),
        usedBy: Type.Optional(UsedBy),
      }),
      errors: ['not-found', 'undo-conflict'],
      rest: { method: 'POST', path: `${path}/{id}/undo`, success: 200, permission: undo },
      example: {
        input: { id: 17 },
        output: { ...exampleSet, id: 18, undoes: 17, applied: true, changes: [exampleRow] },
      },
    }),
  }
}

export const deviceChanges = changeSetRequests('devices', 'identification')
export const configChanges = changeSetRequests('configs', 'rendering')
export const sipChanges = changeSetRequests('sip', 'sip-config')
export const ratingChanges = changeSetRequests('rating', 'rating')
// Who may not make or list tokens must not bring one back either.
export const accessChanges = changeSetRequests('access', 'gateway', { look: 'admin', undo: 'admin' })
