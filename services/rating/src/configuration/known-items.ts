import type { Database } from '@strowger/database'
import { readItems, type StoredItem } from '../store/items.ts'
import type { RatingSchema } from '../store/tables.ts'
import { type TenantItems, tenantItemsFrom } from './tenant-items.ts'

/** The items of tenants, each read once and then kept up with what is written. */
export interface KnownItems {
  of(tenant: string): Promise<TenantItems>
  /** One was written, and is committed. */
  put(item: StoredItem): void
  /** One was deleted: as it was. */
  remove(item: StoredItem): void
  /** Anything may have been written. */
  forget(): void
}

export function createKnownItems(database: Database<RatingSchema>): KnownItems {
  let known = new Map<string, Promise<TenantItems>>()

  // What is read may be older than the change or have it already: their revisions tell.
  function change(tenant: string, next: (items: TenantItems) => TenantItems): void {
    const before = known.get(tenant)
    if (before !== undefined) void keep(tenant, before.then(next))
  }

  function keep(tenant: string, items: Promise<TenantItems>): Promise<TenantItems> {
    const kept = known
    kept.set(tenant, items)
    items.catch(() => {
      if (kept.get(tenant) === items) kept.delete(tenant)
    })
    return items
  }

  return {
    of: (tenant) => known.get(tenant) ?? keep(tenant, readItems(database, [tenant]).then(tenantItemsFrom)),
    put: (item) => change(item.tenant, (items) => items.with(item)),
    remove: (item) => change(item.tenant, (items) => items.without(item)),
    forget() {
      known = new Map()
    },
  }
}
