import Type from 'typebox'
import { defineRequest } from '../definition.ts'
import {
  Preview,
  Template,
  TemplateName,
  TemplateText,
  TemplateVersion,
  TemplateView,
} from '../documents/custom-file.ts'
import { ObjectId, PluginId, Revision, rootTenantId } from '../identity.ts'
import { flatListParameters, Page } from './lists.ts'

const owner = 'rendering' as const
const domain = 'templates'
const plugin = PluginId
const name = TemplateName
const change = {
  ifRevision: Type.Optional(Revision),
  dryRun: Type.Optional(Type.Boolean({ description: 'Say what would change; change nothing' })),
}
/** Rendering hundreds of devices twice takes longer than reading one row. */
const deadlineMs = 20_000

const exampleText = '{% extends "yealink-v86/base.tpl" %}\n'
const exampleView = {
  name: 'base.tpl',
  shippedBy: 'yealink-v86',
  tenant: rootTenantId,
  revision: 31,
  at: '2026-11-21T09:30:00.000Z',
  characters: exampleText.length,
}
const exampleTemplate = { ...exampleView, plugin: 'yealink-v86', custom: exampleText, shipped: '#!version:1.0.0.1\n' }
const exampleDiff = '--- 001565123456.cfg\n+++ 001565123456.cfg\n@@ -1 +1,2 @@\n #!version:1.0.0.1\n+# of ours\n'
const examplePreview = {
  devices: 1,
  examined: 1,
  changed: 1,
  failed: 0,
  items: [
    {
      device: '5f0c2b8a4d6e4f3f9b1a7c8d9e0f1a2b',
      tenant: rootTenantId,
      mac: '00:15:65:12:34:56',
      model: 'T46S',
      files: [{ name: '001565123456.cfg', diff: exampleDiff }],
    },
  ],
  common: [],
  commonErrors: [],
  cut: false,
}

/** What a change of a template did, or would do. */
const Changed = Type.Object({
  template: Type.Optional(Template),
  applied: Type.Boolean(),
  devices: Type.Array(ObjectId, { description: 'Whose files may depend on it (the first 100)' }),
  deviceCount: Type.Integer(),
  preview: Type.Optional(Preview),
})

export const listTemplates = defineRequest({
  domain,
  verb: 'list',
  owner,
  summary: 'The templates of a plugin: shipped ones, and the custom ones that are in force for the tenant',
  input: Type.Object({
    plugin,
    custom: Type.Optional(Type.Boolean({ description: 'Custom ones only' })),
    ...flatListParameters,
    order: Type.Optional(Type.Enum(['name', 'at'])),
  }),
  output: Page(TemplateView),
  errors: ['not-found'],
  rest: { method: 'GET', path: '/api/v1/plugins/{plugin}/templates', success: 200, permission: 'read' },
  example: { input: { plugin: 'yealink-v86' }, output: { items: [exampleView], total: 1 } },
})

export const getTemplate = defineRequest({
  domain,
  verb: 'get',
  owner,
  summary: 'A template: the custom text in force for the tenant, and the shipped one',
  input: Type.Object({ plugin, name }),
  output: Template,
  errors: ['not-found'],
  rest: { method: 'GET', path: '/api/v1/plugins/{plugin}/templates/{name}', success: 200, permission: 'read' },
  example: { input: { plugin: 'yealink-v86', name: 'base.tpl' }, output: exampleTemplate },
})

export const putTemplate = defineRequest({
  domain,
  verb: 'put',
  owner,
  summary: 'Writes a custom template of the tenant; one that cannot be compiled is refused with its line',
  input: Type.Object({ plugin, name, template: Type.Object({ text: TemplateText }), ...change }),
  output: Changed,
  errors: ['not-found', 'stale-revision', 'too-large'],
  deadlineMs,
  rest: {
    method: 'PUT',
    path: '/api/v1/plugins/{plugin}/templates/{name}',
    success: 200,
    permission: 'write',
    body: 'template',
  },
  example: {
    input: { plugin: 'yealink-v86', name: 'base.tpl', template: { text: exampleText } },
    output: { template: exampleTemplate, applied: true, devices: [], deviceCount: 0 },
  },
})

