import { rootTenantId } from '@strowger/schema'
import { expect, test } from 'vitest'
import { createTenantKeys, credentialDigest, isSameDigest, provisioningSecretAbout } from './provisioning-keys.ts'
import { createSeal, newSealKeyRing } from './seal.ts'

const seal = createSeal(newSealKeyRing())
const other = '6b1f0c7e-2d3a-4b5c-8d6e-7f8091a2b3c4'
const plain = Buffer.alloc(32, 7).toString('base64url')
const sealedFor = (tenant: string) => ({
  tenant,
  revision: 1,
  secret: seal.sealText(plain, provisioningSecretAbout(tenant)),
})

test('every purpose, device and number has a key of its own, and each is the same each time', () => {
  const secrets = new Map([[rootTenantId, sealedFor(rootTenantId)]])
  const keys = createTenantKeys(seal, secrets)(rootTenantId)
  const all = [0, 1].flatMap((number) => [
    keys?.tenantKey(number),
    keys?.deviceKey('a', number),
    keys?.deviceKey('b', number),
    keys?.deviceKey('', number),
    `key-${keys?.password('a', number)}`,
  ])
  expect(new Set(all).size).toBe(all.length)
  for (const key of all) expect(key).toMatch(/^key-[A-Za-z0-9_-]{24}$/)
  const again = createTenantKeys(seal, new Map([[rootTenantId, sealedFor(rootTenantId)]]))(rootTenantId)
  expect(again?.deviceKey('a', 1)).toBe(keys?.deviceKey('a', 1))
})

test('a secret opens for its tenant only, and without one there are no keys', () => {
  const secrets = new Map([[other, sealedFor(rootTenantId)]])
  const keysOf = createTenantKeys(seal, secrets)
  expect(keysOf(rootTenantId)).toBeUndefined()
  expect(() => keysOf(other)).toThrow()
  expect(createTenantKeys(undefined, secrets)(other)).toBeUndefined()
})

test('digests are compared whole', () => {
  const digest = credentialDigest('key-a')
  expect(digest).toMatch(/^[A-Za-z0-9_-]{43}$/)
  expect(isSameDigest(digest, credentialDigest('key-a'))).toBe(true)
  expect(isSameDigest(digest, credentialDigest('key-b'))).toBe(false)
  expect(isSameDigest('', digest)).toBe(false)
})
