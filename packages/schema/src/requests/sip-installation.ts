import Type from 'typebox'
import { defineRequest } from '../definition.ts'
import { SipApplied, SipUuid } from '../documents/sip-configuration.ts'
import {
  Registrar,
  RegistrarInput,
  SipTransport,
  SipTransportInput,
  SipTransportView,
} from '../documents/sip-transport.ts'
import { ObjectId, Revision } from '../identity.ts'
import { listParameters, Page } from './lists.ts'
import { SipChanged, sipPreview } from './sip-configurations.ts'

export const exampleTransport: SipTransport = {
  uuid: '8c1c2d0e-55a4-4d53-9d0f-b6f9c6a1f7aa',
  name: 'transport-udp',
  revision: 2,
  options: [
    ['protocol', 'udp'],
    ['bind', '0.0.0.0:5060'],
  ],
}
export const exampleRegistrar: Registrar = {
  id: 'default',
  revision: 2,
  deletable: false,
  name: 'local',
  main_host: '192.0.2.1',
  proxy_main_host: '192.0.2.1',
}

const owner = 'sip-config' as const
const errors = ['not-found', 'conflict', 'stale-revision', 'in-use', 'not-deletable'] as const
const ifRevision = Type.Optional(Revision)
const Nothing = Type.Object({})
const OptionChanges = Type.Array(
  Type.Object({ option: Type.String(), before: Type.Array(Type.String()), after: Type.Array(Type.String()) }),
  { description: 'Of a dry run: each option that would change. Empty: it is not set. Secrets masked' },
)
const TransportChanged = Type.Object({
  ...SipChanged.properties,
  options: Type.Optional(OptionChanges),
  users: Type.Optional(Type.Integer({ description: 'Of a dry run: the endpoints that are on it; exact' })),
})

export const sipTransports = {
  list: defineRequest({
    domain: 'sip-transports',
    verb: 'list',
    owner,
    summary: 'Where Asterisk listens; shared by all tenants',
    input: Type.Object({ ...listParameters, order: Type.Optional(Type.Enum(['name', 'uuid'])) }),
    output: Page(SipTransportView),
    rest: { method: 'GET', path: '/api/v1/sip/transports', success: 200, permission: 'read' },
    example: { input: {}, output: { items: [exampleTransport], total: 1 } },
  }),
  get: defineRequest({
    domain: 'sip-transports',
    verb: 'get',
    owner,
    summary: 'One transport',
    input: Type.Object({ uuid: SipUuid }),
    output: SipTransportView,
    errors: ['not-found'],
    rest: { method: 'GET', path: '/api/v1/sip/transports/{uuid}', success: 200, permission: 'read' },
    example: { input: { uuid: exampleTransport.uuid }, output: exampleTransport },
  }),
  create: defineRequest({
    domain: 'sip-transports',
    verb: 'create',
    owner,
    summary: 'Adds a transport; the root tenant only',
    input: Type.Object({ transport: SipTransportInput }),
    output: SipTransport,
    errors: ['forbidden', ...errors],
    rest: { method: 'POST', path: '/api/v1/sip/transports', success: 201, permission: 'write', body: 'transport' },
    example: {
      input: { transport: { name: 'transport-udp', options: exampleTransport.options } },
      output: exampleTransport,
    },
  }),
  update: defineRequest({
    domain: 'sip-transports',
    verb: 'update',
    owner,
    summary: 'Changes a transport; the root tenant only',
    input: Type.Object({ uuid: SipUuid, transport: SipTransportInput, ifRevision, ...sipPreview }),
    output: TransportChanged,
    errors: ['forbidden', ...errors],
    rest: {
      method: 'PUT',
      path: '/api/v1/sip/transports/{uuid}',
      success: 204,
      permission: 'write',
      body: 'transport',
    },
    example: { input: { uuid: exampleTransport.uuid, transport: { options: exampleTransport.options } }, output: {} },
  }),
  delete: defineRequest({
    domain: 'sip-transports',
    verb: 'delete',
    owner,
    summary: 'Removes a transport; one in use only with a fallback to which its users move; the root tenant only',
    input: Type.Object({
      uuid: SipUuid,
      fallback: Type.Optional({ ...SipUuid, description: 'The transport that its users get' }),
      ifRevision,
      ...sipPreview,
    }),
    output: TransportChanged,
    errors: ['forbidden', ...errors],
    rest: { method: 'DELETE', path: '/api/v1/sip/transports/{uuid}', success: 204, permission: 'write' },
    example: { input: { uuid: exampleTransport.uuid }, output: {} },
  }),
}

