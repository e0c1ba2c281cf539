import type { OptionTable } from './option.ts'

/** By what an endpoint is recognised that does not give its name (`type=identify`). Names, types and defaults are those of Asterisk 22.10. */
export const identifyOptions: OptionTable = {
  endpoint: { type: 'endpoint' },
  match: { type: 'hosts', multiple: true },
  match_header: { type: 'header' },
  match_request_uri: { type: 'text' },
  srv_lookups: { type: 'boolean', default: 'yes' },
}
