import type { OptionTable } from './option.ts'

/** Another name of a domain (`type=domain_alias`): accounts of the domain are found under it, too. */
export const domainAliasOptions: OptionTable = {
  domain: { type: 'domain' },
}
