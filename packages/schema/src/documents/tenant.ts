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