export const deleteTemplate = defineRequest({
  domain,
  verb: 'delete',
  owner,
  summary: 'Removes a custom template of the tenant: what it inherits, or the shipped one, is in force again',
  input: Type.Object({ plugin, name, ...change }),
  output: Changed,
  errors: ['not-found', 'stale-revision'],
  deadlineMs,
  rest: { method: 'DELETE', path: '/api/v1/plugins/{plugin}/templates/{name}', success: 200, permission: 'write' },
  example: {
    input: { plugin: 'yealink-v86', name: 'base.tpl' },
    output: { applied: true, devices: [], deviceCount: 0 },
  },
})

export const listTemplateVersions = defineRequest({
  domain,
  verb: 'history',
  owner,
  summary: 'What people changed in a custom template of the tenant, newest first, with the differences',
  input: Type.Object({
    plugin,
    name,
    limit: flatListParameters.limit,
    offset: flatListParameters.offset,
    direction: flatListParameters.direction,
  }),
  output: Page(TemplateVersion),
  errors: ['not-found'],
  rest: { method: 'GET', path: '/api/v1/plugins/{plugin}/templates/{name}/history', success: 200, permission: 'read' },
  example: {
    input: { plugin: 'yealink-v86', name: 'base.tpl' },
    output: {
      items: [{ change: 17, at: exampleView.at, actor: 'admin', operation: 'update' as const, diff: exampleDiff }],
      total: 1,
    },
  },
})

export const previewTemplates = defineRequest({
  domain,
  verb: 'preview',
  owner,
  summary: 'Renders devices of a plugin as with other templates, and says what would differ; saves nothing',
  input: Type.Object({
    plugin,
    preview: Type.Object({
      templates: Type.Record(TemplateName, Type.Union([TemplateText, Type.Null()]), {
        description: 'Name -> text; null: as without the custom one',
      }),
      device: Type.Optional(ObjectId),
    }),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100, description: 'Devices to render' })),
    offset: Type.Optional(Type.Integer({ minimum: 0, default: 0 })),
  }),
  output: Preview,
  errors: ['not-found'],
  deadlineMs,
  rest: {
    method: 'POST',
    path: '/api/v1/plugins/{plugin}/preview',
    success: 200,
    permission: 'read',
    body: 'preview',
  },
  example: {
    input: { plugin: 'yealink-v86', preview: { templates: { 'base.tpl': exampleText } } },
    output: examplePreview,
  },
})

export const copyTemplates = defineRequest({
  domain,
  verb: 'copy',
  owner,
  summary: 'Copies the tenant’s custom templates of another plugin to this one, when they compile here',
  input: Type.Object({
    plugin,
    copy: Type.Object({
      from: PluginId,
      names: Type.Optional(Type.Array(TemplateName, { maxItems: 200 })),
      overwrite: Type.Optional(Type.Boolean({ description: 'Also those that this plugin has with another text' })),
    }),
    dryRun: change.dryRun,
  }),
  output: Type.Object({
    applied: Type.Boolean(),
    items: Type.Array(
      Type.Object({
        name: TemplateName,
        outcome: Type.Enum(['copied', 'same', 'kept', 'broken'], {
          description: 'kept: this plugin has a custom one with another text; broken: it does not compile here',
        }),
        problem: Type.Optional(Type.String()),
        diff: Type.String({ description: 'Of what is copied against the template that it replaces here' }),
      }),
    ),
    preview: Type.Optional(Preview),
  }),
  errors: ['not-found'],
  deadlineMs,
  rest: {
    method: 'POST',
    path: '/api/v1/plugins/{plugin}/copy-templates',
    success: 200,
    permission: 'write',
    body: 'copy',
  },
  example: {
    input: { plugin: 'yealink-v86', copy: { from: 'yealink-v85' } },
    output: { applied: true, items: [{ name: 'base.tpl', outcome: 'copied' as const, diff: '' }] },
  },
})
