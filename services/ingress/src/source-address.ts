import type { IncomingHttpHeaders } from 'node:http'
import { isIP } from 'node:net'
import { plainAddress } from '@strowger/schema'

/**
 * Who asks, behind a counted number of proxies that are ours. Each of them has added the address it saw at the right of
 * X-Forwarded-For; what stands further left the client may have made up. So with one proxy the last entry counts, with
 * two the last but one. Undefined when there is no such entry or it is no address: the socket's own would be a proxy's,
 * and one proxy taken for a phone would be banned for all phones.
 */
export function sourceAddress(
  socketAddress: string | undefined,
  headers: IncomingHttpHeaders,
  trustedProxies: number,
): string | undefined {
  // `fe80::1%eth0`: which interface it is at is ours, and nobody who reads of the address can use it.
  if (trustedProxies === 0) return plainAddress(socketAddress ?? '').replace(/%.*$/, '')
  // node:http joins repeated headers with a comma.
  const forwarded = headers['x-forwarded-for']
  const entries = (typeof forwarded === 'string' ? forwarded : (forwarded ?? []).join(',')).split(',')
  return addressFrom(entries[entries.length - trustedProxies]?.trim() ?? '')
}

/** Some proxies write the port too, and IPv6 in brackets. */
function addressFrom(text: string): string | undefined {
  const [, bracketed, dotted] = /^(?:\[([^\]]+)\](?::\d+)?|(\d+\.\d+\.\d+\.\d+):\d+)$/.exec(text) ?? []
  const address = plainAddress((bracketed ?? dotted ?? text).toLowerCase())
  return isIP(address) === 0 || address.includes('%') ? undefined : address
}
