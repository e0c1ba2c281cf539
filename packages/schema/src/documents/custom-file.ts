import Type from 'typebox'
import { Instant, ObjectId, PluginId, Revision, TenantId } from '../identity.ts'

const part = '[A-Za-z0-9_](?:[A-Za-z0-9_ .@+-]{0,62}[A-Za-z0-9_])?'

/** A name below a folder of a plugin. No part of it is hidden, empty, `.` or `..`, so that it stays below that folder. */
export const CustomFileName = Type.String({
  pattern: `^(?:${part}/){0,3}${part}$`,
  maxLength: 200,
  description: 'As common/keys.tpl: at most four parts of letters, digits, spaces and _ . @ + -',
})

export const TemplateName = Type.String({
  pattern: `^(?:${part}/){0,3}${part}\\.tpl$`,
  maxLength: 200,
  description: '<device file>.tpl, <model>.tpl, base.tpl, or a name that a template includes',
})
export type TemplateName = Type.Static<typeof TemplateName>

/** Characters of a template, and bytes of a static file: what a message can carry beside its envelope. */
export const maxTemplateCharacters = 131_072
export const maxStaticFileBytes = 262_144

export const TemplateText = Type.String({ maxLength: maxTemplateCharacters, description: 'Jinja2' })

/** What a tenant has put beside the files of a plugin: for its phones and those of the tenants below it. */
export const CustomFile = Type.Object({
  tenant: TenantId,
  plugin: PluginId,
  folder: Type.Enum(['templates', 'tftpboot'], { description: 'templates: Jinja2; tftpboot: served as it is' }),
  name: Type.String({ maxLength: 200 }),
  revision: Revision,
  content: Type.String({ description: 'Text of a template; bytes of another file in base64' }),
  at: Instant,
})
export type CustomFile = Type.Static<typeof CustomFile>

/** One line of the list of a plugin’s templates. */
export const TemplateView = Type.Object({
  name: TemplateName,
  shippedBy: Type.Optional(Type.String({ description: 'The plugin that brings it: this one, or one that it extends' })),
  tenant: Type.Optional(Type.String({ description: 'The tenant whose custom template is in force' })),
  revision: Type.Optional(Revision),
  at: Type.Optional(Instant),
  characters: Type.Integer({ description: 'Of the one in force' }),
})
export type TemplateView = Type.Static<typeof TemplateView>

/** A template with its texts. */
export const Template = Type.Object({
  ...TemplateView.properties,
  plugin: PluginId,
  custom: Type.Optional(Type.String({ description: 'The custom text in force' })),
  shipped: Type.Optional(Type.String({ description: 'The text that the plugin brings' })),
})
export type Template = Type.Static<typeof Template>

const FileDifference = Type.Object({
  name: Type.String(),
  diff: Type.String({ description: 'Unified; secrets masked; cut where it is long' }),
})

/** What one device would get. */
export const PreviewedDevice = Type.Object({
  device: ObjectId,
  tenant: TenantId,
  mac: Type.Optional(Type.String()),
  model: Type.Optional(Type.String()),
  files: Type.Array(FileDifference, { description: 'Files that would differ' }),
  error: Type.Optional(Type.String({ description: 'Why it could not be rendered: template, line, device' })),
  failsAlready: Type.Optional(Type.Boolean({ description: 'It cannot be rendered as it is now, either' })),
})
export type PreviewedDevice = Type.Static<typeof PreviewedDevice>

/** What would become of the files of devices. A page of devices: `offset` and `limit` go through all. */
export const Preview = Type.Object({
  devices: Type.Integer({ description: 'Devices that use the plugin, in all' }),
  examined: Type.Integer({
    description: 'Of these, rendered for this answer; fewer than `limit` when it took too long: go on after them',
  }),
  changed: Type.Integer({ description: 'Of the examined' }),
  failed: Type.Integer({ description: 'Of the examined, because of the change' }),
  items: Type.Array(PreviewedDevice, { description: 'The changed and failed ones of the examined' }),
  common: Type.Array(PreviewedDevice.properties.files.items, { description: 'Shared files that would differ' }),
  commonErrors: Type.Array(Type.String()),
  cut: Type.Boolean({ description: 'Diffs were left out, since the answer would be too long' }),
})
export type Preview = Type.Static<typeof Preview>

/** One version of a template that a person wrote. */
export const TemplateVersion = Type.Object({
  change: Type.Integer({ description: 'Its change set: undone as configs/<number>' }),
  at: Instant,
  actor: Type.String(),
  note: Type.Optional(Type.String()),
  operation: Type.Enum(['insert', 'update', 'delete']),
  diff: Type.String({ description: 'Against the version before' }),
})
export type TemplateVersion = Type.Static<typeof TemplateVersion>

export const StaticFileView = Type.Object({
  name: CustomFileName,
  tenant: TenantId,
  revision: Revision,
  at: Instant,
  bytes: Type.Integer(),
  digest: Type.String({ description: 'SHA-256 in base64url, first 22 characters' }),
})
export type StaticFileView = Type.Static<typeof StaticFileView>
