import { type CompiledAllowance, compileAllowances } from './allowance.ts'
import { type ClaimIndex, createClaimIndex } from './claims.ts'
import type { CompiledDeck } from './compiled-deck.ts'
import { ConfigurationFault } from './configuration-fault.ts'
import { type CurrencyRate, type CurrencyRates, createCurrencyRates } from './currency.ts'
import { createNumberReader, type NumberReader } from './number.ts'
import type { Allowance, During, OrganisationNode, Plan, Vendor } from './organisation.ts'
import { createOrganisationTree, type OrganisationTree } from './organisation-tree.ts'
import { createPortability, type PortedNumber } from './portability.ts'
import type { Provider } from './provider.ts'
import { type Zone, zoneOf } from './zone.ts'

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

export interface CompiledPlan {
  readonly source: Plan
  /** By direction; a deck of a plan that says none is for outgoing calls. */
  readonly decks: Readonly<Record<'outgoing' | 'incoming' | 'internal', readonly CompiledDeck[]>>
  readonly allowances: readonly CompiledAllowance[]
}

export interface CompiledVendor {
  readonly source: Vendor
  readonly decks: readonly During<readonly CompiledDeck[]>[]
}

export interface EngineParts {
  readonly configuration: RatingConfiguration
  readonly zone: Zone
  readonly providers: ReadonlyMap<string, { provider: Provider; numbers: NumberReader }>
  readonly tree: OrganisationTree
  readonly plans: ReadonlyMap<string, CompiledPlan>
  readonly vendors: ReadonlyMap<string, CompiledVendor>
  readonly vendorTrunks: ClaimIndex<CompiledVendor>
  readonly portedAt: (number: string, atMs: number) => string | undefined
  readonly rates: CurrencyRates
  /** The instant that `isExtension` is asked for; one call is rated at a time. */
  readonly asking: { atMs: number }
  isExtension(digits: string): boolean
  isVendorTrunk(trunk: string, atMs: number): boolean
}

/** Compiles a configuration. Throws ConfigurationFault on what must have been refused when it was saved. */
export function compileConfiguration(configuration: RatingConfiguration): EngineParts {
  const zone = zoneOf(configuration.zone)
  if (!zone) throw new ConfigurationFault('zone', configuration.zone, 'is no zone of the tz database')
  const deckOf = (id: string, kind: 'plan' | 'vendor', of: string): CompiledDeck => {
    const deck = configuration.decks.get(id)
    if (!deck) throw new ConfigurationFault(kind, of, `there is no deck "${id}"`)
    return deck
  }
  const allowances = compileAllowances(configuration.allowances)
  const plans = new Map(
    configuration.plans.map((plan) => [plan.id, compiledPlan(plan, allowances, (id) => deckOf(id, 'plan', plan.id))]),
  )
  const vendorTrunks = createClaimIndex<CompiledVendor>()
  const vendors = new Map<string, CompiledVendor>()
  for (const vendor of configuration.vendors) {
    const compiled: CompiledVendor = {
      source: vendor,
      decks: vendor.decks.map((during) => ({
        ...during,
        value: during.value.map((id) => deckOf(id, 'vendor', vendor.id)),
      })),
    }
    vendors.set(vendor.id, compiled)
    for (const trunk of vendor.trunks) {
      try {
        vendorTrunks.add(trunk.value, trunk, compiled)
      } catch (error) {
        throw new ConfigurationFault('vendor', vendor.id, error instanceof Error ? error.message : String(error))
      }
    }
  }
  const tree = createOrganisationTree(configuration.organisations)
  const asking = { atMs: 0 }
  return {
    configuration,
    zone,
    tree,
    asking,
    isExtension: (digits) => tree.extensions.find(digits, asking.atMs) !== undefined,
    isVendorTrunk: (trunk, atMs) => trunk !== '' && vendorTrunks.find(trunk, atMs) !== undefined,
    providers: new Map(
      configuration.providers.map((provider) => [
        provider.id,
        { provider, numbers: createNumberReader(provider.numbers) },
      ]),
    ),
    plans,
    vendors,
    vendorTrunks,
    portedAt: createPortability(configuration.ported),
    rates: createCurrencyRates(configuration.rates),
  }
}

function compiledPlan(
  plan: Plan,
  allowances: ReadonlyMap<string, CompiledAllowance>,
  deckOf: (id: string) => CompiledDeck,
): CompiledPlan {
  const of = (direction: 'outgoing' | 'incoming' | 'internal'): readonly CompiledDeck[] =>
    plan.decks.filter((one) => (one.direction ?? 'outgoing') === direction).map((one) => deckOf(one.deck))
  return {
    source: plan,
    decks: { outgoing: of('outgoing'), incoming: of('incoming'), internal: of('internal') },
    allowances: (plan.allowances ?? []).map((id) => {
      const found = allowances.get(id)
      if (!found) throw new ConfigurationFault('plan', plan.id, `there is no allowance "${id}"`)
      return found
    }),
  }
}
