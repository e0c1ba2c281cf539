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
