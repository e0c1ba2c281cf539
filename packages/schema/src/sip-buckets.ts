import { defineBucket, defineStream } from './definition.ts'
import { AppliedConfiguration, Asterisk, WantedCheck } from './documents/asterisk.ts'
import { SipConfiguration } from './documents/sip-configuration.ts'
import { Extension, Line, Trunk } from './documents/sip-line.ts'
import { Registrar, SipSetting, SipTransport } from './documents/sip-transport.ts'
import { rootTenantId } from './identity.ts'
import { exampleAsterisk } from './requests/asterisks.ts'
import { exampleSipConfiguration } from './requests/sip-configurations.ts'
import { exampleRegistrar, exampleTransport } from './requests/sip-installation.ts'
import { exampleLine } from './requests/sip-lines.ts'
import { exampleExtension, exampleTrunk } from './requests/sip-trunks.ts'
import { exampleTask } from './requests/tasks.ts'

const mebibyte = 1_048_576
const owner = 'sip-config' as const
const readers = ['sip-config'] as const

export const sipStream = defineStream({
  domain: 'sip',
  summary: 'Which lines devices have; rendering and identification work them off',
  maxAgeS: 7 * 86_400,
  maxBytes: 256 * mebibyte,
})

export const sipConfigurationsBucket = defineBucket({
  name: 'SIP_CONFIGURATIONS',
  owner,
  readers,
  summary: 'Every SIP endpoint and template, its secrets sealed',
  key: 'uuid',
  value: SipConfiguration,
  maxBytes: 1024 * mebibyte,
  example: { key: exampleSipConfiguration.uuid, value: exampleSipConfiguration },
})

export const linesBucket = defineBucket({
  name: 'LINES',
  owner,
  // identification: which lines a device has that is to be removed.
  readers: ['sip-config', 'identification'],
  summary: 'Every line with its endpoint and its device',
  key: 'line id',
  value: Line,
  maxBytes: 256 * mebibyte,
  example: { key: String(exampleLine.id), value: exampleLine },
})

export const extensionsBucket = defineBucket({
  name: 'EXTENSIONS',
  owner,
  readers,
  summary: 'Every extension with its line',
  key: 'extension id',
  value: Extension,
  maxBytes: 256 * mebibyte,
  example: { key: String(exampleExtension.id), value: exampleExtension },
})

export const trunksBucket = defineBucket({
  name: 'TRUNKS',
  owner,
  readers,
  summary: 'Every trunk with its endpoint',
  key: 'trunk id',
  value: Trunk,
  maxBytes: 64 * mebibyte,
  example: { key: String(exampleTrunk.id), value: exampleTrunk },
})

export const sipTransportsBucket = defineBucket({
  name: 'SIP_TRANSPORTS',
  owner,
  readers,
  summary: 'Every SIP transport, its secrets sealed',
  key: 'uuid',
  value: SipTransport,
  maxBytes: 16 * mebibyte,
  example: { key: exampleTransport.uuid, value: exampleTransport },
})

export const registrarsBucket = defineBucket({
  name: 'REGISTRARS',
  owner,
  readers,
  summary: 'Every registrar',
  key: 'registrar id',
  value: Registrar,
  maxBytes: 16 * mebibyte,
  example: { key: exampleRegistrar.id, value: exampleRegistrar },
})

export const sipSettingsBucket = defineBucket({
  name: 'SIP_SETTINGS',
  owner,
  readers,
  summary: 'Options of Asterisk’s global and system sections; which Asterisk a tenant has, and its service codes',
  key: 'tenant id / section',
  value: SipSetting,
  maxBytes: 64 * mebibyte,
  example: {
    key: `${rootTenantId}/global`,
    value: { tenant: rootTenantId, section: 'global', revision: 3, options: { debug: 'no' } },
  },
})

export const asterisksBucket = defineBucket({
  name: 'ASTERISKS',
  owner,
  readers,
  summary: 'How each Asterisk stands, and which replica keeps it: a lease that is renewed by writing it',
  key: 'asterisk id',
  value: Asterisk,
  maxBytes: 16 * mebibyte,
  example: { key: exampleAsterisk.id, value: exampleAsterisk },
})

export const appliedBucket = defineBucket({
  name: 'SIP_APPLIED',
  owner,
  readers,
  summary: 'What came of each configuration in each Asterisk; written when it is settled',
  key: 'asterisk id / configuration uuid',
  value: AppliedConfiguration,
  maxBytes: 512 * mebibyte,
  example: {
    key: `asterisk/${exampleSipConfiguration.uuid}`,
    value: {
      print: 'q1Z2nXoGf7Jm0c4Tt3kVbA',
      state: 'applied',
      at: '2026-11-21T09:30:00.000Z',
      objects: ['auth/lp3wc06e', 'aor/lp3wc06e', 'endpoint/lp3wc06e'],
    },
  },
})

export const wantedChecksBucket = defineBucket({
  name: 'ASTERISK_CHECKS',
  owner,
  readers,
  summary: 'Comparisons that somebody asked for, on their way to the replica that keeps the Asterisk',
  key: 'asterisk id',
  value: WantedCheck,
  // Room for the largest message there can be, also when nobody of ours sent it.
  maxBytes: 16 * mebibyte,
  maxAgeS: 3_600,
  example: { key: 'asterisk', value: { task: exampleTask.id, at: '2026-11-21T09:41:00.000Z' } },
})
