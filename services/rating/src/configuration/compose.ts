import type {
  Allowance,
  CompiledDeck,
  CurrencyRate,
  During,
  OrganisationNode,
  Plan,
  PortedNumber,
  Provider,
  RatingConfiguration,
  Vendor,
} from '@strowger/rating'
import type {
  RatingAllowance,
  RatingCurrency,
  RatingDeck,
  RatingNode,
  RatingPlan,
  RatingPortability,
  RatingSource,
  RatingVendor,
} from '@strowger/schema'
import type { StoredItem } from '../store/items.ts'

/**
 * The configuration by which the calls of a tenant are rated: its nodes; sources, plans, decks and the rest also of the
 * tenants above it. Ids become `<tenant>/<id>`; a name is looked for in the tenant that says it, then in those above.
 */
export function composeConfiguration(parts: {
  items: readonly StoredItem[]
  /** Whose nodes they are. */
  tenant: string
  /** A tenant and those above it, nearest first. */
  above: (tenant: string) => readonly string[]
  decks: ReadonlyMap<string, CompiledDeck>
  currency: string
  zone: string
}): RatingConfiguration {
  const { items, tenant: own, above, decks, currency, zone } = parts
  const present = new Set(items.map(({ tenant, kind, id }) => `${kind} ${tenant}/${id}`))

  function resolved(kind: StoredItem['kind'], tenant: string, id: string): string {
    const owner = above(tenant).find((one) => present.has(`${kind} ${one}/${id}`)) ?? tenant
    return `${owner}/${id}`
  }
  const ofKind = <Data>(kind: StoredItem['kind']) =>
    items
      .filter((item) => item.kind === kind)
      .map(({ tenant, id, data }) => ({ tenant, id: `${tenant}/${id}`, plain: id, data: data as Data }))

  // A trunk that a nearer tenant names is that one's, whatever those above say of it.
  const trunkOwners = new Map<string, string>()
  const isNearest = (tenant: string, pattern: string): boolean => {
    const owner = trunkOwners.get(pattern) ?? tenant
    trunkOwners.set(pattern, owner)
    return owner === tenant
  }

  return {
    currency,
    zone,
    decks,
    providers: ofKind<RatingSource>('source').map((source) => providerFrom(source, resolved)),
    organisations: ofKind<RatingNode>('node')
      .filter(({ tenant }) => tenant === own)
      .map(({ tenant, id, data }) => nodeFrom(tenant, id, data, resolved)),
    plans: ofKind<RatingPlan>('plan').map(
      ({ tenant, id, data }): Plan => ({
        id,
        name: data.name,
        currency: data.currency,
        decks: data.decks.map(({ deck, ...rest }) => ({ deck: resolved('deck', tenant, deck), ...rest })),
        ...(data.longestOverAll === undefined ? {} : { longestOverAll: data.longestOverAll }),
        ...(data.allowances === undefined
          ? {}
          : { allowances: data.allowances.map((allowance) => resolved('allowance', tenant, allowance)) }),
        ...(data.minimumMargin === undefined ? {} : { minimumMargin: data.minimumMargin }),
      }),
    ),
    vendors: nearestFirst(ofKind<RatingVendor>('vendor'), above(own)).map(
      ({ tenant, id, data }): Vendor => ({
        id,
        name: data.name,
        currency: data.currency,
        trunks: data.trunks
          .filter(({ pattern }) => isNearest(tenant, pattern))
          .map(({ pattern, ...rest }) => during(rest, pattern)),
        decks: data.decks.map(({ decks: chained, ...rest }) =>
          during(
            rest,
            chained.map((deck) => resolved('deck', tenant, deck)),
          ),
        ),
      }),
    ),
    allowances: ofKind<RatingAllowance>('allowance').map(({ tenant, id, data }): Allowance => {
      const { within, ...rest } = data
      return { ...rest, id, ...(within === undefined ? {} : { within: resolved('allowance', tenant, within) }) }
    }),
    ported: ofKind<RatingPortability>('portability').flatMap(({ data }) =>
      data.numbers.map(({ number, ported, from, to }): PortedNumber => ({ number, ported, ...instants({ from, to }) })),
    ),
    rates: ofKind<RatingCurrency>('currency').flatMap(({ data }) =>
      data.rates.map(({ day, rate }): CurrencyRate => ({ from: data.from, to: data.to, day, rate })),
    ),
  }
}

function nearestFirst<Item extends { tenant: string }>(items: readonly Item[], above: readonly string[]): Item[] {
  return items.toSorted((one, other) => above.indexOf(one.tenant) - above.indexOf(other.tenant))
}

type Resolved = (kind: StoredItem['kind'], tenant: string, id: string) => string

function nodeFrom(tenant: string, id: string, data: RatingNode, resolved: Resolved): OrganisationNode {
  return {
    id,
    name: data.name,
    // A node without parents of its tenant may hang below one of a tenant above.
    parent: data.parents.map(({ parent, ...rest }) =>
      during(rest, parent === null ? null : resolved('node', tenant, parent)),
    ),
    plan: (data.plans ?? []).map(({ plan, ...rest }) => during(rest, resolved('plan', tenant, plan))),
    billable: (data.billable ?? []).map(({ billable, ...rest }) => during(rest, billable)),
    claims: (data.claims ?? []).map(({ kind, pattern, ...rest }) => during(rest, { kind, pattern })),
    ...(data.reseller === undefined ? {} : { reseller: data.reseller }),
    ...(data.zone === undefined ? {} : { zone: data.zone }),
  }
}

function providerFrom(source: { tenant: string; id: string; data: RatingSource }, resolved: Resolved): Provider {
  const { tenant, id, data } = source
  const { numbers, milliseconds, ownDuration, longestS, rules, vendor, costOfIncoming } = data
  return {
    id,
    numbers,
    ...(milliseconds === undefined ? {} : { milliseconds }),
    ...(ownDuration === undefined ? {} : { ownDuration }),
    ...(longestS === undefined ? {} : { longestS }),
    ...(rules === undefined ? {} : { rules }),
    ...(vendor === undefined ? {} : { vendor: resolved('vendor', tenant, vendor) }),
    ...(costOfIncoming === undefined ? {} : { costOfIncoming }),
  }
}

interface Ends {
  from?: string | undefined
  to?: string | undefined
}

function instants({ from, to }: Ends): { fromMs: number; toMs: number } {
  return {
    fromMs: from === undefined ? Number.NEGATIVE_INFINITY : Date.parse(from),
    toMs: to === undefined ? Number.POSITIVE_INFINITY : Date.parse(to),
  }
}

function during<Value>(ends: Ends, value: Value): During<Value> {
  return { ...instants(ends), value }
}

/** What of a deck's item holds for its rows. */
export function deckSettingsFrom(id: string, data: RatingDeck, calendars: readonly { id: string; data: object }[]) {
  const { name, currency, scale = 6, zone, rounding = 'half_up', decimals = 6 } = data
  return {
    id,
    name,
    currency,
    scale,
    zone,
    rounding,
    decimals,
    calendars: calendars.map((calendar) => ({ ...calendar.data, id: calendar.id })),
  }
}
