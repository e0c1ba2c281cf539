import type { SipOption, SipOptionOperation, SipSection } from '@strowger/schema'

/** The template of every tenant from which all its phones and trunks take; `[general]` becomes it. */
export const generalTemplate = 'global'

/** A SIP configuration that the import makes, by name: what is imported again finds it by that. */
export interface PlannedConfiguration {
  readonly kind: 'template' | 'endpoint'
  readonly name: string
  readonly label?: string
  /** Names of templates, of this plan or `generalTemplate`; a later one wins. */
  readonly parents: readonly string[]
  /** Only what its parents do not give it. */
  readonly sections: Readonly<Partial<Record<SipSection, readonly SipOption[]>>>
  readonly operations: readonly SipOptionOperation[]
  /** Name of a transport of this plan or of one that is there. */
  readonly transport?: string
  readonly role: 'general' | 'template' | 'common' | 'phone' | 'trunk'
  /** Of what the extension of a phone would be: the number of its caller id, or its name. */
  readonly source: string
}

export interface PlannedTransport {
  readonly name: string
  readonly options: readonly SipOption[]
}

/** What became of one line of the source. */
export interface ReportLine {
  readonly file: string
  readonly line: number
  /** Secrets are left out. */
  readonly text: string
  readonly outcome: 'taken over' | 'dropped' | 'refused'
  /** What it became, or why it did not. */
  readonly what: string
}

/** Everything an import would do, and what it makes of every line. */
export interface MigrationPlan {
  readonly configurations: readonly PlannedConfiguration[]
  readonly transports: readonly PlannedTransport[]
  /** Options of the whole Asterisk; only the master tenant writes them. */
  readonly global: readonly SipOption[]
  readonly system: readonly SipOption[]
  /** Each other name of a domain, with the domain. */
  readonly domain_alias: readonly SipOption[]
  readonly report: readonly ReportLine[]
  /** In words: which settings were put into templates of their own, and why. */
  readonly remarks: readonly string[]
}
