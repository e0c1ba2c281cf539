import Type from 'typebox'
import { Revision, TenantId } from '../identity.ts'
import { SipApplied, SipName, SipUuid, shownOnly } from './sip-configuration.ts'
import { SipOptions } from './sip-options.ts'

/** Where Asterisk listens. Belongs to the installation; any tenant may choose it. */
export const SipTransport = Type.Object({
  uuid: SipUuid,
  name: SipName,
  revision: Revision,
  options: { ...SipOptions, description: 'Ordered pairs [option, value]; at most 128' },
})
export type SipTransport = Type.Static<typeof SipTransport>

/** As shown, with how it stands in each Asterisk. */
export const SipTransportView = Type.Object({
  ...SipTransport.properties,
  applied: Type.Optional(Type.Array(SipApplied)),
})
export type SipTransportView = Type.Static<typeof SipTransportView>

export const SipTransportInput = Type.Object({
  name: Type.Optional(SipName),
  options: Type.Optional(SipTransport.properties.options),
  ...shownOnly('uuid', 'revision', 'applied'),
})
export type SipTransportInput = Type.Static<typeof SipTransportInput>

const Host = Type.Union([Type.String({ maxLength: 255 }), Type.Null()])
const Port = Type.Union([Type.Integer({ minimum: 1, maximum: 65_535 }), Type.Null()])
const hosts = {
  main_port: Type.Optional(Port),
  backup_host: Type.Optional(Host),
  backup_port: Type.Optional(Port),
  proxy_main_port: Type.Optional(Port),
  proxy_backup_host: Type.Optional(Host),
  proxy_backup_port: Type.Optional(Port),
  outbound_proxy_host: Type.Optional(Host),
  outbound_proxy_port: Type.Optional(Port),
}
const RequiredHost = Type.String({ minLength: 1, maxLength: 255 })

/** Where phones register. Belongs to the installation. */
export const Registrar = Type.Object({
  id: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' }),
  revision: Revision,
  deletable: Type.Boolean(),
  name: Type.Optional(Type.Union([Type.String({ maxLength: 128 }), Type.Null()])),
  main_host: RequiredHost,
  proxy_main_host: RequiredHost,
  ...hosts,
})
export type Registrar = Type.Static<typeof Registrar>

export const RegistrarInput = Type.Object({
  id: Type.Optional(Registrar.properties.id),
  name: Registrar.properties.name,
  main_host: Type.Optional(RequiredHost),
  proxy_main_host: Type.Optional(RequiredHost),
  ...hosts,
  ...shownOnly('revision', 'deletable'),
})
export type RegistrarInput = Type.Static<typeof RegistrarInput>

/**
 * Options of Asterisk’s `global` and `system` sections, domains by their other names, a tenant’s NAT setting, and its
 * service codes by feature.
 */
export const SipSetting = Type.Object({
  tenant: TenantId,
  section: Type.Enum(['global', 'system', 'domain_alias', 'general', 'features']),
  revision: Revision,
  options: Type.Record(Type.String(), Type.String()),
  asteriskId: Type.Optional(Type.String({ description: 'general: the Asterisk of this tenant’s endpoints' })),
})
export type SipSetting = Type.Static<typeof SipSetting>
