import type { PeerCertificate, TLSSocket } from 'node:tls'
import { normalizedMac } from '@strowger/schema'

/** Twelve hexadecimal digits, in pairs or not, as a word of their own or behind letters, as in `CP-7961G-SEP001122334455`. */
const macPattern = /(?<![0-9a-f])(?:[0-9a-f]{12}|(?:[0-9a-f]{2}[:.-]){5}[0-9a-f]{2})(?![0-9a-f])/gi

/**
 * The MAC address that a phone’s own certificate was made out to. Vendors write it into the common name
 * (`001565123456`, `SPA504G-000E08D12345`, `CP-7961G-SEP001122334455`), some into the serial number of the subject.
 * Undefined when there is none, or more than one.
 */
export function macOfSubject(
  subject: Partial<PeerCertificate['subject']> & { serialNumber?: string },
): string | undefined {
  for (const text of [subject.CN, subject.serialNumber]) {
    const macs = new Set([...String(text ?? '').matchAll(macPattern)].map(([found]) => normalizedMac(found)))
    const [mac] = macs
    if (macs.size === 1) return mac
    if (macs.size > 1) return undefined
  }
  return undefined
}

/** Only what a root of ours has vouched for is evidence; a certificate that nobody vouches for says nothing. */
export function verifiedMac(socket: TLSSocket): string | undefined {
  if (!socket.authorized) return undefined
  const { subject } = socket.getPeerCertificate()
  return subject === undefined ? undefined : macOfSubject(subject)
}
