import type { OptionTable } from './option.ts'

/** With what one side proves who it is (`type=auth`). Names, types and defaults are those of Asterisk 22.10. */
export const authOptions: OptionTable = {
  auth_type: { type: 'enum', default: 'digest', values: ['digest', 'userpass', 'md5', 'google_oauth'] },
  md5_cred: { type: 'md5', secret: true },
  nonce_lifetime: { type: 'integer', default: '32', min: 0 },
  oauth_clientid: { type: 'text' },
  oauth_secret: { type: 'text', secret: true },
  password: { type: 'text', secret: true },
  password_digest: { type: 'digest', multiple: true, secret: true },
  realm: { type: 'text' },
  refresh_token: { type: 'text', secret: true },
  supported_algorithms_uac: { type: 'enums', values: ['MD5', 'SHA-256', 'SHA-512-256'] },
  supported_algorithms_uas: { type: 'enums', values: ['MD5', 'SHA-256', 'SHA-512-256'] },
  username: { type: 'text' },
}
