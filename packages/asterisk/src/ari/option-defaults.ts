import type { OptionDefaults } from './object-change.ts'

/** By type, what an option is set to when nobody sets it any more; only types that are changed in place need it. */
const defaults: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  auth: {
    auth_type: 'userpass',
    md5_cred: '',
    nonce_lifetime: '32',
    oauth_clientid: '',
    oauth_secret: '',
    password: '',
    realm: '',
    refresh_token: '',
    username: '',
  },
  aor: {
    authenticate_qualify: 'no',
    default_expiration: '3600',
    mailboxes: '',
    max_contacts: '0',
    maximum_expiration: '7200',
    minimum_expiration: '60',
    outbound_proxy: '',
    qualify_2xx_only: 'no',
    qualify_frequency: '0',
    qualify_timeout: '3.0',
    remove_existing: 'no',
    remove_unavailable: 'no',
    support_path: 'no',
    voicemail_extension: '',
  },
  registration: {
    auth_rejection_permanent: 'yes',
    contact_header_params: '',
    contact_user: '',
    endpoint: '',
    expiration: '3600',
    fatal_retry_interval: '0',
    forbidden_retry_interval: '0',
    line: 'no',
    max_random_initial_delay: '10',
    max_retries: '10',
    outbound_auth: '',
    outbound_proxy: '',
    retry_interval: '60',
    security_negotiation: 'no',
    support_outbound: 'no',
    support_path: 'no',
    transport: '',
    user_agent: '',
  },
}

const byType = new Map(Object.entries(defaults).map(([type, values]) => [type, new Map(Object.entries(values))]))
const none: OptionDefaults = new Map()

/** Empty for types that are never changed in place. */
export function optionDefaults(type: string): OptionDefaults {
  return byType.get(type) ?? none
}
