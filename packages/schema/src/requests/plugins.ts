import Type from 'typebox'
import { defineRequest } from '../definition.ts'
import { PluginView } from '../documents/plugin.ts'
import { TaskDocument } from '../documents/task.ts'
import { ObjectId, PluginId } from '../identity.ts'
import { flatListParameters, Page } from './lists.ts'
import { exampleTask } from './tasks.ts'

const owner = 'rendering' as const
const exampleView = {
  id: 'yealink-v86',
  version: '1.0.0',
  description: 'Yealink phones with firmware 86',
  hash: 'b5d4045c3f466fa91fe2cc6abe79232a1a57cdf104f7a26e716e0a1e2789df78',
  origin: 'built-in' as const,
  vendors: ['Yealink'],
  models: ['T46S'],
  installedAt: '2026-11-21T09:00:00.000Z',
  devices: 3,
}

export const listPlugins = defineRequest({
  domain: 'plugins',
  verb: 'list',
  owner,
  summary: 'The plugins that are loaded',
  input: Type.Object({ ...flatListParameters, order: Type.Optional(Type.Enum(['id', 'installedAt', 'devices'])) }),
  output: Page(PluginView),
  rest: { method: 'GET', path: '/api/v1/plugins', success: 200, permission: 'read' },
  example: { input: {}, output: { items: [exampleView], total: 1 } },
})

export const getPlugin = defineRequest({
  domain: 'plugins',
  verb: 'get',
  owner,
  summary: 'One plugin',
  input: Type.Object({ id: PluginId }),
  output: PluginView,
  errors: ['not-found'],
  rest: { method: 'GET', path: '/api/v1/plugins/{id}', success: 200, permission: 'read' },
  example: { input: { id: 'yealink-v86' }, output: exampleView },
})

/** As the old command `reconfigure()`: renders the files of devices again. */
export const reconfigure = defineRequest({
  domain: 'rendering',
  verb: 'reconfigure',
  owner,
  summary: 'Renders the files of one device, of those that use a plugin, or of all, as a task',
  input: Type.Object({
    selection: Type.Object({
      device: Type.Optional(ObjectId),
      plugin: Type.Optional(PluginId),
      recurse: Type.Optional(Type.Boolean({ description: 'Devices of tenants below the asking one too' })),
      writeFiles: Type.Optional(
        Type.Boolean({ description: 'Write their files to var/tftpboot of the folder of plugins, to be looked at' }),
      ),
    }),
  }),
  output: TaskDocument,
  errors: ['not-found'],
  rest: { method: 'POST', path: '/api/v1/reconfigure', success: 202, permission: 'write', body: 'selection' },
  example: { input: { selection: { plugin: 'yealink-v86' } }, output: exampleTask },
})
