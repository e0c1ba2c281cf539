import type { Target } from './rule.ts'
import { numberIn, type PeerSettings } from './rule.ts'

/** A line `register => …` of sip.conf, taken apart. */
export interface Registration {
  readonly peer: string | undefined
  readonly transport: string | undefined
  readonly user: string
  readonly domain: string | undefined
  readonly secret: string | undefined
  readonly authUser: string | undefined
  readonly host: string
  readonly port: string | undefined
  readonly extension: string | undefined
  readonly expiry: string | undefined
}

/**
 * `[peer?][transport://]user[@domain][:secret[:authuser]]@host[:port][/extension][~expiry]`. Undefined when it is none.
 * A password may hold an at sign: the last one parts what is said of the account from the host.
 */
export function parseRegistration(text: string): Registration | undefined {
  const [, peer, transport, account = '', host, port, extension, expiry] =
    /^(?:([^?]+)\?)?(?:(udp|tcp|tls|wss?):\/\/)?(.+)@((?:\[[^\]]+\]|[^:/@~]+))(?::(\d+))?(?:\/([^~]*))?(?:~(\d+))?$/i.exec(
      text.trim(),
    ) ?? []
  if (host === undefined) return undefined
  const [name = '', secret, authUser] = account.split(':')
  const at = name.indexOf('@')
  return {
    peer,
    transport: transport?.toLowerCase(),
    user: at < 0 ? name : name.slice(0, at),
    domain: at < 0 ? undefined : name.slice(at + 1),
    secret: secret || undefined,
    authUser: authUser || undefined,
    host,
    port,
    extension: extension || undefined,
    expiry,
  }
}

/** Options of `registration` and of what it proves itself with; `general` gives times and attempts. */
export function registrationTargets(registration: Registration, general: PeerSettings): Target[] {
  const { user, domain, secret, authUser, host, port, extension, expiry } = registration
  const at = port === undefined ? '' : `:${port}`
  const attempts = numberIn(general.get('registerattempts') ?? '') ?? 10
  const proxy = general.get('outboundproxy')?.split(',')[0]
  return [
    ['registration', 'client_uri', `sip:${user}@${domain ?? host}${domain === undefined ? at : ''}`],
    ['registration', 'server_uri', `sip:${host}${at}`],
    ['registration', 'contact_user', extension ?? 's'],
    ['registration', 'expiration', expiry ?? general.get('defaultexpiry') ?? '120'],
    ['registration', 'retry_interval', general.get('registertimeout') ?? '20'],
    // None at all means for ever there; here a number has to be said.
    ['registration', 'max_retries', String(attempts === 0 ? 10_000 : attempts)],
    ...(/^(yes|true|y|t|1|on)$/i.test(general.get('register_retry_403') ?? '')
      ? ([['registration', 'forbidden_retry_interval', general.get('registertimeout') ?? '20']] as const)
      : []),
    ...(proxy ? ([['registration', 'outbound_proxy', `sip:${proxy};lr`]] as const) : []),
    // Calls that come by it are known by the line that Asterisk writes into its contact.
    ['registration', 'line', 'yes'],
    ...(secret === undefined
      ? []
      : ([
          ['registration_outbound_auth', 'auth_type', 'userpass'],
          ['registration_outbound_auth', 'username', authUser ?? user],
          ['registration_outbound_auth', 'password', secret],
        ] as const)),
  ]
}

/** Settings of `[general]` that only registrations use. */
export const registrationKeys: ReadonlySet<string> = new Set([
  'registertimeout',
  'registerattempts',
  'register_retry_403',
])
