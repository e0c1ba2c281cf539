import Type from 'typebox'
import { defineRequest } from '../definition.ts'
import { TaskDocument } from '../documents/task.ts'
import { Mac, ObjectId, PluginId, rootTenantId, TenantId } from '../identity.ts'
import { examples } from './phone.ts'
import { exampleTask } from './tasks.ts'

const exampleChange = { old: 'yealink-v85', new: 'yealink-v86' }

/** As the old helper `mass_update_devices_plugin`. */
export const changePlugin = defineRequest({
  domain: 'rendering',
  verb: 'change-plugin',
  owner: 'rendering',
  summary: 'Gives every device of one plugin another one, as a task and as one change that can be undone',
  input: Type.Object({
    change: Type.Object({
      old: PluginId,
      new: PluginId,
      synchronize: Type.Optional(Type.Boolean({ description: 'Then have the phones fetch their files' })),
      recurse: Type.Optional(Type.Boolean({ description: 'Devices of tenants below the asking one too' })),
    }),
    dryRun: Type.Optional(Type.Boolean({ description: 'Say what would change; change nothing' })),
  }),
  output: Type.Object({
    applied: Type.Boolean({ description: 'The task has begun' }),
    task: Type.Optional(TaskDocument),
    deviceCount: Type.Integer(),
    devices: Type.Array(
      Type.Object({
        id: ObjectId,
        tenant: TenantId,
        mac: Type.Optional(Mac),
        model: Type.Optional(Type.String()),
        known: Type.Boolean({ description: 'The new plugin knows this model' }),
        error: Type.Optional(Type.String({ description: 'Why its files cannot be rendered with the new plugin' })),
      }),
      { description: 'Of a dry run: those with something to tell first, 500 at most' },
    ),
    models: Type.Array(
      Type.Object({
        model: Type.Optional(Type.String()),
        devices: Type.Integer(),
        known: Type.Boolean(),
        failing: Type.Integer({ description: 'Devices whose files cannot be rendered' }),
      }),
      { description: 'Of a dry run' },
    ),
  }),
  errors: ['not-found', 'conflict', 'too-large'],
  deadlineMs: 30_000,
  rest: {
    method: 'POST',
    path: '/api/v1/devices/change-plugin',
    success: 202,
    permission: 'write',
    body: 'change',
  },
  example: {
    input: { change: exampleChange, dryRun: true },
    output: {
      applied: false,
      deviceCount: 1,
      devices: [{ id: examples.device.id, tenant: rootTenantId, mac: '00:15:65:12:34:56', model: 'T46S', known: true }],
      models: [{ model: 'T46S', devices: 1, known: true, failing: 0 }],
    },
  },
})

/** The part of `changePlugin` that its owner cannot do: devices are identification’s. */
export const assignPlugin = defineRequest({
  domain: 'devices',
  verb: 'assign-plugin',
  owner: 'identification',
  callers: ['rendering'],
  summary: 'Writes the new plugin into the devices of the old one, in one change set',
  input: Type.Object({ old: PluginId, new: PluginId, recurse: Type.Boolean() }),
  output: Type.Object({
    changed: Type.Integer(),
    changeSet: Type.Optional(Type.Integer({ description: 'Absent when nothing was changed' })),
  }),
  errors: ['not-found'],
  deadlineMs: 120_000,
  example: { input: { ...exampleChange, recurse: true }, output: { changed: 120, changeSet: 17 } },
})

/** As the old command `synchronize()`. */
export const synchronize = defineRequest({
  domain: 'rendering',
  verb: 'synchronize',
  owner: 'rendering',
  callers: ['sip-config'],
  summary: 'Has phones fetch their files again, by a SIP NOTIFY from Asterisk; the task ends when they have',
  input: Type.Object({
    selection: Type.Object(
      {
        devices: Type.Optional(Type.Array(ObjectId, { minItems: 1, maxItems: 1000 })),
        plugin: Type.Optional(PluginId),
        recurse: Type.Optional(Type.Boolean({ description: 'Devices of tenants below the asking one too' })),
      },
      { description: 'Without devices and plugin: all devices' },
    ),
  }),
  output: TaskDocument,
  errors: ['not-found', 'conflict', 'too-large'],
  rest: { method: 'POST', path: '/api/v1/synchronize', success: 202, permission: 'write', body: 'selection' },
  example: {
    input: { selection: { devices: [examples.device.id] } },
    output: { ...exampleTask, kind: 'rendering.synchronize' },
  },
})
