import type { Device } from '@strowger/schema'

/** What a call says about the phone it comes from. */
export interface CallingPhone {
  /** Header Contact of its INVITE, as `<sip:ap1@192.0.2.7:5060>;+sip.instance="<urn:uuid:…>"`. */
  readonly contact: string
  readonly userAgent: string
  /** Where the INVITE came from, as `192.0.2.7:5060`. */
  readonly remoteAddress: string
}

export type PhoneFound = { readonly device: Device } | { readonly unknown: string }

/** As far as it is needed here. */
export interface DevicesByAttribute {
  byMac(mac: string): Device | undefined
  byUuid(uuid: string): Device | undefined
  byAddress(address: string): readonly Device[]
}

/**
 * Which device a call comes from. What the phone says of itself counts first: its instance (RFC 5626; most vendors put
 * the MAC address into the last twelve digits), and a MAC address in its contact or its agent. An address alone counts
 * only when one device has it: behind NAT it says nothing. Pure.
 */
export function phoneOfCall(call: CallingPhone, devices: DevicesByAttribute): PhoneFound {
  const uuid = /urn:uuid:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/i.exec(call.contact)?.[1]?.toLowerCase()
  const macs = [...macsIn(uuid?.slice(-12) ?? ''), ...macsIn(call.contact), ...macsIn(call.userAgent)]
  const told = [
    ...new Set([
      ...macs.flatMap((mac) => devices.byMac(mac) ?? []),
      ...(uuid ? [devices.byUuid(uuid)].flatMap((d) => d ?? []) : []),
    ]),
  ]
  const [device] = told
  if (device !== undefined && told.length === 1) return { device }
  if (told.length > 1) return { unknown: 'its instance, contact and agent name several devices' }
  const addresses = [...new Set([hostOf(call.contact), hostOf(call.remoteAddress)].filter((host) => host !== ''))]
  const near = [...new Map(addresses.flatMap(devices.byAddress).map((each) => [each.id, each])).values()]
  const [only] = near
  if (only === undefined) return { unknown: `no device has fetched its files from ${addresses.join(' or ')}` }
  if (near.length > 1)
    return { unknown: `${near.length} devices are behind ${addresses.join(' and ')}, and it does not say which it is` }
  // It names itself, and that is not who has the address.
  if (only.mac !== undefined && macs.some((mac) => mac !== only.mac && sharesVendor(mac, only.mac))) {
    return { unknown: 'it says that it is another than the device at its address' }
  }
  return { device: only }
}

const sharesVendor = (one: string, other: string | undefined) => one.slice(0, 8) === other?.slice(0, 8)

/** MAC addresses in a text, in the one form in which they are stored; twelve digits in a row or in pairs. */
function macsIn(text: string): string[] {
  const found = text.match(/(?<![0-9a-f])(?:[0-9a-f]{12}|[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5})(?![0-9a-f])/gi) ?? []
  return found.map((each) => (each.toLowerCase().match(/[0-9a-f]{2}/g) ?? []).join(':'))
}

/** Host of a contact or of `address:port`; empty when there is none. */
function hostOf(text: string): string {
  const inUri = /sips?:(?:[^@>;]*@)?(\[[^\]]+\]|[^:;>]+)/i.exec(text)?.[1]
  const [, bracketed, plain] = /^(?:\[([^\]]+)\]|([^:\s]+))(?::\d+)?$/.exec(inUri ?? text.trim()) ?? []
  return bracketed ?? plain ?? (inUri === undefined && text.includes(':') ? text.trim() : '')
}
