import type { OptionTable } from './option.ts'

/** Where a phone can be reached (`type=aor`). Names, types and defaults are those of Asterisk 22.10. */
export const aorOptions: OptionTable = {
  authenticate_qualify: { type: 'boolean', default: 'no' },
  contact: { type: 'sip-uri', multiple: true },
  default_expiration: { type: 'integer', default: '3600', min: 0 },
  mailboxes: { type: 'text' },
  max_contacts: { type: 'integer', default: '0', min: 0 },
  maximum_expiration: { type: 'integer', default: '7200', min: 0 },
  minimum_expiration: { type: 'integer', default: '60', min: 0 },
  outbound_proxy: { type: 'sip-uri' },
  qualify_2xx_only: { type: 'boolean', default: 'no' },
  qualify_frequency: { type: 'integer', default: '0', min: 0, max: 86400 },
  qualify_timeout: { type: 'number', default: '3.0', min: 0 },
  remove_existing: { type: 'boolean', default: 'no' },
  remove_unavailable: { type: 'boolean', default: 'no' },
  support_path: { type: 'boolean', default: 'no' },
  voicemail_extension: { type: 'text' },
}
