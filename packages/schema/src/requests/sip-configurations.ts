import Type from 'typebox'
import { defineRequest } from '../definition.ts'
import {
  type SipConfiguration,
  type SipConfigurationView,
  SipTemplateInput,
  SipUuid,
  SipConfigurationView as View,
} from '../documents/sip-configuration.ts'
import { SipExplanation, SipImpact } from '../documents/sip-impact.ts'
import { Instant, Revision, rootTenantId } from '../identity.ts'
import { listParameters, Page } from './lists.ts'

export const exampleSipConfiguration: SipConfiguration = {
  uuid: '5d8f3c1e-7a61-4f7e-9a0e-3c5d2b1a0f9e',
  tenant: rootTenantId,
  revision: 7,
  kind: 'endpoint',
  name: 'lp3wc06e',
  sections: { auth: [['username', 'lp3wc06e']], endpoint: [['callerid', '"Alice" <1001>']] },
  operations: [],
  templates: ['0a6cf2b4-91d3-4c8a-b6de-2f7a1c9e8d55'],
  shared: false,
  at: '2026-11-21T09:30:00.000Z',
}
const { uuid } = exampleSipConfiguration

const exampleView: SipConfigurationView = {
  uuid,
  tenant_uuid: rootTenantId,
  revision: 7,
  name: 'lp3wc06e',
  label: null,
  auth_section_options: [
    ['username', 'lp3wc06e'],
    ['password', '********'],
  ],
  endpoint_section_options: [['callerid', '"Alice" <1001>']],
  templates: [{ uuid: '0a6cf2b4-91d3-4c8a-b6de-2f7a1c9e8d55', label: 'global' }],
  transport: null,
  asterisk_id: null,
  links: [{ rel: 'endpoint_sip', href: `/api/v1/endpoints/sip/${uuid}` }],
  line: null,
  trunk: null,
}
const setter = { uuid, name: 'lp3wc06e', tenant_uuid: rootTenantId }
const exampleExplanation: SipExplanation = {
  uuid,
  name: 'lp3wc06e',
  chain: [{ ...setter, revision: 7 }],
  options: [{ section: 'endpoint', option: 'callerid', value: '"Alice" <1001>', set_by: setter, overrides: [] }],
  withdrawn: [],
  objects: [],
  problems: [],
}

const owner = 'sip-config' as const
const errors = ['not-found', 'conflict', 'stale-revision', 'in-use'] as const
/** What a change answers: nothing, or of a dry run what it would do. */
export const SipChanged = Type.Object({
  applied: Type.Optional(Type.Boolean({ description: 'false: this was a dry run' })),
  impact: Type.Optional(SipImpact),
})
export const sipPreview = {
  dryRun: Type.Optional(Type.Boolean({ description: 'Answer what would change, and change nothing' })),
  limit: listParameters.limit,
  offset: listParameters.offset,
}
const exampleInput: SipTemplateInput = { endpoint_section_options: [['rtp_timeout', '300']] }
const removal = {
  users: Type.Optional(
    Type.Enum(['detach'], {
      description: 'Of a template: what becomes of those that inherit from it. detach: they do without its options',
    }),
  ),
  replacement: Type.Optional({ ...SipUuid, description: 'Of a template: the one that takes its place in those' }),
}
const ifRevision = Type.Optional(Revision)
const Version = Type.Object({
  change_set: Type.Integer(),
  at: Instant,
  actor: Type.String(),
  note: Type.Optional(Type.String()),
  operation: Type.Enum(['insert', 'update', 'delete']),
  changes: Type.Array(
    Type.Object({
      field: Type.String({ description: 'As endpoint.rtp_timeout or name' }),
      before: Type.Array(Type.String(), { description: 'Secrets masked' }),
      after: Type.Array(Type.String()),
    }),
  ),
})

