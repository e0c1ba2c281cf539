import Type from 'typebox'
import { Address, Instant, Mac, ObjectId, PluginId, Revision, TenantId, Text } from '../identity.ts'

const OptionalText = Type.Optional(Text)

/** What a phone is, as far as its requests, its administrator and DHCP have told. */
export const Device = Type.Object({
  id: ObjectId,
  tenant: TenantId,
  revision: Revision,
  mac: Type.Optional(Mac),
  ip: Type.Optional(Address),
  sn: Type.Optional(Type.String({ maxLength: 64, description: 'Serial number' })),
  uuid: Type.Optional(Type.String({ maxLength: 36, description: 'Of phones without a mac (softphones)' })),
  vendor: OptionalText,
  model: OptionalText,
  version: Type.Optional(Type.String({ maxLength: 256, description: 'Firmware' })),
  plugin: Type.Optional(PluginId),
  config: Type.Optional(
    Type.String({
      maxLength: 64,
      description: 'A config chosen by hand; else the config with the id of the device, else the autocreate config',
    }),
  ),
  description: OptionalText,
  options: Type.Optional(
    Type.Record(Type.String(), Type.Unknown(), {
      description: 'As {"switchboard": true}; templates see them as XX_options',
    }),
  ),
  added: Type.Enum(['auto', 'api'], { description: 'auto: made by a request of the phone itself' }),
  keyNumber: Type.Optional(
    Type.Integer({
      minimum: 0,
      description: 'How often its provisioning key and password were revoked; 0 when absent',
    }),
  ),
  firstBoot: Type.Optional(
    Type.Object(
      { address: Address, until: Instant },
      {
        description:
          'Where, and until when, it may fetch its files without its own key. Absent: this begins with the first request that may',
      },
    ),
  ),
  consentAt: Type.Optional({ ...Instant, description: 'When an administrator, or its creation, last consented' }),
})
export type Device = Type.Static<typeof Device>
/** Fields that say the same of many devices: who holds all devices holds these texts once. */
export const deviceTexts = ['tenant', 'vendor', 'model', 'version', 'plugin', 'added'] as const

/** Texts that a device says twice, or that its holder has already as `key`, as one copy of each. Changes it in place. */
export function withSharedIdentity(device: Device, key: string): Device {
  if (device.id === key) device.id = key
  if (device.firstBoot !== undefined && device.firstBoot.address === device.ip) device.firstBoot.address = device.ip
  return device
}

/** What an administrator may write of a device. */
export const DeviceInput = Type.Object({
  id: Type.Optional(ObjectId),
  mac: Type.Optional(Type.String({ maxLength: 32, description: 'Any usual form; stored in lower case with colons' })),
  ip: Type.Optional(Address),
  sn: Type.Optional(Type.String({ maxLength: 64 })),
  uuid: Type.Optional(Type.String({ maxLength: 36 })),
  vendor: OptionalText,
  model: OptionalText,
  version: OptionalText,
  plugin: Type.Optional(PluginId),
  config: Type.Optional(ObjectId),
  description: OptionalText,
  options: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
})
export type DeviceInput = Type.Static<typeof DeviceInput>

/** A device as administrators see it: with the configuration in use, what has been rendered and what it has fetched. */
export const DeviceView = Type.Object({
  ...Device.properties,
  config: Type.String({ description: 'The config in use; `autoprov<id>` while none was written for this device' }),
  status: Type.Enum(['autoprov', 'configured', 'failed', 'unassociated'], {
    description: 'unassociated: no plugin knows it; failed: its file could not be rendered',
  }),
  isNew: Type.Boolean({ description: 'Not yet claimed by a tenant: it belongs to the root tenant' }),
  createdAt: Instant,
  rendered: Type.Optional(Type.Object({ revision: Revision, at: Instant, error: Type.Optional(Type.String()) })),
  fetched: Type.Optional(
    Type.Object(
      {
        revision: Revision,
        current: Type.Boolean({ description: 'It has what is rendered now' }),
        at: Instant,
        file: Type.String(),
        transport: Type.Enum(['http', 'tftp']),
        address: Address,
      },
      { description: 'The last time it took the file that holds its configuration' },
    ),
  ),
})
export type DeviceView = Type.Static<typeof DeviceView>