const RegistrarId = Registrar.properties.id

export const registrars = {
  list: defineRequest({
    domain: 'registrars',
    verb: 'list',
    owner,
    summary: 'Where phones register',
    input: Type.Object({ ...listParameters, order: Type.Optional(Type.Enum(['id', 'name', 'main_host'])) }),
    output: Page(Registrar),
    rest: { method: 'GET', path: '/api/v1/registrars', success: 200, permission: 'read' },
    example: { input: {}, output: { items: [exampleRegistrar], total: 1 } },
  }),
  get: defineRequest({
    domain: 'registrars',
    verb: 'get',
    owner,
    summary: 'One registrar',
    input: Type.Object({ id: RegistrarId }),
    output: Registrar,
    errors: ['not-found'],
    rest: { method: 'GET', path: '/api/v1/registrars/{id}', success: 200, permission: 'read' },
    example: { input: { id: 'default' }, output: exampleRegistrar },
  }),
  create: defineRequest({
    domain: 'registrars',
    verb: 'create',
    owner,
    summary: 'Adds a registrar; the root tenant only',
    input: Type.Object({ registrar: RegistrarInput }),
    output: Registrar,
    errors: ['forbidden', ...errors],
    rest: { method: 'POST', path: '/api/v1/registrars', success: 201, permission: 'write', body: 'registrar' },
    example: {
      input: { registrar: { main_host: '192.0.2.1', proxy_main_host: '192.0.2.1' } },
      output: exampleRegistrar,
    },
  }),
  update: defineRequest({
    domain: 'registrars',
    verb: 'update',
    owner,
    summary: 'Changes a registrar, and the configs of all devices whose lines use it; the root tenant only',
    input: Type.Object({ id: RegistrarId, registrar: RegistrarInput, ifRevision, dryRun: sipPreview.dryRun }),
    output: Type.Object({
      applied: SipChanged.properties.applied,
      devices: Type.Optional(
        Type.Array(ObjectId, { description: 'Of a dry run: whose config would change (the first 100)' }),
      ),
      device_count: Type.Optional(Type.Integer()),
    }),
    errors: ['forbidden', ...errors],
    rest: { method: 'PUT', path: '/api/v1/registrars/{id}', success: 204, permission: 'write', body: 'registrar' },
    example: { input: { id: 'default', registrar: { main_port: 5070 } }, output: {} },
  }),
  delete: defineRequest({
    domain: 'registrars',
    verb: 'delete',
    owner,
    summary: 'Removes a registrar that no line uses; the root tenant only',
    input: Type.Object({ id: RegistrarId, ifRevision }),
    output: Nothing,
    errors: ['forbidden', ...errors],
    rest: { method: 'DELETE', path: '/api/v1/registrars/{id}', success: 204, permission: 'write' },
    example: { input: { id: 'site2' }, output: {} },
  }),
}

const SectionName = Type.Enum(['global', 'system', 'domain_alias'], {
  description: 'domain_alias: the options are domains by their other names, {"example.net": "example.com"}',
})
const Options = Type.Record(Type.String({ maxLength: 256 }), Type.String({ maxLength: 4096 }))

