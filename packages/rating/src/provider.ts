import type { NumberRules } from './number.ts'

/** How the calls of one source are to be understood. */
export interface Provider {
  readonly id: string
  readonly numbers: NumberRules
  /** Milliseconds become seconds once, before all else. Default `up`. */
  readonly milliseconds?: 'up' | 'down' | 'half_up'
  /** The source's own answered time is believed against its instants. */
  readonly ownDuration?: boolean
  /** Longest call that is believed. Default 86,400. */
  readonly longestS?: number
  readonly rules?: readonly ProviderRule[]
  /** Vendor of calls whose trunk is nobody's. */
  readonly vendor?: string
  /** Only outgoing calls cost; set where vendors are paid for incoming ones, too. */
  readonly costOfIncoming?: boolean
}

/** The first that matches says what a record is. Patterns as of claims; what is not said matches. */
export interface ProviderRule {
  readonly context?: string
  readonly trunkIn?: string
  readonly trunkOut?: string
  readonly disposition?: string
  readonly account?: string
  readonly means: 'outgoing' | 'incoming' | 'internal' | 'system' | 'ignore'
}
