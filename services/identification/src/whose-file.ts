import type { Device, PhoneEvidence, Policy } from '@strowger/schema'
import { macsIn } from './mac-addresses.ts'

/** How well a request proves who asks, and so how long its answer may be given again without asking. */
type Keep = 'while-valid' | 'briefly' | 'never'

export type Verdict =
  | { readonly kind: 'allowed'; readonly keep: Keep }
  | { readonly kind: 'refused'; readonly reason: string }

/** The MAC addresses of a request, by where they stand. */
export interface RequestMacs {
  /** In the path or file name: whose file is asked for. */
  readonly named: readonly string[]
  /** In the agent or a header that a plugin looks at, or told by DHCP or a certificate: who asks. */
  readonly shown: readonly string[]
}

export function macsOfRequest(evidence: PhoneEvidence): RequestMacs {
  const named = macsIn(evidence.path ?? evidence.filename ?? '')
  const texts = [evidence.userAgent, ...Object.values(evidence.headers ?? {}), evidence.mac]
  const shown = texts.flatMap((text) => macsIn(text ?? ''))
  return { named, shown }
}

/** A request whose own evidence disagrees is refused before anything is looked for or made. */
export function contradiction({ named, shown }: RequestMacs): string | undefined {
  if (named.length === 0 || shown.length === 0) return undefined
  return named.some((mac) => shown.includes(mac)) ? undefined : 'the file is of another phone than the one that asks'
}

/**
 * May this device have what is asked for? Evidence that contradicts the path: no. Only the path names a mac: yes from
 * the device's last address, behind NAT, or when it never fetched anything; else as the tenant's policy says.
 */
export function whoseFile(parts: {
  device: Device
  macs: RequestMacs
  address: string
  policy: Policy
  /** Whether the device has ever taken its configuration. */
  hasFetched: boolean
}): Verdict {
  const { device, macs, address, policy, hasFetched } = parts
  const { named, shown } = macs
  if (named.length > 0 && device.mac !== undefined && !named.includes(device.mac)) {
    return { kind: 'refused', reason: 'the file is of another phone than the one that asks' }
  }
  if (shown.length > 0) return { kind: 'allowed', keep: 'while-valid' }
  const byAddressOnly: Keep = policy.nat ? 'never' : 'briefly'
  if (named.length === 0) return { kind: 'allowed', keep: byAddressOnly }
  if (device.ip === address || policy.nat || !hasFetched) return { kind: 'allowed', keep: byAddressOnly }
  if (policy.addressChange === 'allow') return { kind: 'allowed', keep: byAddressOnly }
  return { kind: 'refused', reason: 'the phone was never seen at this address' }
}
