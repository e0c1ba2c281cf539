import Type from 'typebox'
import { defineRequest } from '../definition.ts'
import {
  type SipConfiguration,
  type SipConfigurationView,
  SipConfigurationView as View,
} from '../documents/sip-configuration.ts'
import { rootTenantId } from '../identity.ts'
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

const exampleView: SipConfigurationView = {
  uuid: exampleSipConfiguration.uuid,
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
  links: [{ rel: 'endpoint_sip', href: '/api/v1/endpoints/sip/5d8f3c1e-7a61-4f7e-9a0e-3c5d2b1a0f9e' }],
  line: null,
  trunk: null,
}

const owner = 'sip-config' as const
const filter = {
  ...listParameters,
  order: Type.Optional(Type.Enum(['name', 'label', 'uuid', 'asterisk_id'])),
  uuid: Type.Optional(Type.String({ maxLength: 800, description: 'Of these only: up to 20, with commas between' })),
  name: Type.Optional(Type.String({ maxLength: 79 })),
  label: Type.Optional(Type.String({ maxLength: 128 })),
}

export const listSipEndpoints = defineRequest({
  domain: 'sip-endpoints',
  verb: 'list',
  owner,
  summary: 'SIP endpoints of this tenant with their own options',
  input: Type.Object(filter),
  output: Page(View),
  rest: { method: 'GET', path: '/api/v1/endpoints/sip', success: 200, permission: 'read' },
  example: { input: { search: 'lp3' }, output: { items: [exampleView], total: 1 } },
})
