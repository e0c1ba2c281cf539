import Type from 'typebox'
import { defineRequest } from '../definition.ts'
import { ConfigExplanation, ConfigInput, ConfigView } from '../documents/config.ts'
import { ObjectId, Revision, rootTenantId } from '../identity.ts'
import { listParameters, Page } from './lists.ts'

const owner = 'rendering' as const
const domain = 'configs'
const ConfigId = Type.String({
  pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,72}$',
  description: 'Also `autoprov<device>`: the config that device would have of its own',
})
const change = {
  ifRevision: Type.Optional(Revision),
  dryRun: Type.Optional(Type.Boolean({ description: 'Say what would change; change nothing' })),
}
const exampleView = {
  id: 'base',
  tenant: rootTenantId,
  revision: 12,
  parents: [],
  raw: { ntp_enabled: true, ntp_ip: '192.0.2.1' },
  deletable: false,
  devices: 250,
}

/** What a change of a config did, or would do. */
const Changed = Type.Object({
  config: Type.Optional(ConfigView),
  applied: Type.Boolean(),
  devices: Type.Array(ObjectId, { description: 'Whose files depend on it (the first 100)' }),
  deviceCount: Type.Integer(),
  warnings: Type.Optional(
    Type.Array(Type.String(), {
      description: 'What does not go together with what it inherits: dns_enabled without dns_ip',
    }),
  ),
})
const exampleChanged = { config: exampleView, applied: true, devices: [], deviceCount: 0 }

export const listConfigs = defineRequest({
  domain,
  verb: 'list',
  owner,
  summary: 'The configs of a tenant',
  input: Type.Object({ ...listParameters, order: Type.Optional(Type.Enum(['id', 'label', 'revision'])) }),
  output: Page(ConfigView),
  rest: { method: 'GET', path: '/api/v1/configs', success: 200, permission: 'read' },
  example: { input: {}, output: { items: [exampleView], total: 1 } },
})

export const getConfig = defineRequest({
  domain,
  verb: 'get',
  owner,
  summary: 'One config; merged: with everything its parents give it',
  input: Type.Object({ id: ConfigId, view: Type.Optional(Type.Enum(['own', 'merged'])) }),
  output: ConfigView,
  errors: ['not-found'],
  rest: { method: 'GET', path: '/api/v1/configs/{id}', success: 200, permission: 'read' },
  example: { input: { id: 'base' }, output: exampleView },
})

export const explainConfig = defineRequest({
  domain,
  verb: 'explain',
  owner,
  summary: 'Which config gave each parameter, and what it takes the place of; also of a device, by its id',
  input: Type.Object({ id: ConfigId }),
  output: ConfigExplanation,
  errors: ['not-found'],
  rest: { method: 'GET', path: '/api/v1/configs/{id}/explain', success: 200, permission: 'read' },
  example: {
    input: { id: 'base' },
    output: {
      id: 'base',
      tenant: rootTenantId,
      chain: [{ config: 'base', tenant: rootTenantId, revision: 12 }],
      parameters: [
        {
          name: 'ntp_ip',
          config: 'base',
          tenant: rootTenantId,
          value: '192.0.2.1',
          overrides: [{ config: 'installation', value: '192.0.2.10' }],
        },
      ],
      missingParents: [],
      problems: [],
    },
  },
})

export const createConfig = defineRequest({
  domain,
  verb: 'create',
  owner,
  summary: 'Adds a config. With the id of a device it is that device’s own',
  input: Type.Object({ config: ConfigInput }),
  output: Changed,
  errors: ['conflict', 'not-found', 'too-large'],
  rest: { method: 'POST', path: '/api/v1/configs', success: 201, permission: 'write', body: 'config' },
  example: { input: { config: { id: 'base', raw: exampleView.raw } }, output: exampleChanged },
})

export const replaceConfig = defineRequest({
  domain,
  verb: 'replace',
  owner,
  summary: 'Replaces a config, or makes it',
  input: Type.Object({ id: ConfigId, config: ConfigInput, ...change }),
  output: Changed,
  errors: ['not-found', 'stale-revision', 'conflict', 'too-large'],
  rest: { method: 'PUT', path: '/api/v1/configs/{id}', success: 200, permission: 'write', body: 'config' },
  example: { input: { id: 'base', config: { raw: exampleView.raw } }, output: exampleChanged },
})

export const patchConfig = defineRequest({
  domain,
  verb: 'patch',
  owner,
  // The SIP account of phones that nobody has configured.
  callers: ['sip-config'],
  summary: 'Sets and unsets single parameters; makes a device’s own config when there is none',
  input: Type.Object({
    id: ConfigId,
    patch: Type.Object({
      set: Type.Optional(
        Type.Record(Type.String({ maxLength: 256 }), Type.Unknown(), {
          description: 'Dotted name -> value: {"sip_lines.1.username": "1001"}',
        }),
      ),
      unset: Type.Optional(Type.Array(Type.String({ maxLength: 256 }), { maxItems: 500 })),
      parents: Type.Optional(Type.Array(ObjectId, { maxItems: 32 })),
    }),
    ...change,
  }),
  output: Changed,
  errors: ['not-found', 'stale-revision', 'too-large'],
  rest: { method: 'PATCH', path: '/api/v1/configs/{id}', success: 200, permission: 'write', body: 'patch' },
  example: { input: { id: 'base', patch: { set: { ntp_ip: '192.0.2.1' } } }, output: exampleChanged },
})

export const deleteConfig = defineRequest({
  domain,
  verb: 'delete',
  owner,
  summary: 'Removes a config; a device whose own it was returns to the autocreate config',
  input: Type.Object({ id: ConfigId, ...change }),
  output: Changed,
  errors: ['not-found', 'not-deletable', 'in-use', 'stale-revision'],
  rest: { method: 'DELETE', path: '/api/v1/configs/{id}', success: 200, permission: 'write' },
  example: { input: { id: 'base' }, output: { applied: true, devices: [], deviceCount: 0 } },
})
