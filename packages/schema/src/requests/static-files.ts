import Type from 'typebox'
import { defineRequest } from '../definition.ts'
import { CustomFileName, maxStaticFileBytes, StaticFileView } from '../documents/custom-file.ts'
import { ObjectId, PluginId, Revision, rootTenantId } from '../identity.ts'
import { flatListParameters, Page } from './lists.ts'

const owner = 'rendering' as const
const domain = 'static-files'
const exampleView = {
  name: 'logo.bmp',
  tenant: rootTenantId,
  revision: 32,
  at: '2026-11-21T09:30:00.000Z',
  bytes: 3,
  digest: 'nUyHk3pJc1s8mYb2l0aZqA',
}
const Changed = Type.Object({ file: Type.Optional(StaticFileView), applied: Type.Boolean() })
const change = {
  ifRevision: Type.Optional(Revision),
  dryRun: Type.Optional(Type.Boolean({ description: 'Check; change nothing' })),
}

export const listStaticFiles = defineRequest({
  domain,
  verb: 'list',
  owner,
  summary: 'Files of the tenant’s own that phones of a plugin are served as they are',
  input: Type.Object({
    plugin: PluginId,
    ...flatListParameters,
    order: Type.Optional(Type.Enum(['name', 'at', 'bytes'])),
  }),
  output: Page(StaticFileView),
  errors: ['not-found'],
  rest: { method: 'GET', path: '/api/v1/plugins/{plugin}/files', success: 200, permission: 'read' },
  example: { input: { plugin: 'yealink-v86' }, output: { items: [exampleView], total: 1 } },
})

export const putStaticFile = defineRequest({
  domain,
  verb: 'put',
  owner,
  summary: 'Adds or replaces a file that phones of a plugin are served as it is',
  input: Type.Object({
    plugin: PluginId,
    name: CustomFileName,
    file: Type.Object({
      base64: Type.String({ maxLength: Math.ceil(maxStaticFileBytes / 3) * 4, pattern: '^[A-Za-z0-9+/]*={0,2}$' }),
    }),
    ...change,
  }),
  output: Changed,
  errors: ['not-found', 'conflict', 'stale-revision', 'too-large'],
  rest: {
    method: 'PUT',
    path: '/api/v1/plugins/{plugin}/files/{name}',
    success: 200,
    permission: 'write',
    body: 'file',
  },
  example: {
    input: { plugin: 'yealink-v86', name: 'logo.bmp', file: { base64: 'Qk0K' } },
    output: { file: exampleView, applied: true },
  },
})

export const deleteStaticFile = defineRequest({
  domain,
  verb: 'delete',
  owner,
  summary: 'Removes such a file',
  input: Type.Object({ plugin: PluginId, name: CustomFileName, ...change }),
  output: Changed,
  errors: ['not-found', 'stale-revision'],
  rest: { method: 'DELETE', path: '/api/v1/plugins/{plugin}/files/{name}', success: 200, permission: 'write' },
  example: { input: { plugin: 'yealink-v86', name: 'logo.bmp' }, output: { applied: true } },
})

/** One file of the folder on disk: what was done with it, or why nothing was. */
export const FolderNote = Type.Object({
  plugin: Type.String(),
  file: Type.String({ description: 'As var/templates/base.tpl' }),
  outcome: Type.Enum(['imported', 'removed', 'moved', 'refused', 'conflict']),
  reason: Type.Optional(Type.String()),
})
export type FolderNote = Type.Static<typeof FolderNote>

/** Answered only by the replica that keeps the folder of plugins on disk; unavailable when there is none. */
export const syncPluginFolder = defineRequest({
  domain: 'plugin-folder',
  verb: 'sync',
  owner,
  callers: [owner],
  summary: 'Reads what people edited in the folder of plugins, and writes devices’ rendered files there',
  input: Type.Object({
    read: Type.Optional(Type.Boolean()),
    devices: Type.Optional(Type.Array(ObjectId, { maxItems: 1000, description: 'Write their files' })),
  }),
  output: Type.Object({ notes: Type.Array(FolderNote), written: Type.Integer() }),
  deadlineMs: 60_000,
  example: {
    input: { read: true },
    output: {
      notes: [{ plugin: 'yealink-v86', file: 'var/templates/base.tpl', outcome: 'imported' as const }],
      written: 0,
    },
  },
})
