import type { AllowanceCounters } from './allowance.ts'
import type { CompiledDeck } from './compiled-deck.ts'
import type { CurrencyRate } from './currency.ts'
import type { Allowance, OrganisationNode, Plan, Vendor } from './organisation.ts'
import type { PortedNumber } from './portability.ts'
import type { Provider } from './provider.ts'
import type { RatedCall } from './rated-call.ts'
import type { CdrRecord } from './record.ts'

/** Everything that a price depends on, as of one knowledge instant. */
export interface RatingConfiguration {
  /** Currency in which margins are told. */
  readonly currency: string
  /** Zone of nodes that say none. */
  readonly zone: string
  readonly providers: readonly Provider[]
  readonly organisations: readonly OrganisationNode[]
  readonly plans: readonly Plan[]
  readonly vendors: readonly Vendor[]
  readonly decks: ReadonlyMap<string, CompiledDeck>
  readonly allowances: readonly Allowance[]
  readonly ported: readonly PortedNumber[]
  readonly rates: readonly CurrencyRate[]
}

export interface RateOptions {
  /** Now, for records that end in the future. Milliseconds UTC. */
  readonly nowMs: number
  /** Counters of allowances, taken from and changed. Without them every call has its normal price. */
  readonly counters?: AllowanceCounters
}

export interface Engine {
  /** Rates one record of a provider. Never throws; what is wrong is its reason. */
  rate(record: CdrRecord, provider: string, options: RateOptions): RatedCall
}

/** Compiles a configuration. Throws ConfigurationFault on what must have been refused when it was saved. */
export function createEngine(_configuration: RatingConfiguration): Engine {
  throw new Error('being built')
}
