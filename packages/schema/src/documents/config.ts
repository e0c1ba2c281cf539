import Type from 'typebox'
import { ObjectId, Revision, TenantId, Text } from '../identity.ts'
import { RawConfig } from './raw-config.ts'

const fields = {
  parents: Type.Array(ObjectId, {
    maxItems: 32,
    description: 'Merged in this order, each once, before the own parameters',
  }),
  raw: Type.Unsafe<Record<string, unknown>>(Type.Object({}, { description: 'The parameters; secrets sealed' })),
  role: Type.Optional(
    Type.Enum(['autocreate'], { description: 'autocreate: for devices without a config of their own' }),
  ),
  label: Type.Optional(Text),
  deletable: Type.Boolean(),
  transient: Type.Optional(
    Type.Boolean({ description: 'Removed when the last device that uses it leaves it; it can be no parent' }),
  ),
}

/** A set of parameters with parents. The config with the id of a device is that device's own. */
export const Config = Type.Object({ id: ObjectId, tenant: TenantId, revision: Revision, ...fields })
export type Config = Type.Static<typeof Config>

export const ConfigInput = Type.Object({
  id: Type.Optional(ObjectId),
  parents: Type.Optional(fields.parents),
  raw: Type.Optional(Type.Unsafe<Record<string, unknown>>(RawConfig)),
  role: fields.role,
  label: fields.label,
  deletable: Type.Optional(fields.deletable),
  transient: fields.transient,
})
export type ConfigInput = Type.Static<typeof ConfigInput>

/** As shown: a secret that is set reads `********`; writing that back keeps it. */
export const ConfigView = Type.Object({
  ...Config.properties,
  devices: Type.Optional(Type.Integer({ description: 'Devices whose files depend on it' })),
})
export type ConfigView = Type.Static<typeof ConfigView>

/** Where a value stands that a phone is told, or would be if nothing nearer had another one. */
export const ParameterSource = Type.Object({
  config: Type.String({ description: 'The config; `installation`: this server’s settings; `default`: filled in' }),
  tenant: Type.Optional(TenantId),
  value: Type.Unknown({ description: 'Secrets masked' }),
})
export type ParameterSource = Type.Static<typeof ParameterSource>

/** Why the parameters of a config are what they are. */
export const ConfigExplanation = Type.Object({
  id: Type.String(),
  tenant: TenantId,
  chain: Type.Array(
    Type.Object({ config: Type.String(), tenant: TenantId, label: Type.Optional(Text), revision: Revision }),
    { description: 'The configs in the order in which they are merged; a later one wins' },
  ),
  parameters: Type.Array(
    Type.Object({
      name: Type.String({ description: 'Dotted, as sip_lines.1.username' }),
      ...ParameterSource.properties,
      overrides: Type.Array(ParameterSource, { description: 'What it takes the place of, nearest first' }),
    }),
  ),
  missingParents: Type.Array(Type.Object({ config: Type.String(), parent: Type.String() })),
  problems: Type.Array(Type.String(), { description: 'What does not go together, as dns_enabled without dns_ip' }),
})
export type ConfigExplanation = Type.Static<typeof ConfigExplanation>

export const secretMask = '********'
