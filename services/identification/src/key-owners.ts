import { type Device, type ProvisioningSecret, type StoredPolicy, wholePolicy } from '@strowger/schema'
import { credentialDigest, type TenantKeys } from '@strowger/service'

/** Whose a provisioning key is. */
export type KeyOwner =
  | { readonly kind: 'device'; readonly device: string }
  /** `untilMs`: it was replaced, and is good until then. */
  | { readonly kind: 'tenant'; readonly tenant: string; readonly untilMs?: number }

/** All valid provisioning keys by their digest: a key tells which phone asks, also where nothing else does. */
export interface KeyOwners {
  ownerOf(digest: string, nowMs: number): KeyOwner | undefined
  /** Whether any tenant uses keys at all. */
  readonly inUse: boolean
  readonly size: number
}

interface Followed<Value> {
  get(key: string): Value | undefined
  values(): Iterable<Value>
  subscribe(listener: (key: string, value: Value | undefined, old: Value | undefined) => void): unknown
}

/** Only tenants whose policy uses keys cost anything. The read models must be loaded. */
export function createKeyOwners(parts: {
  policies: Followed<StoredPolicy>
  secrets: Followed<ProvisioningSecret>
  devices: Followed<Device>
  keysOf: (tenant: string) => TenantKeys | undefined
}): KeyOwners {
  const { policies, secrets, devices, keysOf } = parts
  const owners = new Map<string, KeyOwner>()
  const digestOfDevice = new Map<string, string>()
  const digestsOfTenant = new Map<string, readonly string[]>()

  function keysInUse(tenant: string): TenantKeys | undefined {
    return wholePolicy(policies.get(tenant), tenant).keys === 'off' ? undefined : keysOf(tenant)
  }

  function setDevice(id: string, device: Device | undefined): void {
    const known = digestOfDevice.get(id)
    const key = device && keysInUse(device.tenant)?.deviceKey(id, device.keyNumber ?? 0)
    const digest = key === undefined ? undefined : credentialDigest(key)
    if (digest === known) return
    if (known !== undefined) {
      owners.delete(known)
      digestOfDevice.delete(id)
    }
    if (digest === undefined) return
    owners.set(digest, { kind: 'device', device: id })
    digestOfDevice.set(id, digest)
  }

  function setTenant(tenant: string): void {
    for (const digest of digestsOfTenant.get(tenant) ?? []) owners.delete(digest)
    digestsOfTenant.delete(tenant)
    const keys = keysInUse(tenant)
    if (keys !== undefined) {
      const { keyNumber, previousKeyUntil } = wholePolicy(policies.get(tenant), tenant)
      const digests = [credentialDigest(keys.tenantKey(keyNumber))]
      owners.set(digests[0] ?? '', { kind: 'tenant', tenant })
      if (keyNumber > 0 && previousKeyUntil !== null) {
        const previous = credentialDigest(keys.tenantKey(keyNumber - 1))
        owners.set(previous, { kind: 'tenant', tenant, untilMs: Date.parse(previousKeyUntil) })
        digests.push(previous)
      }
      digestsOfTenant.set(tenant, digests)
    }
    for (const device of devices.values()) if (device.tenant === tenant) setDevice(device.id, device)
  }

  for (const { tenant } of policies.values()) setTenant(tenant)
  policies.subscribe(setTenant)
  secrets.subscribe(setTenant)
  devices.subscribe(setDevice)

  return {
    ownerOf(digest, nowMs) {
      const owner = owners.get(digest)
      if (owner?.kind === 'tenant' && owner.untilMs !== undefined && owner.untilMs <= nowMs) return undefined
      return owner
    },
    get inUse() {
      return owners.size > 0
    },
    get size() {
      return owners.size
    },
  }
}
