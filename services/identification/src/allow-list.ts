import { BlockList, isIP, isIPv6 } from 'node:net'
import { plainAddress } from '@strowger/schema'

/** One list a family: node’s takes an IPv4 address for its mapped IPv6 one. */
type Families = Readonly<Record<'ipv4' | 'ipv6', BlockList>>

const compiled = new WeakMap<readonly string[], Families>()

/** Whether an address is one of these, or in one of these networks; of an empty list every one is. */
export function isAllowed(allow: readonly string[], address: string): boolean {
  if (allow.length === 0) return true
  let lists = compiled.get(allow)
  if (lists === undefined) {
    lists = { ipv4: new BlockList(), ipv6: new BlockList() }
    for (const entry of allow) addTo(lists, entry)
    compiled.set(allow, lists)
  }
  const [plain = ''] = plainAddress(address).split('%')
  if (isIP(plain) === 0) return false
  const family = familyOf(plain)
  return lists[family].check(plain, family)
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4'
}

function addTo(lists: Families, entry: string): void {
  const [network = '', length] = entry.split('/')
  const family = familyOf(network)
  if (length === undefined) lists[family].addAddress(network, family)
  else lists[family].addSubnet(network, Number(length), family)
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
