import { isTrue, numberIn, type PeerSettings, type Rule, setting, type Target, truth } from './rule.ts'

/** How a peer is found: it registers, or it has an address. */
function hostOf(settings: PeerSettings): string | undefined {
  const host = settings.get('host')
  return host === undefined || host === '' || host.toLowerCase() === 'dynamic' ? undefined : host
}

/** Where a peer is called that does not register. */
const fixedAddressOf = (settings: PeerSettings) =>
  hostOf(settings) ?? (settings.get('host') ? undefined : settings.get('defaultip') || undefined)

const typeOf = (settings: PeerSettings) => settings.get('type')?.toLowerCase() ?? 'friend'

/** A trunk has an address and speaks without being asked who it is, or registers itself elsewhere. */
export const isTrunk = (settings: PeerSettings) => hostOf(settings) !== undefined

const bracketed = (host: string) => (host.includes(':') && !host.startsWith('[') ? `[${host}]` : host)

const contact: Rule = {
  keys: ['host', 'port', 'defaultip', 'defaultuser', 'username', 'type'],
  to(settings) {
    const host = fixedAddressOf(settings)
    const isFixed = host !== undefined
    const port = settings.get('port')
    const user = settings.get('defaultuser') ?? settings.get('username')
    const uri = isFixed && `sip:${user ? `${user}@` : ''}${bracketed(host)}${port ? `:${port}` : ''}`
    return [
      ...(isFixed
        ? []
        : ([
            ['aor', 'max_contacts', '1'],
            ['aor', 'remove_existing', 'yes'],
          ] as const)),
      ...(uri ? ([['aor', 'contact', uri]] as const) : []),
      ...identifyOf(settings),
    ]
  },
  note(settings) {
    if (settings.get('defaultip') === undefined || fixedAddressOf(settings) !== undefined) return undefined
    return 'a phone that has not registered is not called at its defaultip'
  },
}

/** A peer is known by where it speaks from, a user by its name, a friend by either. */
function identifyOf(settings: PeerSettings): Target[] {
  const host = hostOf(settings)
  const byAuthName = isTrue(settings.get('match_auth_username'))
  if (typeOf(settings) === 'user') return [['endpoint', 'identify_by', byAuthName ? 'auth_username' : 'username']]
  if (host === undefined) return byAuthName ? [['endpoint', 'identify_by', 'username,auth_username']] : []
  return host.split(',').map((each) => ['identify', 'match', each.trim()] as const)
}

const asksForPassword = (settings: PeerSettings) => !/\binvite\b|\bvery\b|\byes\b/i.test(settings.get('insecure') ?? '')

/** With what it proves who it is to us, and we to it. */
const passwords: Rule = {
  keys: ['secret', 'md5secret', 'remotesecret', 'insecure', 'auth'],
  to(settings) {
    const [secret, md5] = [settings.get('secret'), settings.get('md5secret')]
    const user = settings.get('defaultuser') || settings.get('username') || settings.get('fromuser') || settings.name
    const inbound: Target[] = []
    if (asksForPassword(settings) && (md5 || secret)) {
      inbound.push(['auth', 'username', settings.name])
      inbound.push(
        ...(md5
          ? md5Targets(md5)
          : ([
              ['auth', 'auth_type', 'userpass'],
              ['auth', 'password', secret ?? ''],
            ] as const)),
      )
    }
    const outbound = settings.get('remotesecret') ?? (isTrunk(settings) ? secret : undefined)
    const credentials = credentialsOf(settings.get('auth'))
    if (credentials) return [...inbound, ...credentials]
    if (!outbound) return inbound
    return [
      ...inbound,
      ['outbound_auth', 'auth_type', 'userpass'],
      ['outbound_auth', 'username', user],
      ['outbound_auth', 'password', outbound],
    ]
  },
  note(settings) {
    if (settings.get('md5secret') !== undefined) return 'it is valid for the old realm only: set auth realm to that'
    const isOpen = !isTrunk(settings) && !settings.get('secret')
    return isOpen && settings.get('host') !== undefined ? 'it has no password: anybody can register as it' : undefined
  },
}

const md5Targets = (digest: string): Target[] => [
  ['auth', 'auth_type', 'md5'],
  ['auth', 'md5_cred', digest],
]

/** `user:secret@realm`, `user#md5@realm` */
function credentialsOf(text: string | undefined): Target[] | undefined {
  const [, user, sign, secret, realm] = /^([^:#]+)([:#])(.+)@([^@]+)$/.exec(text ?? '') ?? []
  if (user === undefined || secret === undefined || realm === undefined) return undefined
  return [
    ['outbound_auth', 'auth_type', sign === '#' ? 'md5' : 'userpass'],
    ['outbound_auth', 'username', user],
    ['outbound_auth', sign === '#' ? 'md5_cred' : 'password', secret],
    ['outbound_auth', 'realm', realm],
  ]
}

const qualify = setting('qualify', (value, settings) => {
  const often = settings.get('qualifyfreq') ?? '60'
  const withinMs = /^\d+$/.test(value) ? Number(value) : undefined
  if (withinMs === undefined && !isTrue(value)) return [['aor', 'qualify_frequency', '0']]
  if (withinMs === 0) return [['aor', 'qualify_frequency', '0']]
  return [
    ['aor', 'qualify_frequency', often],
    ...(withinMs === undefined ? [] : [['aor', 'qualify_timeout', String(withinMs / 1_000)] as const]),
  ]
})

const accessLists: Rule = {
  keys: ['permit', 'deny', 'acl', 'contactpermit', 'contactdeny', 'contactacl'],
  to: (settings) =>
    settings.inOrder('permit', 'deny', 'acl', 'contactpermit', 'contactdeny', 'contactacl').map(([key, value]) => {
      return ['endpoint', key.replace(/^contact/, 'contact_'), value] as const
    }),
}

/** `host[:port][,force]` */
const outboundProxy = setting('outboundproxy', (value) => {
  const [address = ''] = value.split(',')
  const host = address.trim().replace(/^(sips?|udp|tcp|tls):(\/\/)?/i, '')
  return [['endpoint', 'outbound_proxy', `sip:${host};lr`]]
})

/** What is said about who a peer is and where. */
export const reachRules: readonly Rule[] = [
  contact,
  passwords,
  qualify,
  { keys: ['qualifyfreq'], to: () => [] },
  accessLists,
  outboundProxy,
  { keys: ['match_auth_username'], to: () => [] },
  setting('maxexpiry', (value) => [['aor', 'maximum_expiration', String(numberIn(value) ?? 3_600)]]),
  setting('minexpiry', (value) => [['aor', 'minimum_expiration', String(numberIn(value) ?? 60)]]),
  setting('defaultexpiry', (value) => [['aor', 'default_expiration', String(numberIn(value) ?? 120)]]),
  truth('supportpath', 'support_path', 'aor'),
]
