import Type from 'typebox'
import { defineEvent } from '../definition.ts'
import { CustomFile } from '../documents/custom-file.ts'
import { ObjectId, PluginId, Revision } from '../identity.ts'
import { configStream } from '../streams.ts'

const owner = 'rendering' as const
const readers = ['rendering'] as const

export const configChanged = defineEvent({
  stream: configStream,
  participle: 'changed',
  owner,
  readers,
  summary: 'A config was written or removed: files of devices that depend on it are rendered again',
  payload: Type.Object({ id: ObjectId, revision: Revision, deleted: Type.Boolean() }),
  example: { id: 'base', revision: 12, deleted: false },
})

export const pluginChanged = defineEvent({
  stream: configStream,
  participle: 'plugin-changed',
  owner,
  readers,
  summary: 'A plugin was loaded with other contents than before',
  payload: Type.Object({ id: PluginId, hash: Type.String() }),
  example: { id: 'yealink-v86', hash: 'b5d4045c3f466fa91fe2cc6abe79232a1a57cdf104f7a26e716e0a1e2789df78' },
})

export const customFileChanged = defineEvent({
  stream: configStream,
  participle: 'custom-file-changed',
  owner,
  readers,
  summary: 'A custom template or static file of a plugin was written or removed: phones it concerns get other files',
  payload: Type.Object({
    plugin: PluginId,
    folder: CustomFile.properties.folder,
    name: Type.String(),
    revision: Revision,
    deleted: Type.Boolean(),
  }),
  example: { plugin: 'yealink-v86', folder: 'templates', name: 'base.tpl', revision: 31, deleted: false },
})
