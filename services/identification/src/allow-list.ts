import { BlockList, isIP, isIPv6 } from 'node:net'
import { plainAddress } from '@strowger/schema'

const compiled = new WeakMap<readonly string[], BlockList>()

/** Whether an address is one of these, or in one of these networks; of an empty list every one is. */
export function isAllowed(allow: readonly string[], address: string): boolean {
  if (allow.length === 0) return true
  let list = compiled.get(allow)
  if (list === undefined) {
    list = new BlockList()
    for (const entry of allow) addTo(list, entry)
    compiled.set(allow, list)
  }
  const [plain = ''] = plainAddress(address).split('%')
  return isIP(plain) !== 0 && list.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4')
}

function addTo(list: BlockList, entry: string): void {
  const [network = '', length] = entry.split('/')
  const family = isIPv6(network) ? 'ipv6' : 'ipv4'
  if (length === undefined) list.addAddress(network, family)
  else list.addSubnet(network, Number(length), family)
}

/** What is wrong with an entry of a list; undefined when nothing is. */
export function allowProblem(entry: string): string | undefined {
  const [network = '', length, ...rest] = entry.split('/')
  const family = isIP(network)
  if (family === 0 || rest.length > 0 || network.includes('%')) return 'is not an address or a network, as 192.0.2.0/24'
  if (length === undefined) return undefined
  const most = family === 4 ? 32 : 128
  if (!/^\d{1,3}$/.test(length) || Number(length) > most) return `has a prefix that is not a number from 0 to ${most}`
  return undefined
}
