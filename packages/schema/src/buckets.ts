import { defineBucket, defineObjectStore } from './definition.ts'
import { Ban } from './documents/ban.ts'
import { Config } from './documents/config.ts'
import { CustomFile } from './documents/custom-file.ts'
import { Device } from './documents/device.ts'
import { defaultFloodLimits, FloodLimits, Offender } from './documents/flood.ts'
import { Plugin } from './documents/plugin.ts'
import { examplePolicy, ProvisioningSecret, StoredPolicy } from './documents/policy.ts'
import { Rendered } from './documents/rendered.ts'
import { TaskDocument } from './documents/task.ts'
import { Tenant } from './documents/tenant.ts'
import { rootTenantId } from './identity.ts'
import { examples } from './requests/phone.ts'
import { exampleTask } from './requests/tasks.ts'

const mebibyte = 1_048_576

export const devicesBucket = defineBucket({
  name: 'DEVICES',
  owner: 'identification',
  readers: ['identification', 'rendering', 'sip-config'],
  summary: 'Every device',
  key: 'device id',
  value: Device,
  maxBytes: 1024 * mebibyte,
  example: { key: examples.device.id, value: examples.device },
})

export const policiesBucket = defineBucket({
  name: 'POLICIES',
  owner: 'identification',
  readers: ['identification', 'rendering', 'ingress'],
  summary: 'How phones of a tenant are treated',
  key: 'tenant id',
  value: StoredPolicy,
  maxBytes: 64 * mebibyte,
  example: { key: rootTenantId, value: examplePolicy },
})

export const provisioningSecretsBucket = defineBucket({
  name: 'PROVISIONING_SECRETS',
  owner: 'identification',
  readers: ['identification', 'rendering'],
  summary: 'From what the provisioning keys of a tenant are made, sealed',
  key: 'tenant id',
  value: ProvisioningSecret,
  maxBytes: 64 * mebibyte,
  example: { key: rootTenantId, value: { tenant: rootTenantId, revision: 1, secret: 'sealed:v1:0d9c1f5e:3q2-7w' } },
})

export const configsBucket = defineBucket({
  name: 'CONFIGS',
  owner: 'rendering',
  readers: ['rendering'],
  summary: 'Every config, its secrets sealed',
  key: 'tenant id / config id',
  value: Config,
  maxBytes: 1024 * mebibyte,
  example: {
    key: `${rootTenantId}/base`,
    value: {
      id: 'base',
      tenant: rootTenantId,
      revision: 12,
      parents: [],
      raw: { ntp_enabled: true, ntp_ip: '192.0.2.1' },
      deletable: false,
    },
  },
})

export const renderedBucket = defineBucket({
  name: 'RENDERED',
  owner: 'rendering',
  readers: ['rendering', 'identification', 'ingress'],
  summary: 'Revision and digests of each device’s files',
  key: 'device id',
  value: Rendered,
  maxBytes: 512 * mebibyte,
  example: {
    key: examples.device.id,
    value: {
      tenant: rootTenantId,
      revision: 3,
      config: `autoprov${examples.device.id}`,
      plugin: 'yealink-v86',
      digests: { '001565123456.cfg': 'nUyHk3pJc1s8mYb2l0aZqA' },
      at: '2026-11-21T09:30:00.000Z',
    },
  },
})

export const pluginsBucket = defineBucket({
  name: 'PLUGINS',
  owner: 'rendering',
  readers: ['rendering', 'identification', 'ingress'],
  summary: 'Every loaded plugin with its manifest',
  key: 'plugin id',
  value: Plugin,
  maxBytes: 256 * mebibyte,
  example: {
    key: 'yealink-v86',
    value: {
      id: 'yealink-v86',
      revision: 1,
      hash: 'b5d4045c3f466fa91fe2cc6abe79232a1a57cdf104f7a26e716e0a1e2789df78',
      manifest: {
        id: 'yealink-v86',
        version: '1.0.0',
        description: 'Yealink phones with firmware 86',
        vendors: ['Yealink'],
        firmware: ['^[0-9]+\\.86\\.'],
        models: {},
        identify: {},
        files: { device: [], common: [], static: [] },
        sensitive: ['^[0-9a-f]{12}\\.cfg'],
        format: 'key-value',
        notOffered: {},
      },
    },
  },
})

