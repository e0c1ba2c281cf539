import { type Device, defaultPolicy, type ProvisioningSecret, rootTenantId, type StoredPolicy } from '@strowger/schema'
import {
  createSeal,
  createTenantKeys,
  credentialDigest,
  newSealKeyRing,
  provisioningSecretAbout,
} from '@strowger/service'
import { expect, it } from 'vitest'
import { createKeyOwners } from './key-owners.ts'

type Listener<Value> = (key: string, value: Value | undefined, old: Value | undefined) => void

function model<Value>() {
  const values = new Map<string, Value>()
  const listeners: Listener<Value>[] = []
  return {
    get: (key: string) => values.get(key),
    values: () => values.values(),
    subscribe: (listener: Listener<Value>) => listeners.push(listener),
    set(key: string, value: Value | undefined) {
      const old = values.get(key)
      if (value === undefined) values.delete(key)
      else values.set(key, value)
      for (const listener of listeners) listener(key, value, old)
    },
  }
}

function house() {
  const seal = createSeal(newSealKeyRing())
  const policies = model<StoredPolicy>()
  const secrets = model<ProvisioningSecret>()
  const devices = model<Device>()
  const keysOf = createTenantKeys(seal, secrets)
  secrets.set(rootTenantId, {
    tenant: rootTenantId,
    revision: 1,
    secret: seal.sealText(Buffer.alloc(32, 1).toString('base64url'), provisioningSecretAbout(rootTenantId)),
  })
  devices.set('d1', { id: 'd1', tenant: rootTenantId, revision: 1, added: 'auto' })
  const owners = createKeyOwners({ policies, secrets, devices, keysOf })
  const use = (more: Partial<StoredPolicy>) =>
    policies.set(rootTenantId, { ...defaultPolicy, tenant: rootTenantId, ...more })
  const digestOf = (number: number) => credentialDigest(keysOf(rootTenantId)?.deviceKey('d1', number) ?? '')
  const tenantDigest = (number: number) => credentialDigest(keysOf(rootTenantId)?.tenantKey(number) ?? '')
  return { owners, devices, use, digestOf, tenantDigest }
}

it('knows no key of a tenant that uses none, and all of one that does', () => {
  const { owners, devices, use, digestOf, tenantDigest } = house()
  expect(owners.inUse).toBe(false)
  use({ keys: 'required' })
  expect(owners.ownerOf(digestOf(0), 0)).toEqual({ kind: 'device', device: 'd1' })
  expect(owners.ownerOf(tenantDigest(0), 0)).toEqual({ kind: 'tenant', tenant: rootTenantId })
  devices.set('d1', undefined)
  expect(owners.ownerOf(digestOf(0), 0)).toBeUndefined()
  use({ keys: 'off' })
  expect(owners.size).toBe(0)
})

it('knows a revoked key no more, and a replaced one until its grace is over', () => {
  const { owners, devices, use, digestOf, tenantDigest } = house()
  use({ keys: 'offered', keyNumber: 1, previousKeyUntil: new Date(5_000).toISOString() })
  devices.set('d1', { id: 'd1', tenant: rootTenantId, revision: 2, added: 'auto', keyNumber: 1 })
  expect(owners.ownerOf(digestOf(0), 0)).toBeUndefined()
  expect(owners.ownerOf(digestOf(1), 0)).toEqual({ kind: 'device', device: 'd1' })
  expect(owners.ownerOf(tenantDigest(0), 4_999)).toMatchObject({ tenant: rootTenantId, untilMs: 5_000 })
  expect(owners.ownerOf(tenantDigest(0), 5_000)).toBeUndefined()
  expect(owners.ownerOf(tenantDigest(1), 5_000)).toEqual({ kind: 'tenant', tenant: rootTenantId })
  use({ keys: 'offered', keyNumber: 1, previousKeyUntil: null })
  expect(owners.ownerOf(tenantDigest(0), 0)).toBeUndefined()
})
