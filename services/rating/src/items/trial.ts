import { createEngine } from '@strowger/rating'
import { Fault, type RatingItemKind, type Tenants, tenantsFrom } from '@strowger/schema'
import { nodesAbove } from '../configuration/compose.ts'
import type { Engines } from '../configuration/engines.ts'
import type { Items } from '../configuration/items.ts'
import { composedId, type StoredItem } from '../store/items.ts'
import { named, referencesOf, referrersOf } from './references.ts'

/** An item as it would be written: `before` is what is there. */
export interface Written extends Pick<StoredItem, 'tenant' | 'kind' | 'id' | 'data'> {
  readonly before: StoredItem | undefined
}

/**
 * Whether everything can still be rated by, once an item is written.
 * @throws Fault `invalid-input` that says what it names in vain, or why it cannot be used
 */
export async function tryWriting(engines: Engines, { before, ...written }: Written): Promise<void> {
  const items = await engines.itemsOf(written.tenant)
  requireReferences(written, items)
  // Newer than any that is there.
  const next: StoredItem = {
    ...written,
    composed: composedId(written.tenant, written.id),
    revision: Number.MAX_SAFE_INTEGER,
    updatedAt: new Date(0),
  }
  try {
    if (keepsItsPlace(next, before)) compileAlone(next, items.with(next))
    else await engines.by(items.with(next))
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ConfigurationFault') throw error
    throw new Fault('invalid-input', {
      detail: `The ${written.kind} cannot be used: ${error.message}`,
      fields: [{ field: '/item', problem: error.message }],
    })
  }
}

/** @throws Fault `in-use` when others name it */
export async function tryRemoving(engines: Engines, tenants: Tenants, item: StoredItem): Promise<void> {
  const referrers = referrersOf(item, await itemsBelow(engines, tenants, item.tenant))
  if (referrers.length > 0) throw new Fault('in-use', { detail: `In use by ${named(referrers)}` })
}

/** Those of a tenant and of all below it, who may name them. */
export async function itemsBelow(engines: Engines, tenants: Tenants, tenant: string): Promise<ItemsOfTenants> {
  const each = await Promise.all(tenantsFrom(tenants, tenant).map((one) => engines.itemsOf(one)))
  return {
    *ofKind(kind) {
      for (const items of each) yield* items.own(kind)
    },
  }
}

export type ItemsOfTenants = Pick<Items, 'ofKind'>

/** @throws Fault `invalid-input` naming each place that names nothing. */
export function requireReferences(item: Omit<Written, 'before'>, items: Items): void {
  const isItself = ({ kind, id }: { kind: RatingItemKind; id: string }) => kind === item.kind && id === item.id
  const fields = referencesOf(item.kind, item.data)
    .filter((one) => isItself(one) || items.find(one.kind, one.id) === undefined)
    .map(({ field, kind, id }) => ({ field, problem: `there is no ${kind} "${id}"` }))
  const [first] = fields
  if (first !== undefined) throw new Fault('invalid-input', { detail: `${first.field}: ${first.problem}`, fields })
}

/** A node that is new, or stays below those it was below: no other node can be wrong for its sake. */
function keepsItsPlace({ kind, data }: StoredItem, before: StoredItem | undefined): boolean {
  const parentsOf = (one: StoredItem['data']) => JSON.stringify(one['parents'])
  return kind === 'node' && (before === undefined || parentsOf(before.data) === parentsOf(data))
}

/**
 * Compiles a node with those above it and nothing else: with 100,000 organisations a change of one need not compile
 * them all before it is known to be right.
 */
function compileAlone({ id }: StoredItem, items: Items): void {
  createEngine({
    currency: 'EUR',
    zone: 'UTC',
    providers: [],
    organisations: nodesAbove(items, id),
    plans: [],
    vendors: [],
    decks: new Map(),
    allowances: [],
    ported: [],
    rates: [],
  })
}
