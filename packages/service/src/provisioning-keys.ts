import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { type Device, keyPrefix, type ProvisioningSecret } from '@strowger/schema'
import type { Seal } from './seal.ts'

/** The keys and passwords of one tenant. `number` is how often the one meant was replaced or revoked. */
export interface TenantKeys {
  /** For first boots, as `key-` and 24 characters of base64url (144 bits). */
  tenantKey(number: number): string
  /** Of one device, in the same shape. */
  deviceKey(device: string, number: number): string
  /** 24 characters of base64url (144 bits). */
  password(device: string, number: number): string
}

const secretBytes = 18

/** What is authenticated with a sealed secret: it opens for its tenant only. */
export const provisioningSecretAbout = (tenant: string) => `provisioning-secret/${tenant}`

/**
 * Keys are not stored: each is an HMAC-SHA-256 (RFC 2104) of what it is for under the tenant’s secret, cut to 144
 * bits. Answers undefined for a tenant without a secret, and when there is no seal to open it with.
 */
export function createTenantKeys(
  seal: Seal | undefined,
  secrets: { get(tenant: string): ProvisioningSecret | undefined },
): (tenant: string) => TenantKeys | undefined {
  const opened = new WeakMap<ProvisioningSecret, TenantKeys>()
  return (tenant) => {
    const stored = secrets.get(tenant)
    if (stored === undefined || seal === undefined) return undefined
    let keys = opened.get(stored)
    if (keys === undefined) {
      keys = keysFrom(Buffer.from(seal.openText(stored.secret, provisioningSecretAbout(tenant)), 'base64url'))
      opened.set(stored, keys)
    }
    return keys
  }
}

function keysFrom(secret: Buffer): TenantKeys {
  function made(purpose: string, whose: string, number: number): string {
    const mac = createHmac('sha256', secret).update(JSON.stringify(['strowger', 1, purpose, whose, number]))
    return mac.digest().subarray(0, secretBytes).toString('base64url')
  }
  return {
    tenantKey: (number) => keyPrefix + made('tenant-key', '', number),
    deviceKey: (device, number) => keyPrefix + made('device-key', device, number),
    password: (device, number) => made('password', device, number),
  }
}

/** The user name of a device: its MAC address without separators, else its id. */
export function deviceUsername({ id, mac }: Pick<Device, 'id' | 'mac'>): string {
  return mac?.replaceAll(':', '') ?? id
}

/**
 * What a service says to another of a secret that a request showed: SHA-256 in base64url. It stands for a secret of at
 * least 128 random bits, or for a guess that is worth nothing.
 */
export function credentialDigest(secret: string): string {
  return createHash('sha256').update(secret, 'utf8').digest('base64url')
}

/** In a time that does not tell how much of it is right. */
export function isSameDigest(shown: string, expected: string): boolean {
  const one = Buffer.from(shown, 'latin1')
  const other = Buffer.from(expected, 'latin1')
  return one.length === other.length && timingSafeEqual(one, other)
}
