import { defaultPolicy, rootTenantId } from '@strowger/schema'
import { describe, expect, it } from 'vitest'
import { policyImpact } from './policy-impact.ts'

const before = { ...defaultPolicy, tenant: rootTenantId }
const devices = [
  { tenant: rootTenantId, plugin: 'yealink-v80', ip: '192.0.2.7' },
  { tenant: rootTenantId, plugin: 'yealink-v80', ip: '198.51.100.9' },
  { tenant: rootTenantId },
  { tenant: '6b1f0c7e-2d3a-4b5c-8d6e-7f8091a2b3c4', plugin: 'yealink-v80', ip: '198.51.100.9' },
]
const impactOf = (named: object, from = before) => policyImpact(from, { ...from, ...named }, named, devices)

describe('what another policy would mean', () => {
  it('counts the devices of the tenant whose files carry a key or a password from then on, or no more', () => {
    expect(impactOf({ keys: 'offered' })).toEqual({
      changes: [{ field: 'keys', before: 'off', after: 'offered' }],
      devices: 3,
      rendered: 2,
      outside: 0,
    })
    expect(impactOf({ keys: 'required' }, { ...before, keys: 'offered' })).toMatchObject({ rendered: 0 })
    expect(impactOf({ keys: 'off' }, { ...before, keys: 'offered' })).toMatchObject({ rendered: 2 })
  })

  it('counts the devices that were last seen where they would be answered no more', () => {
    expect(impactOf({ allow: ['192.0.2.0/24'] })).toMatchObject({ rendered: 0, outside: 1 })
    expect(impactOf({ allow: [] }, { ...before, allow: ['192.0.2.0/24'] })).toMatchObject({ outside: 0 })
  })

  it('names nothing that stays as it is', () => {
    expect(impactOf({ nat: false, allow: [] })).toMatchObject({ changes: [] })
  })
})
