import Type, { type Static, type TSchema } from 'typebox'

const Flag = (description: string) => Type.Optional(Type.Union([Type.Boolean(), Type.Null()], { description }))
const Word = (description: string, more: object = {}) =>
  Type.Optional(Type.Union([Type.String({ maxLength: 1024, ...more }), Type.Null()], { description }))
const Host = (description: string) => Word(description, { maxLength: 255 })
const Port = (description: string) =>
  Type.Optional(Type.Union([Type.Integer({ minimum: 1, maximum: 65535 }), Type.Null()], { description }))
const Whole = (maximum: number, description: string) =>
  Type.Optional(Type.Union([Type.Integer({ minimum: 0, maximum }), Type.Null()], { description }))
const Choice = <const T extends string[]>(values: T, description: string) =>
  Type.Optional(Type.Union([Type.Enum(values), Type.Null()], { description }))
const Pem = (description: string) => Type.Optional(Type.Array(Type.String({ maxLength: 65_536 }), { description }))

const servers = {
  proxy_ip: Host('SIP proxy'),
  proxy_port: Port('Port of the SIP proxy'),
  backup_proxy_ip: Host('Second SIP proxy'),
  backup_proxy_port: Port('Port of the second SIP proxy'),
  registrar_ip: Host('SIP registrar; the proxy when absent'),
  registrar_port: Port('Port of the registrar'),
  backup_registrar_ip: Host('Second registrar'),
  backup_registrar_port: Port('Port of the second registrar'),
  outbound_proxy_ip: Host('Outbound proxy'),
  outbound_proxy_port: Port('Port of the outbound proxy'),
}
const dtmfModes = ['RTP-in-band', 'RTP-out-of-band', 'SIP-INFO']
const srtpModes = ['disabled', 'preferred', 'required']

export const SipLine = Type.Object(
  {
    ...servers,
    username: Word('SIP user'),
    auth_username: Word('SIP user for authentication; `username` when absent'),
    password: Word('SIP password (secret)'),
    display_name: Word('Name shown to others'),
    number: Word('Number shown on the phone'),
    dtmf_mode: Choice(dtmfModes, 'How digits are sent'),
    srtp_mode: Choice(srtpModes, 'Encrypted speech'),
    voicemail: Word('Number of the voice mailbox'),
  },
  { description: 'One SIP line. Other fields are kept for the templates.' },
)
export type SipLine = Static<typeof SipLine>

export const FunctionKey = Type.Object({
  type: Type.Enum(['speeddial', 'blf', 'park', 'line']),
  value: Word('Number or extension; needed for speeddial and blf'),
  label: Word('Text beside the key'),
  line: Type.Optional(
    Type.Union([Type.Integer({ minimum: 1 }), Type.Null()], { description: 'SIP line the key uses; 1 when absent' }),
  ),
})
export type FunctionKey = Static<typeof FunctionKey>

/** Things by their number, which is written as a text; other names are refused. */
const Numbered = <Value extends TSchema>(value: Value, description: string) =>
  Type.Record(Type.String({ pattern: '^[0-9]{1,4}$' }), value, { additionalProperties: false, description })

