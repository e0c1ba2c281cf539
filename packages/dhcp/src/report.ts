import type { PhoneEvidence } from '@strowger/schema'

/** What DHCP tells of one client. */
export type DhcpReport =
  | {
      /** It was given an address, or has renewed it. */
      readonly op: 'commit'
      readonly ip: string
      /** Lower case with colons. */
      readonly mac: string
      /** Option code, without leading zeros -> value as a Latin-1 string. */
      readonly options: Readonly<Record<string, string>>
    }
  | {
      /** Its address has expired, or it has given it back. */
      readonly op: 'expiry' | 'release'
      readonly ip: string
    }

export type DhcpCommit = Extract<DhcpReport, { op: 'commit' }>

/** The same as what other requests of a phone show of it. */
export function evidenceFrom({ ip, mac, options }: DhcpCommit): PhoneEvidence {
  return { transport: 'dhcp', address: ip, mac, options: { ...options } }
}
