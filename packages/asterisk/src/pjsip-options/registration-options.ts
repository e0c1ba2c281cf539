import type { OptionTable } from './option.ts'

/** Where Asterisk itself registers (`type=registration`). Names, types and defaults are those of Asterisk 22.10. */
export const registrationOptions: OptionTable = {
  auth_rejection_permanent: { type: 'boolean', default: 'yes' },
  client_uri: { type: 'sip-uri' },
  contact_header_params: { type: 'text' },
  contact_user: { type: 'text', default: 's' },
  endpoint: { type: 'endpoint' },
  expiration: { type: 'integer', default: '3600', min: 0 },
  fatal_retry_interval: { type: 'integer', default: '0', min: 0 },
  forbidden_retry_interval: { type: 'integer', default: '0', min: 0 },
  line: { type: 'boolean', default: 'no' },
  max_random_initial_delay: { type: 'integer', default: '10', min: 0 },
  max_retries: { type: 'integer', default: '10', min: 0 },
  outbound_auth: { type: 'auths' },
  outbound_proxy: { type: 'sip-uri' },
  retry_interval: { type: 'integer', default: '60', min: 0 },
  security_mechanisms: { type: 'text', multiple: true },
  security_negotiation: { type: 'enum', default: 'no', values: ['no', 'mediasec'] },
  server_uri: { type: 'sip-uri' },
  support_outbound: { type: 'boolean', default: 'no' },
  support_path: { type: 'boolean', default: 'no' },
  transport: { type: 'transport' },
  user_agent: { type: 'text' },
}
