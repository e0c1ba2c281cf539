import type { Device, PhoneEvidence, Policy } from '@strowger/schema'
import { macsIn } from './mac-addresses.ts'

/** How well a request proves who asks, and so how long its answer may be given again without asking. */
type Keep = 'while-valid' | 'briefly' | 'never'

export type Verdict =
  | { readonly kind: 'allowed'; readonly keep: Keep; readonly proof: 'credential' | 'identity' | 'name-only' }
  | { readonly kind: 'refused'; readonly reason: string }

/** The MAC addresses of a request, by where they stand. */
export interface RequestMacs {
  /** In the path or file name, or in the query: whose file is asked for. */
  readonly named: readonly string[]
  /** Who asks: in the agent, told by DHCP or a certificate, in the user name. One list for each that tells any. */
  readonly shown: readonly (readonly string[])[]
}

export function macsOfRequest(evidence: PhoneEvidence): RequestMacs {
  const named = macsIn(evidence.path ?? evidence.filename ?? '')
  const asked = evidence.query === undefined ? [] : macsIn(decoded(evidence.query))
  const shown = [evidence.userAgent, evidence.mac, evidence.login?.username].map((text) => macsIn(text ?? ''))
  return { named: [...new Set([...named, ...asked])], shown: shown.filter((macs) => macs.length > 0) }
}

function decoded(query: string): string {
  try {
    return decodeURIComponent(query)
  } catch {
    return query
  }
}

const otherPhone = 'the file is of another phone than the one that asks'

/** A request whose own evidence disagrees is refused before anything is looked for or made. */
export function contradiction({ named, shown }: RequestMacs): string | undefined {
  if (named.length > 0 && shown.some((macs) => !macs.some((mac) => named.includes(mac)))) return otherPhone
  const [first, ...others] = shown
  if (first && others.some((macs) => !macs.some((mac) => first.includes(mac)))) return otherPhone
  return undefined
}

/**
 * May this device have what is asked for? Evidence that contradicts the path: no. Its own credential: yes. Only the
 * path names a mac: yes from the device's last address, behind NAT, or when it never fetched anything; no from where
 * another phone is; else as the tenant's policy says.
 */
export function whoseFile(parts: {
  device: Device
  macs: RequestMacs
  address: string
  policy: Policy
  /** Whether the device has ever taken its configuration. */
  hasFetched: boolean
  /** Another known phone is at this address, and neither is behind NAT. */
  isOthersAddress?: boolean
  /** It has shown its own key, password or certificate. */
  proven?: boolean
}): Verdict {
  const { device, macs, address, policy, hasFetched, isOthersAddress = false, proven = false } = parts
  const { named, shown } = macs
  const { mac } = device
  if (mac !== undefined) {
    // Of several names each must be its own, else the one that it has not is another phone's.
    if (named.some((name) => name !== mac)) return { kind: 'refused', reason: otherPhone }
    if (shown.some((macs) => !macs.includes(mac))) return { kind: 'refused', reason: otherPhone }
  }
  if (proven) return { kind: 'allowed', keep: 'while-valid', proof: 'credential' }
  if (shown.length > 0) return { kind: 'allowed', keep: 'while-valid', proof: 'identity' }
  const allowed = { kind: 'allowed', keep: policy.nat ? 'never' : 'briefly', proof: 'name-only' } as const
  // With keys required it was let in by its first boot, which is for one address.
  if (named.length === 0 || policy.keys === 'required') return allowed
  if (device.ip === address || policy.nat || !hasFetched) return allowed
  if (isOthersAddress) return { kind: 'refused', reason: 'the address is another phone’s' }
  if (policy.addressChange === 'allow') return allowed
  return { kind: 'refused', reason: 'the phone was never seen at this address' }
}
