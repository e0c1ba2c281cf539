import type { RevertedRow } from '@strowger/database'
import { Fault, type RatingItemKind, type Tenants } from '@strowger/schema'
import type { Engines } from '../configuration/engines.ts'
import type { Items } from '../configuration/items.ts'
import { composedId, type StoredItem } from '../store/items.ts'
import { named, referrersOf } from './references.ts'
import { itemsBelow, requireReferences } from './trial.ts'

/**
 * Whether calls can still be rated once a change set is undone: what was written since may name what the undo takes
 * away. @throws Fault `undo-conflict`
 */
export async function refuseBrokenUndo(
  engines: Engines,
  tenants: Tenants,
  rows: readonly Pick<RevertedRow, 'table' | 'key' | 'row'>[],
): Promise<void> {
  const touched = rows.filter(({ table }) => table === 'item').map(itemFrom)
  const gone = new Set(touched.filter(({ isGone }) => isGone).map(({ item }) => `${item.kind} ${item.composed}`))
  for (const tenant of new Set(touched.map(({ item }) => item.tenant))) {
    let items = await engines.itemsOf(tenant)
    for (const { item, isGone } of touched) items = isGone ? items.without(item) : items.with(item)
    for (const { item, isGone } of touched) {
      if (!isGone || item.tenant !== tenant) continue
      const referrers = referrersOf(item, await itemsBelow(engines, tenants, tenant))
      const left = referrers.filter(({ kind, composed }) => !gone.has(`${kind} ${composed}`))
      if (left.length > 0) {
        throw new Fault('undo-conflict', { detail: `The ${item.kind} ${item.id} is in use by ${named(left)}` })
      }
    }
    const kept = touched.filter(({ item, isGone }) => !isGone && item.tenant === tenant).map(({ item }) => item)
    await requireUse(engines, items, kept)
  }
}

/** @throws Fault `undo-conflict` */
async function requireUse(engines: Engines, items: Items, kept: readonly StoredItem[]): Promise<void> {
  try {
    for (const item of kept) requireReferences(item, items)
    await engines.by(items)
  } catch (error) {
    const isOfUndo = error instanceof Fault || (error instanceof Error && error.name === 'ConfigurationFault')
    if (!isOfUndo) throw error
    const why = error instanceof Fault ? (error.detail ?? error.message) : error.message
    throw new Fault('undo-conflict', { detail: `Calls could not be rated after the undo: ${why}` })
  }
}

/** The item as the undo leaves it; as good as the one that it takes away, which nobody can have written since. */
function itemFrom({ key, row }: Pick<RevertedRow, 'key' | 'row'>): { item: StoredItem; isGone: boolean } {
  const tenant = String(key['tenant_id'])
  const id = String(key['id'])
  const item: StoredItem = {
    tenant,
    kind: key['kind'] as RatingItemKind,
    id,
    composed: composedId(tenant, id),
    // Newer than any that is there.
    revision: Number.MAX_SAFE_INTEGER,
    data: (row?.['data'] ?? {}) as StoredItem['data'],
    updatedAt: new Date(0),
  }
  return { item, isGone: row === null }
}
