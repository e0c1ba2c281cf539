import Type from 'typebox'
import { ObjectId, Revision, TenantId } from '../identity.ts'
import { FunctionKey, serviceFeatures } from './raw-config.ts'
import { Link, SipConfigurationInput, SipUuid, shownOnly } from './sip-configuration.ts'

export const RecordId = Type.Integer({ minimum: 1, maximum: 2_147_483_647 })
/** Blanks, commas and brackets mean something in a dialplan. */
const ContextName = Type.String({ pattern: '^[^\\s,;\\[\\]]{1,79}$', description: 'Of one tenant only' })
const Exten = Type.String({ pattern: '^[0-9A-Za-z_*#+.!X-]{1,40}$' })

const nullable = <T extends Parameters<typeof Type.Optional>[0]>(schema: T) =>
  Type.Optional(Type.Union([schema, Type.Null()]))

/** What a key does is its type; what it dials or watches is a value, or what a line, a user or a service has for it. */
export const LineKey = Type.Object({
  type: FunctionKey.properties.type,
  value: nullable(Type.String({ maxLength: 128, description: 'Number or extension; of a park key its place' })),
  line_id: nullable({ ...RecordId, description: 'In place of a value: the extension of this line' }),
  user_uuid: nullable(Type.String({ pattern: '^[A-Za-z0-9-]{1,64}$', description: 'The extension of this user' })),
  feature: nullable(Type.Enum(serviceFeatures, { description: 'The code of this service, and the value after it' })),
  label: nullable(Type.String({ maxLength: 64, description: 'Text beside the key' })),
  line: nullable(
    Type.Integer({
      minimum: 1,
      maximum: 64,
      description: 'SIP line the key uses; the position of its own when absent',
    }),
  ),
})
export type LineKey = Type.Static<typeof LineKey>

export const LineKeys = Type.Record(Type.String({ pattern: '^[1-9][0-9]{0,2}$' }), LineKey, {
  additionalProperties: false,
  description: 'Key number -> key',
})
export type LineKeys = Type.Static<typeof LineKeys>

/** A line as it is stored: what a person has on a phone. */
export const Line = Type.Object({
  id: RecordId,
  tenant: TenantId,
  revision: Revision,
  context: ContextName,
  position: Type.Integer({ minimum: 1, maximum: 64, description: 'On its device' }),
  callerIdName: Type.Optional(Type.String({ maxLength: 80 })),
  callerIdNumber: Type.Optional(Type.String({ pattern: '^[0-9]{1,40}$' })),
  provisioningCode: Type.String({ pattern: '^[0-9]{6}$' }),
  registrar: Type.Optional(Type.String({ maxLength: 64 })),
  application: Type.Optional(Type.String({ maxLength: 128 })),
  endpoint: Type.Optional(SipUuid),
  users: Type.Array(Type.String({ maxLength: 64 }), { maxItems: 16 }),
  device: Type.Optional(ObjectId),
  keys: Type.Optional(LineKeys),
})
export type Line = Type.Static<typeof Line>

export const Extension = Type.Object({
  id: RecordId,
  tenant: TenantId,
  revision: Revision,
  exten: Exten,
  context: ContextName,
  line: Type.Optional(RecordId),
})
export type Extension = Type.Static<typeof Extension>

export const Trunk = Type.Object({
  id: RecordId,
  tenant: TenantId,
  revision: Revision,
  context: Type.Optional(ContextName),
  label: Type.Optional(Type.String({ maxLength: 128 })),
  endpoint: Type.Optional(SipUuid),
})
export type Trunk = Type.Static<typeof Trunk>

const lineFields = {
  position: Type.Optional(Line.properties.position),
  caller_id_name: nullable(Type.String({ maxLength: 80 })),
  caller_id_num: nullable(Type.String({ pattern: '^[0-9]{1,40}$' })),
  provisioning_code: Type.Optional(Line.properties.provisioningCode),
  registrar: nullable(Type.String({ maxLength: 64 })),
  application: nullable(Type.String({ maxLength: 128 })),
}

export const ExtensionInput = Type.Object({ exten: Exten, context: Type.Optional(ContextName) })
export type ExtensionInput = Type.Static<typeof ExtensionInput>

/** What is not named stays as it is; what is only shown may be sent back. */
export const ExtensionChange = Type.Object({
  ...Type.Partial(ExtensionInput).properties,
  ...shownOnly('id', 'tenant_uuid', 'revision', 'lines', 'links'),
})
export type ExtensionChange = Type.Static<typeof ExtensionChange>

export const LineInput = Type.Object({
  context: Type.Optional(ContextName),
  ...lineFields,
  endpoint_sip: Type.Optional(Type.Union([SipConfigurationInput, Type.Null()])),
  extensions: Type.Optional(Type.Array(ExtensionInput, { maxItems: 32 })),
  ...shownOnly(
    'id',
    'tenant_uuid',
    'revision',
    'name',
    'protocol',
    'device_id',
    'device_slot',
    'is_webrtc',
    'users',
    'links',
  ),
})
export type LineInput = Type.Static<typeof LineInput>

export const LineView = Type.Object({
  id: RecordId,
  tenant_uuid: TenantId,
  revision: Revision,
  name: Type.Union([Type.String(), Type.Null()]),
  context: ContextName,
  ...lineFields,
  protocol: Type.Union([Type.Literal('sip'), Type.Null()]),
  device_id: Type.Union([Type.String(), Type.Null()]),
  device_slot: Type.Integer(),
  is_webrtc: Type.Boolean(),
  endpoint_sip: Type.Union([
    Type.Object({ uuid: SipUuid, name: Type.String(), label: nullable(Type.String()), links: Type.Array(Link) }),
    Type.Null(),
  ]),
  extensions: Type.Array(Type.Object({ id: RecordId, exten: Exten, context: ContextName, links: Type.Array(Link) })),
  users: Type.Array(Type.Object({ uuid: Type.String() })),
  links: Type.Array(Link),
})
export type LineView = Type.Static<typeof LineView>

export const ExtensionView = Type.Object({
  id: RecordId,
  tenant_uuid: TenantId,
  revision: Revision,
  exten: Exten,
  context: ContextName,
  lines: Type.Array(Type.Object({ id: RecordId })),
  links: Type.Array(Link),
})
export type ExtensionView = Type.Static<typeof ExtensionView>

export const TrunkInput = Type.Object({
  context: nullable(ContextName),
  label: nullable(Type.String({ maxLength: 128 })),
  ...shownOnly('id', 'tenant_uuid', 'revision', 'endpoint_sip', 'links'),
})
export type TrunkInput = Type.Static<typeof TrunkInput>

export const TrunkView = Type.Object({
  id: RecordId,
  tenant_uuid: TenantId,
  revision: Revision,
  context: Type.Union([ContextName, Type.Null()]),
  label: Type.Union([Type.String(), Type.Null()]),
  endpoint_sip: LineView.properties.endpoint_sip,
  links: Type.Array(Link),
})
export type TrunkView = Type.Static<typeof TrunkView>
