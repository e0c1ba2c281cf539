import Type from 'typebox'
import { defineRequest } from '../definition.ts'
import { DeviceLines } from '../documents/device-lines.ts'
import { rootTenantId } from '../identity.ts'

export const exampleDeviceLines: DeviceLines = {
  device: '5f0c2b8a4d6e4f3f9b1a7c8d9e0f1a2b',
  tenant: rootTenantId,
  revision: 31,
  lines: [
    {
      line: 1,
      position: 1,
      username: 'lp3wc06e',
      password: 'sealed:v1:0d9c1f5e:3q2-7w',
      displayName: 'Alice',
      number: '1001',
      servers: { proxy_ip: '192.0.2.1', registrar_ip: '192.0.2.1' },
    },
  ],
  parameters: {
    exten_dnd: '*25',
    funckeys: { 1: { type: 'blf', value: '1002', label: 'Bob', line: 1 } },
  },
}

/** What the event of the same contents asks for, at once: a person waits for it. */
export const applyDeviceLines = defineRequest({
  domain: 'rendering',
  verb: 'apply-device-lines',
  owner: 'rendering',
  callers: ['sip-config'],
  summary: 'Makes a device’s config of its lines and renders it',
  input: DeviceLines,
  output: Type.Object({
    revision: Type.Optional(Type.Integer({ description: 'Of what is rendered; absent: nothing is' })),
    error: Type.Optional(Type.String({ description: 'Why its file could not be rendered' })),
  }),
  errors: ['not-found'],
  example: { input: exampleDeviceLines, output: { revision: 4 } },
})