export const customFilesBucket = defineBucket({
  name: 'CUSTOM_FILES',
  owner: 'rendering',
  readers: ['rendering'],
  summary: 'Custom templates and static files of tenants',
  key: 'tenant id / plugin id / folder / name',
  value: CustomFile,
  maxBytes: 256 * mebibyte,
  example: {
    key: `${rootTenantId}/yealink-v86/templates/base.tpl`,
    value: {
      tenant: rootTenantId,
      plugin: 'yealink-v86',
      folder: 'templates',
      name: 'base.tpl',
      revision: 31,
      content: '{% extends "yealink-v86/base.tpl" %}\n',
      at: '2026-11-21T09:30:00.000Z',
    },
  },
})

export const tenantsBucket = defineBucket({
  name: 'TENANTS',
  owner: 'gateway',
  readers: ['identification', 'rendering', 'sip-config', 'rating', 'gateway'],
  summary: 'The tree of tenants',
  key: 'tenant id',
  value: Tenant,
  maxBytes: 64 * mebibyte,
  example: { key: rootTenantId, value: { id: rootTenantId, parent: null, name: 'root', revision: 1 } },
})

export const bansBucket = defineBucket({
  name: 'BANS',
  owner: 'ingress',
  readers: ['ingress'],
  summary: 'Sources that are served nothing',
  key: 'address',
  value: Ban,
  maxBytes: 64 * mebibyte,
  maxAgeS: 366 * 86_400,
  example: {
    key: '203.0.113.5',
    value: { address: '203.0.113.5', reason: 'scanning', until: '2026-11-21T10:00:00.000Z', by: 'admin' },
  },
})

export const floodBucket = defineBucket({
  name: 'FLOOD',
  owner: 'identification',
  readers: ['identification', 'ingress'],
  summary: 'How much may come from outside before it is held back; without an entry the defaults hold',
  key: 'limits',
  value: FloodLimits,
  maxBytes: 16 * mebibyte,
  example: { key: 'limits', value: defaultFloodLimits },
})

export const offendersBucket = defineBucket({
  name: 'OFFENDERS',
  owner: 'ingress',
  readers: ['ingress'],
  summary: 'Sources that went beyond the limits of bans, and what was done about it',
  key: 'address',
  value: Offender,
  maxBytes: 16 * mebibyte,
  maxAgeS: 30 * 86_400,
  example: {
    key: '203.0.113.5',
    value: {
      address: '203.0.113.5',
      kind: 'refused',
      count: 20,
      outcome: 'banned',
      at: '2026-11-21T10:00:00.000Z',
      times: 1,
      firstAt: '2026-11-21T10:00:00.000Z',
    },
  },
})

export const tasksBucket = defineBucket({
  name: 'TASKS',
  owner: 'gateway',
  writers: ['identification', 'rendering', 'sip-config', 'rating'],
  readers: ['identification', 'rendering', 'sip-config', 'rating', 'gateway'],
  summary: 'Long work of the last 30 days',
  key: 'task id',
  value: TaskDocument,
  maxBytes: 128 * mebibyte,
  maxAgeS: 30 * 86_400,
  example: { key: exampleTask.id, value: exampleTask },
})

export const firmwareStore = defineObjectStore({
  name: 'FIRMWARE',
  owner: 'rendering',
  readers: ['ingress', 'rendering'],
  summary: 'Files too large for a message, by digest',
  maxBytes: 20 * 1024 * mebibyte,
})
