import Type from 'typebox'
import { defineEvent } from '../definition.ts'
import { Tenant } from '../documents/tenant.ts'
import { rootTenantId } from '../identity.ts'
import { tenantStream } from '../streams.ts'

const owner = 'gateway' as const
const readers = ['identification', 'rendering', 'sip-config'] as const
const payload = Type.Object({ tenant: Tenant })
const example = {
  tenant: { id: '6b1f0c7e-2d3a-4b5c-8d6e-7f8091a2b3c4', parent: rootTenantId, name: 'Hotel Paris', revision: 3 },
}

export const tenantChanged = defineEvent({
  stream: tenantStream,
  participle: 'changed',
  owner,
  readers: ['sip-config'],
  summary: 'A tenant was added or renamed',
  payload,
  example,
})

export const tenantDeleted = defineEvent({
  stream: tenantStream,
  participle: 'deleted',
  owner,
  readers,
  summary: 'A tenant is gone: its devices return to the root tenant, its configs are removed',
  payload,
  example,
})