/** The standard parameters of a configuration. Names of our own users begin with `X_`; anything else is refused. */
export const rawConfigParameters = {
  ip: Host('Address of this server, as the phones see it; filled in from ADVERTISED_HOST'),
  http_port: Port('Its HTTP port; filled in'),
  http_base_url: Word('Prefix of every URL that phones are given; filled in'),
  tftp_port: Port('Its TFTP port; filled in'),
  dns_enabled: Flag('Give the phone a name server'),
  dns_ip: Host('The name server; needed when dns_enabled'),
  ntp_enabled: Flag('Give the phone a time server'),
  ntp_ip: Host('The time server; needed when ntp_enabled'),
  vlan_enabled: Flag('Tag the phone’s frames (IEEE 802.1Q)'),
  vlan_id: Whole(4094, 'VLAN; 0 tags priority only; needed when vlan_enabled'),
  vlan_priority: Whole(7, 'IEEE 802.1p priority'),
  vlan_pc_port_id: Whole(4094, 'VLAN of the PC port; untagged when absent'),
  syslog_enabled: Flag('Send the phone’s log to a syslog server'),
  syslog_ip: Host('The syslog server; needed when syslog_enabled'),
  syslog_port: Port('Its port; 514 when absent'),
  syslog_level: Choice(['critical', 'error', 'warning', 'info', 'debug'], 'Least severity sent; warning when absent'),
  admin_username: Word('Administrator of the phone’s own pages'),
  admin_password: Word('Its password (secret)'),
  user_username: Word('User of the phone’s own pages'),
  user_password: Word('Its password (secret)'),
  timezone: Word('Name in the tz database, as Europe/Paris'),
  locale: Word('Language and country, as fr_FR', { pattern: '^[a-z]{2,3}_[A-Z]{2}$' }),
  protocol: Choice(['SIP', 'SCCP'], 'For phones that speak both'),
  sip_proxy_ip: servers.proxy_ip,
  sip_proxy_port: servers.proxy_port,
  sip_backup_proxy_ip: servers.backup_proxy_ip,
  sip_backup_proxy_port: servers.backup_proxy_port,
  sip_registrar_ip: servers.registrar_ip,
  sip_registrar_port: servers.registrar_port,
  sip_backup_registrar_ip: servers.backup_registrar_ip,
  sip_backup_registrar_port: servers.backup_registrar_port,
  sip_outbound_proxy_ip: servers.outbound_proxy_ip,
  sip_outbound_proxy_port: servers.outbound_proxy_port,
  sip_dtmf_mode: Choice(dtmfModes, 'How digits are sent; the phone’s own way when absent'),
  sip_srtp_mode: Choice(srtpModes, 'Encrypted speech; disabled when absent'),
  sip_transport: Choice(['udp', 'tcp', 'tls'], 'SIP transport; udp when absent'),
  sip_servers_root_and_intermediate_certificates: Pem(
    'Certificates the phone trusts for the SIP servers, root first (PEM)',
  ),
  sip_local_root_and_intermediate_certificates: Pem('Chain of the phone’s own certificate (PEM)'),
  sip_local_certificate: Word('The phone’s own certificate (PEM)', { maxLength: 65_536 }),
  sip_local_key: Word('Its key (PEM, secret)', { maxLength: 65_536 }),
  sip_subscribe_mwi: Flag('Subscribe to message waiting explicitly'),
  sip_lines: Type.Optional(Numbered(SipLine, 'Line number -> line')),
  sccp_call_managers: Type.Optional(
    Numbered(
      Type.Object({ ip: Type.String({ maxLength: 255 }), port: Port('Port') }),
      'Priority (1 first) -> call manager',
    ),
  ),
  exten_dnd: Word('Code: do not disturb'),
  exten_fwd_unconditional: Word('Code prefix: forward all calls'),
  exten_fwd_no_answer: Word('Code prefix: forward when not answered'),
  exten_fwd_busy: Word('Code prefix: forward when busy'),
  exten_fwd_disable_all: Word('Code: end all forwarding'),
  exten_park: Word('Code: park a call'),
  exten_pickup_group: Word('Code: take a call of the group'),
  exten_pickup_call: Word('Code prefix: take the call of an extension'),
  exten_voicemail: Word('Code: voice mail'),
  funckeys: Type.Optional(Numbered(FunctionKey, 'Key number -> key')),
  config_version: Type.Optional(Type.Integer({ description: 'Written by older systems; kept' })),
} satisfies Record<string, TSchema>

type ParameterName = keyof typeof rawConfigParameters
/** What a service code is for: `dnd` of `exten_dnd`. */
export type ServiceFeature = {
  [Name in ParameterName]: Name extends `exten_${infer Feature}` ? Feature : never
}[ParameterName]
export const serviceFeatures = Object.keys(rawConfigParameters).flatMap((name) =>
  name.startsWith('exten_') ? [name.slice('exten_'.length) as ServiceFeature] : [],
)

export const RawConfig = Type.Object(rawConfigParameters, {
  patternProperties: { '^X_[A-Za-z0-9_]+$': {} },
  additionalProperties: false,
})
/** Standard parameters typed, own ones (`X_…`) unknown. */
export type RawConfig = { [Name in keyof typeof rawConfigParameters]?: Static<(typeof rawConfigParameters)[Name]> } & {
  [own: `X_${string}`]: unknown
}

/** Where secrets stand in a raw config; `*` is any key. They are sealed wherever a config lies and never shown. */
export const secretParameters: readonly (readonly string[])[] = [
  ['admin_password'],
  ['user_password'],
  ['sip_local_key'],
  ['sip_lines', '*', 'password'],
]
