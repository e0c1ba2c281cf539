import { type Device, defaultPolicy, Fault, rootTenantId, type StoredPolicy } from '@strowger/schema'
import { createSeal, createTenantKeys, newSealKeyRing, provisioningSecretAbout } from '@strowger/service'
import { describe, expect, it } from 'vitest'
import { createDeviceAccesses, withKey } from './device-access.ts'

const seal = createSeal(newSealKeyRing())
const secret = seal.sealText(Buffer.alloc(32, 3).toString('base64url'), provisioningSecretAbout(rootTenantId))
const device: Device = { id: 'd1', tenant: rootTenantId, revision: 1, mac: '00:15:65:12:34:56', added: 'auto' }

function accessesWith(policy: Partial<StoredPolicy> | undefined, hasSecret = true) {
  const secrets = new Map(hasSecret ? [[rootTenantId, { tenant: rootTenantId, revision: 1, secret }]] : [])
  const stored = policy && { ...defaultPolicy, tenant: rootTenantId, revision: 7, ...policy }
  const keysOf = createTenantKeys(seal, secrets)
  const accesses = createDeviceAccesses({ policies: { get: () => stored }, keysOf })
  return { accesses, keys: keysOf(rootTenantId) }
}

describe('what the files of a device tell of how it is let in', () => {
  it('is nothing where nothing is asked for', () => {
    for (const policy of [undefined, { clientCertificate: 'required' as const }]) {
      expect(accessesWith(policy).accesses.ofDevice(device)).toEqual({ key: undefined, login: undefined, mark: '' })
    }
  })

  it('is its own key and password, and others once they were revoked', () => {
    const { accesses, keys } = accessesWith({ keys: 'offered', basicAuth: 'required' })
    const first = accesses.ofDevice(device)
    expect(first.key).toBe(keys?.deviceKey('d1', 0))
    expect(first.login).toEqual({ username: '001565123456', password: keys?.password('d1', 0) })
    const revoked = accesses.ofDevice({ ...device, keyNumber: 1 })
    expect(revoked.key).toBe(keys?.deviceKey('d1', 1))
    expect(revoked.mark).not.toBe(first.mark)
    expect(first.mark).not.toContain(first.key?.slice(4, 10))
  })

  it('in a file that devices share is the key that the phone came with, never one it did not know', () => {
    const { accesses, keys } = accessesWith({ keys: 'required', keyNumber: 2 })
    expect(accesses.keyAsShown(device, undefined)).toBeUndefined()
    expect(accesses.keyAsShown(device, 'tenant')).toBe(keys?.tenantKey(2))
    expect(accesses.keyAsShown(device, 'own')).toBe(keys?.deviceKey('d1', 0))
    expect(accessesWith({ keys: 'off' }).accesses.keyAsShown(device, 'own')).toBeUndefined()
  })

  it('fails, rather than to be left out, while the secret is not there', () => {
    expect(() => accessesWith({ keys: 'required' }, false).accesses.ofDevice(device)).toThrow(Fault)
  })

  it('stands in every URL before everything else', () => {
    expect(withKey({ http_base_url: 'https://phones.example.com/' }, 'key-a').http_base_url).toBe(
      'https://phones.example.com/key-a',
    )
    expect(withKey({ ip: '192.0.2.1', http_port: 8667 }, 'key-a').http_base_url).toBe('http://192.0.2.1:8667/key-a')
    expect(withKey({ http_base_url: 'http://h' }, undefined).http_base_url).toBe('http://h')
  })
})
