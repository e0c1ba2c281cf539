import type { SipOption } from '@strowger/schema'
import { isDomain } from '../pjsip-options/value-check.ts'
import type { PeerSettings } from './rule.ts'

/** The domains of `[general]`, each as `domain=example.com[,context]`. */
export interface SourceDomains {
  /** The first one: the others are other names of it. */
  readonly domain: string | undefined
  /** Each other name, with the domain. */
  readonly aliases: readonly SipOption[]
  /** What became of one line. */
  became(value: string): { readonly outcome: 'taken over' | 'dropped' | 'refused'; readonly what: string }
}

/**
 * Reads `domain=` of a sip.conf. chan_sip has the accounts of a server in each of its domains; PJSIP does so for the
 * other names of a domain. A domain’s context has no counterpart: an endpoint’s own decides. Pure.
 */
export function domainsOf(settings: PeerSettings): SourceDomains {
  const names = settings.all('domain').map((value) => partsOf(value).name)
  const [domain, ...others] = new Set(names.filter(isDomain))
  return {
    domain,
    aliases: domain === undefined ? [] : others.map((name) => [name, domain]),
    became(value) {
      const { name, context } = partsOf(value)
      if (!isDomain(name)) return { outcome: 'refused', what: 'it is no name of a domain' }
      const without = context === undefined ? '' : `; its context “${context}” is not: that of the endpoint counts`
      if (name !== domain) return { outcome: 'taken over', what: `domain_alias ${name}: domain = ${domain}${without}` }
      const what = 'the domain that others are aliases of: its accounts are found without an object of its own'
      return { outcome: 'taken over', what: `${what}${without}` }
    },
  }
}

function partsOf(value: string): { name: string; context: string | undefined } {
  const [name = '', context] = value.split(',').map((part) => part.trim())
  return { name: name.toLowerCase(), context: context || undefined }
}
