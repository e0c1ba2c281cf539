/** The other end of a transfer. IPv4 addresses that arrive on an IPv6 socket are shown as IPv4, link-local ones without the interface. */
export interface TftpPeer {
  readonly address: string
  readonly port: number
  readonly family: 'IPv4' | 'IPv6'
}

/** `::ffff:192.0.2.1` is 192.0.2.1: a dual-stack socket must not make two sources of one phone. */
export function peerFrom(address: string, port: number): TftpPeer {
  const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(address)?.[1]
  if (mapped !== undefined) return { address: mapped, port, family: 'IPv4' }
  return { address: address.replace(/%.*$/, ''), port, family: address.includes(':') ? 'IPv6' : 'IPv4' }
}
