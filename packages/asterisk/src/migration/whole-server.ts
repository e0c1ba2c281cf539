import type { SipOption } from '@strowger/schema'
import type { PlannedTransport } from './plan.ts'
import { isTrue, numberIn, type PeerSettings, yesNo } from './rule.ts'

/** What `[general]` says of the whole Asterisk, by setting: for the report, and in one place. */
export interface WholeServer {
  readonly transports: readonly PlannedTransport[]
  readonly global: readonly SipOption[]
  readonly system: readonly SipOption[]
  /** By setting, what it became. */
  readonly became: ReadonlyMap<string, string>
}

type ToOption = (value: string) => string | undefined
const same: ToOption = (value) => value || undefined
const digits: ToOption = (value) => numberIn(value)?.toString()

const globals: Readonly<Record<string, readonly [option: string, to: ToOption]>> = {
  useragent: ['user_agent', same],
  sipdebug: ['debug', yesNo],
  realm: ['default_realm', same],
  legacy_useroption_parsing: ['ignore_uri_user_options', yesNo],
  maxforwards: ['max_forwards', digits],
  keepalive: ['keep_alive_interval', digits],
  regcontext: ['regcontext', same],
  vmexten: ['default_voicemail_extension', same],
  fromuser: ['default_from_user', same],
}
const systems: Readonly<Record<string, readonly [option: string, to: ToOption]>> = {
  timert1: ['timer_t1', digits],
  timerb: ['timer_b', digits],
  compactheaders: ['compact_headers', yesNo],
}

const forAllTransports = ['localnet', 'externaddr', 'externip', 'externhost', 'media_address', 'tos_sip', 'cos_sip']
const tlsOptions: Readonly<Record<string, readonly [option: string, to: ToOption]>> = {
  tlscertfile: ['cert_file', same],
  tlsprivatekey: ['priv_key_file', same],
  tlscafile: ['ca_list_file', same],
  tlscapath: ['ca_list_path', same],
  tlscadir: ['ca_list_path', same],
  tlsverifyclient: ['verify_client', yesNo],
  tlsdontverifyserver: ['verify_server', (value) => (isTrue(value) ? 'no' : 'yes')],
  tlsclientmethod: ['method', (value) => ({ tlsv1: 'tlsv1', sslv23: 'default' })[value.toLowerCase()]],
}
const bindKeys = [
  'bindaddr',
  'udpbindaddr',
  'bindport',
  'tcpenable',
  'tcpbindaddr',
  'tlsenable',
  'tlsbindaddr',
  'tlsbindport',
  'websocket_enabled',
  'externtcpport',
  'externtlsport',
]

/** Settings of `[general]` that are read here. */
export const wholeServerKeys: ReadonlySet<string> = new Set([
  ...Object.keys(globals),
  ...Object.keys(systems),
  ...Object.keys(tlsOptions),
  ...forAllTransports.filter((key) => key !== 'media_address'),
  ...bindKeys,
])

/** Transports, and the options that stand for all tenants. Pure. */
export function wholeServer(settings: PeerSettings): WholeServer {
  const became = new Map<string, string>()
  const take = (table: typeof globals, object: string): SipOption[] =>
    Object.entries(table).flatMap(([key, [option, to]]): SipOption[] => {
      const value = settings.get(key)
      const here = value === undefined ? undefined : to(value)
      if (here === undefined) return []
      became.set(key, `${object} ${option} = ${here}`)
      return [[option, here]]
    })
  const global = take(globals, 'global')
  const system = take(systems, 'system')
  const transports = transportsOf(settings, take(tlsOptions, 'transport-tls'))
  for (const key of [...forAllTransports, ...bindKeys]) {
    if (settings.get(key) !== undefined && key !== 'media_address')
      became.set(key, transports.map(({ name }) => name).join(', '))
  }
  return { transports, global, system, became }
}

function transportsOf(settings: PeerSettings, tls: readonly SipOption[]): PlannedTransport[] {
  const port = settings.get('bindport') ?? '5060'
  const address = settings.get('udpbindaddr') ?? settings.get('bindaddr') ?? '0.0.0.0'
  const make = (protocol: string, bind: string, externalPort?: string, more: readonly SipOption[] = []) => ({
    name: `transport-${protocol}`,
    options: [['protocol', protocol], ['bind', bind], ...shared(settings, externalPort), ...more] as SipOption[],
  })
  const transports = [make('udp', withPort(address, port))]
  if (isTrue(settings.get('tcpenable'))) {
    transports.push(make('tcp', withPort(settings.get('tcpbindaddr') ?? address, port), settings.get('externtcpport')))
  }
  if (isTrue(settings.get('tlsenable'))) {
    const bind = withPort(settings.get('tlsbindaddr') ?? hostIn(address), settings.get('tlsbindport') ?? '5061')
    transports.push(make('tls', bind, settings.get('externtlsport'), tls))
  }
  if (isTrue(settings.get('websocket_enabled'))) transports.push(make('ws', withPort(hostIn(address), port)))
  return transports
}

function shared(settings: PeerSettings, externalPort?: string): SipOption[] {
  const external = settings.get('externaddr') ?? settings.get('externip') ?? settings.get('externhost')
  const [host, port] = external === undefined ? [] : splitPort(external)
  const options: SipOption[] = settings.all('localnet').map((net) => ['local_net', net])
  if (host) options.push(['external_media_address', host], ['external_signaling_address', host])
  const outside = externalPort ?? port
  if (outside) options.push(['external_signaling_port', outside])
  const [tos, cos] = [settings.get('tos_sip'), settings.get('cos_sip')]
  if (tos) options.push(['tos', tos])
  if (cos) options.push(['cos', cos])
  return options
}

/** `192.0.2.1:5060`, `[2001:db8::1]:5060`, or either without a port. */
function splitPort(text: string): [host: string, port: string | undefined] {
  const [, bracketed, plain, port] = /^(?:(\[[^\]]+\])|([^:]+))(?::(\d+))?$/.exec(text) ?? []
  return [bracketed ?? plain ?? text, port]
}
const hostIn = (text: string) => splitPort(text)[0]

function withPort(address: string, port: string): string {
  const [host, own] = splitPort(address)
  const bare = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host
  return `${bare === '::' ? '[::]' : bare}:${own ?? port}`
}
