import { normalizedMac } from '@strowger/schema'

/** Six bytes, also behind the hardware type of Ethernet (`1:0:8:5d:2e:ec:fb`), as ISC dhcpd has them in `hardware`. */
export function macFromText(text: string): string | undefined {
  const withoutType = /^0?1:((?:[0-9a-f]{1,2}:){5}[0-9a-f]{1,2})$/i.exec(text)?.[1] ?? text
  const mac = normalizedMac(withoutType)
  return mac === undefined || !isMacOfHost(mac) ? undefined : mac
}

/** Neither empty nor of a group: the lowest bit of the first byte marks multicast. */
export function isMacOfHost(mac: string): boolean {
  return mac !== '00:00:00:00:00:00' && Number.parseInt(mac.slice(0, 2), 16) % 2 === 0
}
