import Type from 'typebox'
import { defineRequest } from '../definition.ts'
import { ServiceCodes } from '../documents/service-codes.ts'
import { LineKeys, RecordId } from '../documents/sip-line.ts'
import { ObjectId, Revision } from '../identity.ts'
import { SipChanged, sipPreview } from './sip-configurations.ts'
import { LineSteps } from './sip-lines.ts'

const owner = 'sip-config' as const
const codes = { dnd: '*25', fwd_unconditional: '*21', fwd_disable_all: '*20', park: '700' }
const ifRevision = Type.Optional(Revision)

/** What people of a tenant dial for a service, and what its phones are told of it. */
export const serviceCodes = {
  get: defineRequest({
    domain: 'service-codes',
    verb: 'get',
    owner,
    summary: 'The service codes of a tenant, as its phones with lines are told them',
    input: Type.Object({}),
    output: Type.Object({ revision: Type.Optional(Revision), codes: ServiceCodes }),
    rest: { method: 'GET', path: '/api/v1/extensions/features', success: 200, permission: 'read' },
    example: { input: {}, output: { revision: 12, codes } },
  }),
  update: defineRequest({
    domain: 'service-codes',
    verb: 'update',
    owner,
    summary: 'Replaces all service codes of a tenant, and the configs of all its devices with lines',
    input: Type.Object({ features: Type.Object({ codes: ServiceCodes }), ifRevision, dryRun: sipPreview.dryRun }),
    output: Type.Object({
      applied: SipChanged.properties.applied,
      devices: Type.Optional(
        Type.Array(ObjectId, { description: 'Of a dry run: whose config would change (the first 100)' }),
      ),
      device_count: Type.Optional(Type.Integer()),
    }),
    errors: ['conflict', 'stale-revision'],
    // Ten thousand devices are told within it.
    deadlineMs: 10_000,
    rest: { method: 'PUT', path: '/api/v1/extensions/features', success: 204, permission: 'write', body: 'features' },
    example: { input: { features: { codes } }, output: {} },
  }),
}

const keys: LineKeys = {
  1: { type: 'blf', line_id: 2, label: 'Bob' },
  2: { type: 'blf', feature: 'dnd', label: 'Do not disturb' },
  3: { type: 'speeddial', value: '0033123456789', label: 'Taxi' },
}

/** Keys that a line brings to the phone it is on. */
export const functionKeys = {
  get: defineRequest({
    domain: 'lines',
    verb: 'get-funckeys',
    owner,
    summary: 'The function keys of a line',
    input: Type.Object({ id: RecordId }),
    output: Type.Object({ revision: { ...Revision, description: 'Of the line' }, keys: LineKeys }),
    errors: ['not-found'],
    rest: { method: 'GET', path: '/api/v1/lines/{id}/funckeys', success: 200, permission: 'read' },
    example: { input: { id: 1 }, output: { revision: 9, keys } },
  }),
  update: defineRequest({
    domain: 'lines',
    verb: 'put-funckeys',
    owner,
    summary:
      'Replaces all function keys of a line. Where lines of a device have a key of the same number, that of the lowest position is taken. 202 with a task when its phone takes longer than 2 s',
    input: Type.Object({ id: RecordId, funckeys: Type.Object({ keys: LineKeys }), ifRevision }),
    output: LineSteps,
    errors: ['not-found', 'conflict', 'stale-revision'],
    deadlineMs: 5_000,
    rest: { method: 'PUT', path: '/api/v1/lines/{id}/funckeys', success: 204, permission: 'write', body: 'funckeys' },
    example: { input: { id: 1, funckeys: { keys } }, output: {} },
  }),
}
