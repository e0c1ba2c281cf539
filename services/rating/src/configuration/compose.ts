import type {
  Allowance,
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
import { composedId, type StoredItem } from '../store/items.ts'
import type { Items } from './items.ts'

/** What the calls of a tenant are rated by, but for whose they are and for the rows of its decks. */
export type Tariffs = Omit<RatingConfiguration, 'organisations' | 'decks'>

/**
 * Sources, plans, vendors and the rest of a tenant and those above it. Ids become `<tenant>/<id>`; a name is looked for
 * in the tenant that says it, then in those above.
 */
export function composeTariffs(items: Items, { currency, zone }: { currency: string; zone: string }): Tariffs {
  const resolved = createResolver(items)

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
    providers: ofKind<RatingSource>(items, 'source').map((source) => providerFrom(source, resolved)),
    plans: ofKind<RatingPlan>(items, 'plan').map(
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
    vendors: ofKind<RatingVendor>(items, 'vendor', nearestFirst).map(
      ({ tenant, id, data }): Vendor => ({
        id,
        name: data.name,
        currency: data.currency,
        trunks: data.trunks
          .filter(({ pattern }) => isNearest(tenant, pattern))
          .map((trunk) => duringOf(trunk, trunk.pattern)),
        decks: data.decks.map((chain) =>
          duringOf(
            chain,
            chain.decks.map((deck) => resolved('deck', tenant, deck)),
          ),
        ),
      }),
    ),
    allowances: ofKind<RatingAllowance>(items, 'allowance').map(({ tenant, id, data }): Allowance => {
      const { within, ...rest } = data
      return { ...rest, id, ...(within === undefined ? {} : { within: resolved('allowance', tenant, within) }) }
    }),
    ported: ofKind<RatingPortability>(items, 'portability').flatMap(({ data }) =>
      data.numbers.map(({ number, ported, from, to }): PortedNumber => ({ number, ported, ...instants({ from, to }) })),
    ),
    rates: ofKind<RatingCurrency>(items, 'currency').flatMap(({ data }) =>
      data.rates.map(({ day, rate }): CurrencyRate => ({ from: data.from, to: data.to, day, rate })),
    ),
  }
}

/** The decks by which calls can be rated: those that a plan or a vendor names. */
export function decksInUse({ plans, vendors }: Pick<Tariffs, 'plans' | 'vendors'>): Set<string> {
  return new Set([
    ...plans.flatMap(({ decks }) => decks.map(({ deck }) => deck)),
    ...vendors.flatMap(({ decks }) => decks.flatMap(({ value }) => value)),
  ])
}

/** The organisations of a tenant. */
export function organisationsOf(items: Items): OrganisationNode[] {
  return nodesFrom(items, items.own('node'))
}

/** A node of a tenant with all that it was ever below, as the engine takes them. */
export function nodesAbove(items: Items, id: string): OrganisationNode[] {
  const bottom = items.at(items.tenant, 'node', id)
  const found = new Map(bottom === undefined ? [] : [[bottom.id, bottom]])
  // What is added while this goes on is looked at, too.
  for (const { data } of found.values()) {
    for (const { parent } of (data as unknown as RatingNode).parents) {
      const above = parent === null ? undefined : items.at(items.tenant, 'node', parent)
      if (above !== undefined) found.set(above.id, above)
    }
  }
  return nodesFrom(items, found.values())
}

function nodesFrom(items: Items, nodes: Iterable<StoredItem>): OrganisationNode[] {
  const resolved = createResolver(items)
  const during = createDuring()
  const composed: OrganisationNode[] = []
  for (const node of nodes) composed.push(nodeFrom(node, node.data as unknown as RatingNode, resolved, during))
  return composed
}

const nearestFirst = -1
const farthestFirst = 1

/** Those of a tenant in the order of ids: the same items are the same configuration. */
function ofKind<Data>(items: Items, kind: StoredItem['kind'], order: 1 | -1 = farthestFirst) {
  const found = [...items.ofKind(kind)].map((item) => ({
    tenant: item.tenant,
    id: item.composed,
    data: item.data as Data,
  }))
  const places = new Map([...new Set(found.map(({ tenant }) => tenant))].map((tenant, place) => [tenant, place]))
  const placeOf = ({ tenant }: { tenant: string }) => order * (places.get(tenant) ?? 0)
  return found.sort((one, other) => placeOf(one) - placeOf(other) || (one.id < other.id ? -1 : 1))
}

/** `<tenant>/<id>` of what a tenant names. */
type Resolved = (kind: StoredItem['kind'], tenant: string, id: string) => string

function createResolver(items: Items): Resolved {
  const seenFrom = new Map<string, Items>()
  return (kind, tenant, id) => {
    let seen = seenFrom.get(tenant)
    if (seen === undefined) {
      seen = items.from(tenant)
      seenFrom.set(tenant, seen)
    }
    return seen.find(kind, id)?.composed ?? composedId(tenant, id)
  }
}

function nodeFrom(
  item: StoredItem,
  data: RatingNode,
  resolved: Resolved,
  during: <Value>(ends: Ends, value: Value) => During<Value>,
): OrganisationNode {
  const { tenant } = item
  const { parents, plans = [], billable = [], claims = [], name, reseller, zone } = data
  const node: OrganisationNode = {
    id: item.composed,
    name,
    // A node without parents of its tenant may hang below one of a tenant above.
    parent: parents.map((one) => during(one, one.parent === null ? null : resolved('node', tenant, one.parent))),
    plan: plans.map((one) => during(one, resolved('plan', tenant, one.plan))),
    billable: billable.map((one) => during(one, one.billable)),
    claims: claims.map((one) => duringOf(one, { kind: one.kind, pattern: one.pattern })),
  }
  return reseller === undefined && zone === undefined
    ? node
    : { ...node, ...(reseller === undefined ? {} : { reseller }), ...(zone === undefined ? {} : { zone }) }
}

/** What always holds is one object for all who have the same: of 100,000 customers most have the same plan. */
function createDuring(): <Value>(ends: Ends, value: Value) => During<Value> {
  const always = new Map<unknown, During<unknown>>()
  return <Value>(ends: Ends, value: Value) => {
    if (ends.from !== undefined || ends.to !== undefined) return duringOf(ends, value)
    const known = always.get(value)
    if (known !== undefined) return known as During<Value>
    const made = duringOf(ends, value)
    always.set(value, made)
    return made
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

function duringOf<Value>(ends: Ends, value: Value): During<Value> {
  const { fromMs, toMs } = instants(ends)
  return { fromMs, toMs, value }
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
