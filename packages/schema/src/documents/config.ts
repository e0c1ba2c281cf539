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
})
export type ConfigInput = Type.Static<typeof ConfigInput>

/** As shown: a secret that is set reads `********`; writing that back keeps it. */
export const ConfigView = Type.Object({
  ...Config.properties,
  devices: Type.Optional(Type.Integer({ description: 'Devices whose files depend on it' })),
})
export type ConfigView = Type.Static<typeof ConfigView>

export const secretMask = '********'