function configurationRequests(domain: string, path: string, noun: string) {
  const one = `${path}/{uuid}`
  return {
    list: defineRequest({
      domain,
      verb: 'list',
      owner,
      summary: `SIP ${noun}s with their own options, without inherited ones`,
      input: Type.Object({
        ...listParameters,
        order: Type.Optional(Type.Enum(['name', 'label', 'uuid', 'asterisk_id'])),
        uuid: Type.Optional(Type.String({ maxLength: 800, description: 'Up to 20 with commas between' })),
        name: Type.Optional(Type.String({ maxLength: 79 })),
        label: Type.Optional(Type.String({ maxLength: 128 })),
        asterisk_id: Type.Optional(Type.String({ maxLength: 1024 })),
      }),
      output: Page(View),
      rest: { method: 'GET', path, success: 200, permission: 'read' },
      example: { input: { search: 'lp3' }, output: { items: [exampleView], total: 1 } },
    }),
    get: defineRequest({
      domain,
      verb: 'get',
      owner,
      summary: `One SIP ${noun}; \`view=merged\`: with everything it inherits`,
      input: Type.Object({ uuid: SipUuid, view: Type.Optional(Type.Enum(['merged'])) }),
      output: View,
      errors: ['not-found'],
      rest: { method: 'GET', path: one, success: 200, permission: 'read' },
      example: { input: { uuid }, output: exampleView },
    }),
    explain: defineRequest({
      domain,
      verb: 'explain',
      owner,
      summary: `For each option in effect of a SIP ${noun}: who set it and what that overrode; and the objects Asterisk is given`,
      input: Type.Object({ uuid: SipUuid }),
      output: SipExplanation,
      errors: ['not-found'],
      rest: { method: 'GET', path: `${one}/explain`, success: 200, permission: 'read' },
      example: { input: { uuid }, output: exampleExplanation },
    }),
    create: defineRequest({
      domain,
      verb: 'create',
      owner,
      summary: `Adds a SIP ${noun}`,
      input: Type.Object({ configuration: SipTemplateInput }),
      output: View,
      errors: [...errors],
      rest: { method: 'POST', path, success: 201, permission: 'write', body: 'configuration' },
      example: { input: { configuration: exampleInput }, output: exampleView },
    }),
    update: defineRequest({
      domain,
      verb: 'update',
      owner,
      summary: `Changes a SIP ${noun}: what is absent stays, a section that is given is replaced; \`dry_run=true\`: what would change`,
      input: Type.Object({ uuid: SipUuid, configuration: SipTemplateInput, ifRevision, ...sipPreview }),
      output: SipChanged,
      errors: [...errors],
      deadlineMs: 10_000,
      rest: { method: 'PUT', path: one, success: 204, permission: 'write', body: 'configuration' },
      example: { input: { uuid, configuration: exampleInput }, output: {} },
    }),
    delete: defineRequest({
      domain,
      verb: 'delete',
      owner,
      summary: `Removes a SIP ${noun}`,
      input: Type.Object({ uuid: SipUuid, ifRevision, ...sipPreview, ...removal }),
      output: SipChanged,
      errors: [...errors],
      deadlineMs: 10_000,
      rest: { method: 'DELETE', path: one, success: 204, permission: 'write' },
      example: { input: { uuid }, output: {} },
    }),
    history: defineRequest({
      domain,
      verb: 'history',
      owner,
      summary: `What people changed of a SIP ${noun}, newest first, with the difference of each change`,
      input: Type.Object({ uuid: SipUuid, limit: listParameters.limit, offset: listParameters.offset }),
      output: Page(Version),
      errors: ['not-found'],
      rest: { method: 'GET', path: `${one}/history`, success: 200, permission: 'read' },
      example: { input: { uuid }, output: { items: [], total: 0 } },
    }),
    revert: defineRequest({
      domain,
      verb: 'revert',
      owner,
      summary: `Makes a SIP ${noun} again what it was after a change set`,
      input: Type.Object({
        uuid: SipUuid,
        to: Type.Object({ change_set: Type.Integer({ minimum: 1 }) }),
        ifRevision,
        ...sipPreview,
      }),
      output: SipChanged,
      errors: [...errors],
      deadlineMs: 10_000,
      rest: { method: 'POST', path: `${one}/revert`, success: 204, permission: 'write', body: 'to' },
      example: { input: { uuid, to: { change_set: 17 } }, output: {} },
    }),
  }
}

export const sipEndpoints = configurationRequests('sip-endpoints', '/api/v1/endpoints/sip', 'endpoint')
export const sipTemplates = configurationRequests('sip-templates', '/api/v1/endpoints/sip/templates', 'template')

export const resetSipTemplates = defineRequest({
  domain: 'sip-templates',
  verb: 'reset',
  owner,
  summary: 'Makes the templates that every tenant is given (global, webrtc, …) again what they were at first, in place',
  input: Type.Object({ dryRun: sipPreview.dryRun }),
  output: Type.Object({
    applied: Type.Boolean(),
    templates: Type.Array(Type.Object({ uuid: SipUuid, label: Type.String(), changed: Type.Boolean() })),
  }),
  rest: { method: 'POST', path: '/api/v1/endpoints/sip/templates/reset', success: 200, permission: 'write' },
  example: { input: {}, output: { applied: true, templates: [{ uuid, label: 'global', changed: true }] } },
})
