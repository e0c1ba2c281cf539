import Type from 'typebox'
import { PluginId } from './identity.ts'

/** A pattern in the linear subset of regular expressions that packages/identify accepts, over at most 512 bytes. */
const Pattern = Type.String({ minLength: 1, maxLength: 512 })

const identityFields = ['vendor', 'model', 'version', 'mac', 'sn', 'uuid'] as const
export type IdentityField = (typeof identityFields)[number]

const FieldTexts = Type.Partial(Type.Record(Type.Enum([...identityFields]), Type.String({ maxLength: 128 })))

/** What every rule says once its patterns match: named groups fill the fields of their name, `set` adds fixed ones, `map` translates. */
const conclusions = {
  set: Type.Optional(FieldTexts),
  map: Type.Optional(
    Type.Partial(
      Type.Record(Type.Enum([...identityFields]), Type.Record(Type.String(), Type.String()), {
        description: 'field -> what the phone says -> what we call it; values not listed stay as they are',
      }),
    ),
  ),
  note: Type.Optional(Type.String({ description: 'For people: which phones, which firmware, where it was seen' })),
}

/** All patterns of a rule must match. */
export const HttpRule = Type.Object({
  userAgent: Type.Optional(Pattern),
  headers: Type.Optional(
    Type.Record(Type.String({ pattern: '^[a-z0-9-]{1,64}$' }), Pattern, {
      description: 'Other headers: name in lower case -> pattern. Credentials and cookies are never looked at',
    }),
  ),
  path: Type.Optional(Pattern),
  query: Type.Optional(Pattern),
  ...conclusions,
})
export type HttpRule = Type.Static<typeof HttpRule>

export const TftpRule = Type.Object({ filename: Pattern, ...conclusions })
export type TftpRule = Type.Static<typeof TftpRule>

/** Option code -> pattern over its value as a latin-1 string, without NUL bytes at its end. */
export const DhcpRule = Type.Object({
  options: Type.Record(Type.String({ pattern: '^[0-9]{1,3}$' }), Pattern),
  ...conclusions,
})
export type DhcpRule = Type.Static<typeof DhcpRule>

export const PhoneModel = Type.Object({
  lines: Type.Integer({ minimum: 0, description: 'SIP accounts' }),
  keys: Type.Integer({ minimum: 0, description: 'Programmable keys of the phone itself' }),
  expansionModules: Type.Integer({ minimum: 0 }),
  keysPerExpansionModule: Type.Optional(Type.Integer({ minimum: 0 })),
  type: Type.Enum([
    'deskphone',
    'dect',
    'wifidect',
    'conference',
    'pager',
    'ata',
    'softphone',
    'doorphone',
    'generic',
    'gateway',
  ]),
  protocols: Type.Array(Type.Enum(['SIP', 'SCCP'])),
  switchboard: Type.Boolean(),
  highAvailability: Type.Boolean({ description: 'Takes a backup server' }),
  firmware: Type.Array(Type.String(), { description: 'Versions this generation was made for' }),
  variables: Type.Optional(
    Type.Record(Type.String(), Type.Unknown(), { description: 'Facts of this model for the templates' }),
  ),
})
export type PhoneModel = Type.Static<typeof PhoneModel>

/** `{mac}` 001565123456, `{MAC}` upper case, `{sn}`, `{uuid}`, `{model}` stand for the device's own. */
const FileName = Type.String({ pattern: '^[A-Za-z0-9._{}/$()-]{1,128}$' })
const onlyModels = Type.Optional(
  Type.Array(Type.String(), { minItems: 1, description: 'The models that are given it; all when not said' }),
)

export const DeviceFile = Type.Object({
  name: FileName,
  contentType: Type.String(),
  template: Type.Optional(
    Type.String({ description: 'Else the first there is of <file>.tpl, <name as here>.tpl, <model>.tpl, base.tpl' }),
  ),
  models: onlyModels,
  confirms: Type.Optional(
    Type.Boolean({ description: 'Fetching this file proves that the phone has the rendered configuration' }),
  ),
})
export type DeviceFile = Type.Static<typeof DeviceFile>

/** Same for all devices of a tenant: rendered from `template` with the base configuration. */
export const CommonFile = Type.Object({
  name: FileName,
  template: Type.String(),
  contentType: Type.String(),
  models: onlyModels,
})
export type CommonFile = Type.Static<typeof CommonFile>

/** A file in the plugin's `static/` folder, served as it is. */
export const StaticFile = Type.Object({ name: FileName, contentType: Type.String(), models: onlyModels })
export type StaticFile = Type.Static<typeof StaticFile>

export const PluginManifest = Type.Object({
  id: PluginId,
  version: Type.String({ pattern: '^[0-9]+\\.[0-9]+\\.[0-9]+$' }),
  description: Type.String(),
  extends: Type.Optional(Type.Object({ id: PluginId, hash: Type.String({ pattern: '^[0-9a-f]{64}$' }) })),
  vendors: Type.Array(Type.String(), { minItems: 1 }),
  /** Firmware that this generation speaks: a version that matches none leaves the association at model level. */
  firmware: Type.Array(Pattern),
  models: Type.Record(Type.String({ pattern: '^[A-Za-z0-9._ -]{1,64}$' }), PhoneModel),
  identify: Type.Object({
    macPrefixes: Type.Optional(
      Type.Array(Type.String({ pattern: '^[0-9a-f]{6}$' }), { description: 'OUIs of the vendor' }),
    ),
    http: Type.Optional(Type.Array(HttpRule)),
    tftp: Type.Optional(Type.Array(TftpRule)),
    dhcp: Type.Optional(Type.Array(DhcpRule)),
  }),
  files: Type.Object({
    device: Type.Array(DeviceFile),
    common: Type.Array(CommonFile),
    static: Type.Array(StaticFile),
  }),
  /** Over the base name: files that may hold credentials, whose every request is written to the security log. */
  sensitive: Type.Array(Pattern),
  /** Methods other than GET and HEAD that the family's phones use, as uploads of logs. */
  uploads: Type.Optional(Type.Array(Type.Object({ method: Type.Enum(['PUT', 'POST']), path: Pattern }))),
  synchronize: Type.Optional(
    Type.Object(
      { event: Type.String(), variables: Type.Optional(Type.Array(Type.String())) },
      {
        description: 'SIP NOTIFY that makes the phone fetch again',
      },
    ),
  ),
  encoding: Type.Optional(Type.Enum(['utf-8', 'iso-8859-1', 'ascii'])),
  /** How a value is made safe in the family's file format, for the filter `value`. */
  format: Type.Enum(['xml', 'key-value', 'json', 'ini']),
  /** Tables the templates look things up in: locale -> language name, and so on. */
  tables: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  /** Standard parameters that the family has no parameter for -> why. */
  notOffered: Type.Record(Type.String(), Type.String()),
})
export type PluginManifest = Type.Static<typeof PluginManifest>
