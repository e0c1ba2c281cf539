import type { Tenant } from './documents/tenant.ts'
import { rootTenantId } from './identity.ts'

/** The tenants of the house as a read model holds them: by id. */
export interface Tenants {
  get(id: string): Tenant | undefined
  values(): Iterable<Tenant>
}

/** A tenant and every tenant below it. The given one comes first. */
export function tenantsFrom(tenants: Tenants, top: string): string[] {
  const children = new Map<string, string[]>()
  for (const { id, parent } of tenants.values()) {
    if (parent === null) continue
    const siblings = children.get(parent)
    if (siblings) siblings.push(id)
    else children.set(parent, [id])
  }
  const found = new Set([top])
  for (const id of found) for (const child of children.get(id) ?? []) found.add(child)
  return [...found]
}

/** A tenant and those above it, nearest first; always ends with the root. */
export function tenantsAbove(tenants: Tenants, bottom: string): string[] {
  if (bottom === rootTenantId) return [rootTenantId]
  const found = new Set<string>()
  for (let id: string | null | undefined = bottom; id != null && !found.has(id); id = tenants.get(id)?.parent)
    found.add(id)
  found.add(rootTenantId)
  return [...found]
}

/** All tenants; the root is there even before the read model has been filled. */
export function allTenants(tenants: Tenants): string[] {
  return [...new Set([rootTenantId, ...[...tenants.values()].map(({ id }) => id)])]
}
