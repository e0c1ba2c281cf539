import type { RatingItemKind } from '@strowger/schema'
import type { StoredItem } from '../store/items.ts'

/** All items of one tenant. Never changed: a change makes another, which shares with it what stayed as it was. */
export interface TenantItems {
  find(kind: RatingItemKind, id: string): StoredItem | undefined
  /** In the order of ids, but for what was changed since they were read. */
  ofKind(kind: RatingItemKind): Iterable<StoredItem>
  /** With this one, new or in the place of an older one. */
  with(item: StoredItem): TenantItems
  /** Without this one; a newer one of its id stays. */
  without(item: StoredItem): TenantItems
}

/** Ids of one kind, as they were read, and what has changed since: undefined for what is gone. */
interface OfKind {
  readonly read: ReadonlyMap<string, StoredItem>
  readonly changed: ReadonlyMap<string, StoredItem | undefined>
}

/** A change copies those of before; beyond so many all are put together. */
const mostChanged = 256
const none: OfKind = { read: new Map(), changed: new Map() }

export function tenantItemsFrom(items: readonly StoredItem[]): TenantItems {
  const kinds = new Map<RatingItemKind, OfKind & { read: Map<string, StoredItem> }>()
  for (const item of items) {
    let ofKind = kinds.get(item.kind)
    if (ofKind === undefined) {
      ofKind = { read: new Map(), changed: new Map() }
      kinds.set(item.kind, ofKind)
    }
    ofKind.read.set(item.id, item)
  }
  return createTenantItems(kinds)
}

function createTenantItems(kinds: ReadonlyMap<RatingItemKind, OfKind>): TenantItems {
  const kindOf = (kind: RatingItemKind) => kinds.get(kind) ?? none

  function find(kind: RatingItemKind, id: string): StoredItem | undefined {
    const { read, changed } = kindOf(kind)
    return changed.has(id) ? changed.get(id) : read.get(id)
  }

  function changing(kind: RatingItemKind, id: string, item: StoredItem | undefined): TenantItems {
    const before = kindOf(kind)
    const changed = new Map(before.changed).set(id, item)
    const after = { read: before.read, changed }
    const ofKind = changed.size <= mostChanged ? after : { read: new Map(entriesOf(after)), changed: new Map() }
    return createTenantItems(new Map(kinds).set(kind, ofKind))
  }

  return {
    find,
    *ofKind(kind) {
      for (const [, item] of entriesOf(kindOf(kind))) yield item
    },
    with(item) {
      const known = find(item.kind, item.id)
      return known !== undefined && known.revision >= item.revision ? this : changing(item.kind, item.id, item)
    },
    without({ kind, id, revision }) {
      const known = find(kind, id)
      return known === undefined || known.revision > revision ? this : changing(kind, id, undefined)
    },
  }
}

function* entriesOf({ read, changed }: OfKind): Generator<[string, StoredItem]> {
  for (const entry of read) if (!changed.has(entry[0])) yield entry
  for (const [id, item] of changed) if (item !== undefined) yield [id, item]
}
