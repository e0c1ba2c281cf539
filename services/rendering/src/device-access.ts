import { createHash } from 'node:crypto'
import { type Device, Fault, type RawConfig, type StoredPolicy, wholePolicy } from '@strowger/schema'
import { deviceUsername, type TenantKeys } from '@strowger/service'

/** By what a device is let in, as its files tell it. */
export interface DeviceAccess {
  /** Stands in its URLs before everything else. */
  readonly key: string | undefined
  readonly login: { readonly username: string; readonly password: string } | undefined
  /** Another one when key or login is another; tells nothing of them. Empty when there is neither. */
  readonly mark: string
}

export interface DeviceAccesses {
  /** Fault `render-failed` while the secret of the tenant is not there. */
  ofDevice(device: Device): DeviceAccess
  /** For a file that devices share: the key that the phone came with, so that the file tells nobody another. */
  keyAsShown(device: Device, shown: 'tenant' | 'own' | undefined): string | undefined
  policyRevision(tenant: string): number
}

const none: DeviceAccess = { key: undefined, login: undefined, mark: '' }

export function createDeviceAccesses(parts: {
  policies: { get(tenant: string): StoredPolicy | undefined }
  keysOf: (tenant: string) => TenantKeys | undefined
}): DeviceAccesses {
  const { policies, keysOf } = parts
  /** Documents of the read models are replaced, never changed. */
  const made = new WeakMap<Device, { policy: StoredPolicy; keys: TenantKeys; access: DeviceAccess }>()

  function keysThere(tenant: string): TenantKeys {
    const keys = keysOf(tenant)
    if (keys !== undefined) return keys
    throw new Fault('render-failed', { detail: 'The secret of the tenant’s provisioning keys is not there yet' })
  }

  return {
    ofDevice(device) {
      const stored = policies.get(device.tenant)
      const policy = wholePolicy(stored, device.tenant)
      if (stored === undefined || (policy.keys === 'off' && policy.basicAuth === 'off')) return none
      const keys = keysThere(device.tenant)
      const known = made.get(device)
      if (known?.policy === stored && known.keys === keys) return known.access
      const number = device.keyNumber ?? 0
      const key = policy.keys === 'off' ? undefined : keys.deviceKey(device.id, number)
      const login =
        policy.basicAuth === 'off'
          ? undefined
          : { username: deviceUsername(device), password: keys.password(device.id, number) }
      const mark = createHash('sha256')
        .update(JSON.stringify([key, login]))
        .digest('base64url')
        .slice(0, 22)
      const access = { key, login, mark }
      made.set(device, { policy: stored, keys, access })
      return access
    },
    keyAsShown(device, shown) {
      const policy = wholePolicy(policies.get(device.tenant), device.tenant)
      if (policy.keys === 'off' || shown === undefined) return undefined
      const keys = keysThere(device.tenant)
      return shown === 'own' ? keys.deviceKey(device.id, device.keyNumber ?? 0) : keys.tenantKey(policy.keyNumber)
    },
    policyRevision: (tenant) => policies.get(tenant)?.revision ?? 0,
  }
}

/** Parameters whose URLs begin with this key. */
export function withKey(parameters: RawConfig, key: string | undefined): RawConfig {
  if (key === undefined) return parameters
  const base = parameters.http_base_url ?? `http://${parameters.ip}:${parameters.http_port}`
  return { ...parameters, http_base_url: `${base.replace(/\/+$/, '')}/${key}` }
}
