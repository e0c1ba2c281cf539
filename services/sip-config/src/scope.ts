import { personFrom } from '@strowger/database'
import { Fault, rootTenantId, type Tenants, tenantsFrom } from '@strowger/schema'

type Context = Parameters<typeof personFrom>[0]

/** Who asks, and what they may see: their tenant and those below it. Of others there is nothing: 404. */
export function createScopes(tenants: Tenants) {
  return {
    of(context: Context) {
      const person = personFrom(context)
      const below = new Set(tenantsFrom(tenants, person.tenantId))
      return {
        person,
        tenant: person.tenantId,
        /** Tenants whose objects a list shows. */
        listed: (recurse: boolean | undefined) => (recurse === true ? below : new Set([person.tenantId])),
        /** @throws Fault `not-found` */
        found<Document extends { tenant: string }>(document: Document | undefined, what: string): Document {
          if (document === undefined || !below.has(document.tenant))
            throw new Fault('not-found', { detail: `There is no ${what}` })
          return document
        },
      }
    },
    isInstallation: (tenant: string) => tenant === rootTenantId,
    /** @throws Fault `forbidden` for any but the root tenant: what it asks for belongs to the installation. */
    ofInstallation(context: Context) {
      const person = personFrom(context)
      if (person.tenantId !== rootTenantId)
        throw new Fault('forbidden', { detail: 'This belongs to the installation: only the root tenant may write it' })
      return person
    },
  }
}
export type Scopes = ReturnType<typeof createScopes>

/** A page of what was found, in an order that does not change from page to page. */
export function pageOf<Item>(
  found: readonly Item[],
  options: {
    limit?: number | undefined
    offset?: number | undefined
    direction?: 'asc' | 'desc' | undefined
    by: (item: Item) => string | number
  },
): { items: Item[]; total: number } {
  const { limit = 100, offset = 0, direction = 'asc', by } = options
  const keyed = found.map((item) => ({ item, key: by(item) }))
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
  if (direction === 'desc') keyed.reverse()
  return { items: keyed.slice(offset, offset + limit).map(({ item }) => item), total: found.length }
}