export const pjsipSections = {
  get: defineRequest({
    domain: 'pjsip-sections',
    verb: 'get',
    owner,
    summary: 'Options of Asterisk’s section global or system, or its domain aliases; the root tenant only',
    input: Type.Object({ section: SectionName }),
    output: Type.Object({
      options: Options,
      revision: Type.Optional(Revision),
      applied: Type.Optional(Type.Array(SipApplied)),
    }),
    errors: ['forbidden'],
    rest: { method: 'GET', path: '/api/v1/asterisk/pjsip/{section}', success: 200, permission: 'read' },
    example: { input: { section: 'global' }, output: { options: { debug: 'no' } } },
  }),
  update: defineRequest({
    domain: 'pjsip-sections',
    verb: 'update',
    owner,
    summary: 'Replaces all options of a section; the root tenant only',
    input: Type.Object({
      section: SectionName,
      settings: Type.Object({ options: Options }),
      ifRevision,
      dryRun: sipPreview.dryRun,
    }),
    output: Type.Object({ applied: SipChanged.properties.applied, options: Type.Optional(OptionChanges) }),
    errors: ['forbidden', 'stale-revision'],
    rest: {
      method: 'PUT',
      path: '/api/v1/asterisk/pjsip/{section}',
      success: 204,
      permission: 'write',
      body: 'settings',
    },
    example: { input: { section: 'global', settings: { options: { debug: 'no' } } }, output: {} },
  }),
  doc: defineRequest({
    domain: 'pjsip-sections',
    verb: 'doc',
    owner,
    summary: 'Every option that may be set, by type of object, with its default and what is allowed',
    input: Nothing,
    output: Type.Record(
      Type.String(),
      Type.Record(
        Type.String(),
        Type.Object({
          name: Type.String(),
          default: Type.Optional(Type.String()),
          allowed: Type.String(),
          multiple: Type.Optional(Type.Boolean()),
          choices: Type.Optional(Type.Array(Type.String())),
        }),
      ),
    ),
    rest: { method: 'GET', path: '/api/v1/asterisk/pjsip/doc', success: 200, permission: 'read' },
    example: { input: {}, output: { aor: { contact: { name: 'contact', allowed: 'a SIP URI', multiple: true } } } },
  }),
}

const General = Type.Object({
  revision: Type.Optional({ ...Revision, description: 'Of the template global' }),
  options: Options,
  nat: Type.Enum(['yes', 'no'], {
    description: 'Several phones may share an address: for Asterisk and for provisioning',
  }),
  asterisk_id: Type.Optional(Type.Union([Type.String({ minLength: 1, maxLength: 64 }), Type.Null()])),
  ordered_options: Type.Optional(
    Type.Array(Type.Array(Type.String(), { minItems: 2, maxItems: 2 }), { maxItems: 512 }),
  ),
})

export const sipGeneral = {
  get: defineRequest({
    domain: 'sip-general',
    verb: 'get',
    owner,
    summary:
      'What holds for all endpoints of a tenant: the endpoint options of its template global, and its NAT setting',
    input: Nothing,
    output: General,
    rest: { method: 'GET', path: '/api/v1/asterisk/sip/general', success: 200, permission: 'read' },
    example: { input: {}, output: { options: { language: 'en_US' }, nat: 'no' } },
  }),
  update: defineRequest({
    domain: 'sip-general',
    verb: 'update',
    owner,
    summary:
      'Changes it; `options` that are given replace all. `nat` is the tenant’s NAT setting for provisioning, too',
    input: Type.Object({
      general: Type.Object({
        options: Type.Optional(Options),
        nat: Type.Optional(General.properties.nat),
        asterisk_id: General.properties.asterisk_id,
        ordered_options: General.properties.ordered_options,
      }),
      ifRevision,
      ...sipPreview,
    }),
    output: SipChanged,
    errors: ['stale-revision'],
    rest: { method: 'PUT', path: '/api/v1/asterisk/sip/general', success: 204, permission: 'write', body: 'general' },
    example: { input: { general: { nat: 'yes' } }, output: {} },
  }),
}
