import { readFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'

/** The IPv4 address of the interface that holds the default route; loopback when there is none. */
export function defaultRouteAddress(
  routes: string = readRoutes(),
  interfaces: ReturnType<typeof networkInterfaces> = networkInterfaces(),
): string {
  const defaults = routes
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, destination, , flags]) => destination === '00000000' && (Number.parseInt(flags ?? '0', 16) & 1) === 1)
    .sort((one, other) => Number(one[6]) - Number(other[6]))
  for (const [name] of defaults) {
    const address = interfaces[name ?? '']?.find(({ family }) => family === 'IPv4')
    if (address !== undefined) return address.address
  }
  return '127.0.0.1'
}

/** Every address of this machine that another could use, and loopback. */
export function localAddresses(interfaces: ReturnType<typeof networkInterfaces> = networkInterfaces()): string[] {
  const all = Object.values(interfaces).flatMap((addresses) => addresses ?? [])
  const outward = all.filter(({ internal, address }) => !internal && !address.startsWith('fe80:'))
  return [...outward.map(({ address }) => address), '127.0.0.1']
}

function readRoutes(): string {
  try {
    return readFileSync('/proc/net/route', 'utf8')
  } catch {
    return ''
  }
}
