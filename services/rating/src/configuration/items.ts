import { Fault, type RatingItemKind } from '@strowger/schema'
import type { StoredItem } from '../store/items.ts'
import type { TenantItems } from './tenant-items.ts'

/** What the calls of a tenant are rated by: its own items and those of the tenants above it. */
export interface Items {
  readonly tenant: string
  /** That of the nearest tenant that has one of this id. */
  find(kind: RatingItemKind, id: string): StoredItem | undefined
  /** That of one of these tenants. */
  at(tenant: string, kind: RatingItemKind, id: string): StoredItem | undefined
  /** Those of the tenants above first. */
  ofKind(kind: RatingItemKind): Iterable<StoredItem>
  /** Those of the tenant itself. */
  own(kind: RatingItemKind): Iterable<StoredItem>
  /** As a tenant of them sees it: itself and those above. */
  from(tenant: string): Items
  /** As if this one were written by its tenant. */
  with(item: StoredItem): Items
  /** As if this one were deleted. */
  without(item: StoredItem): Items
}

/** @param scope a tenant and those above it, nearest first */
export function itemsFrom(scope: readonly (readonly [tenant: string, items: TenantItems])[]): Items {
  const tenant = scope[0]?.[0] ?? ''
  const itemsOf = (wanted: string) => scope.find(([one]) => one === wanted)?.[1]
  return {
    tenant,
    find(kind, id) {
      for (const [, items] of scope) {
        const found = items.find(kind, id)
        if (found !== undefined) return found
      }
      return undefined
    },
    at: (wanted, kind, id) => itemsOf(wanted)?.find(kind, id),
    *ofKind(kind) {
      for (const [, items] of scope.toReversed()) yield* items.ofKind(kind)
    },
    own: (kind) => scope[0]?.[1].ofKind(kind) ?? [],
    from(wanted) {
      const place = scope.findIndex(([one]) => one === wanted)
      return itemsFrom(place < 0 ? [] : scope.slice(place))
    },
    with: (item) =>
      itemsFrom(scope.map(([one, items]) => [one, one === item.tenant ? items.with(item) : items] as const)),
    without: (item) =>
      itemsFrom(scope.map(([one, items]) => [one, one === item.tenant ? items.without(item) : items] as const)),
  }
}

/** What a tenant names: its own, or that of the nearest tenant above. @throws Fault `not-found` */
export function namedItem(items: Items, kind: RatingItemKind, id: string): StoredItem {
  const found = items.find(kind, id)
  if (found === undefined) throw new Fault('not-found', { detail: `There is no ${kind} ${id}` })
  return found
}

/** By what the engine knows it. @throws Fault `not-found` */
export function namedId(items: Items, kind: RatingItemKind, id: string): string {
  return namedItem(items, kind, id).composed
}
