import Type from 'typebox'
import { Revision, TenantId } from '../identity.ts'

/** Tenants are a tree; the root has no parent. */
export const Tenant = Type.Object({
  id: TenantId,
  parent: Type.Union([TenantId, Type.Null()]),
  name: Type.String({ minLength: 1, maxLength: 100 }),
  revision: Revision,
})
export type Tenant = Type.Static<typeof Tenant>

/** How phones of a tenant are treated. A tenant without one has these defaults. */
export const Policy = Type.Object({
  tenant: TenantId,
  revision: Revision,
  nat: Type.Boolean({ description: 'Several phones may share one address' }),
  addressChange: Type.Enum(['allow', 'refuse'], {
    description: 'May a file be fetched from an address that was never seen with its device?',
  }),
})
export type Policy = Type.Static<typeof Policy>

export const defaultPolicy: Omit<Policy, 'tenant'> = { revision: 0, nat: false, addressChange: 'allow' }
