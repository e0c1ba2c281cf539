import { createHash, timingSafeEqual } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { IncomingHttpHeaders } from 'node:http'
import { BlockList, isIP } from 'node:net'
import { dirname } from 'node:path'
import { newSecret } from '@strowger/service'

/** Who may tell what DHCP has given to whom: by where it asks from, or by what it knows. */
export interface Reporters {
  isOne(address: string, headers: IncomingHttpHeaders): boolean
}

/** @throws when a server is neither an address nor a block as 192.0.2.0/24. */
export function createReporters(parts: { servers: readonly string[]; token: string }): Reporters {
  const listed = blocksFrom(parts.servers)
  const expected = digest(parts.token)

  function knowsToken({ authorization = '', 'x-auth-token': given }: IncomingHttpHeaders): boolean {
    const told = /^Bearer\s+(\S+)$/i.exec(authorization)?.[1] ?? (typeof given === 'string' ? given : undefined)
    return told !== undefined && timingSafeEqual(digest(told), expected)
  }

  return {
    isOne(address, headers) {
      const family = isIP(address)
      return (family !== 0 && listed.check(address, family === 6 ? 'ipv6' : 'ipv4')) || knowsToken(headers)
    },
  }
}

function blocksFrom(servers: readonly string[]): BlockList {
  const list = new BlockList()
  for (const server of servers) {
    const [address = '', bits] = server.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    const length = bits === undefined ? (family === 'ipv6' ? 128 : 32) : /^\d{1,3}$/.test(bits) ? Number(bits) : -1
    try {
      list.addSubnet(address, length, family)
    } catch (cause) {
      throw new Error(`DHCP_INFO_SERVERS: ${server} is neither an address nor a block as 192.0.2.0/24`, { cause })
    }
  }
  return list
}

/** Of one length whatever is given, so that comparing tells nothing of it. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

/**
 * The token of this installation when none was set: made once and kept in a file of mode 0600, so that DHCP servers
 * always have a way to tell.
 */
export function ownToken(path: string): string {
  if (existsSync(path)) return readFileSync(path, 'utf8').trim()
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const token = newSecret()
  writeFileSync(path, `${token}\n`, { mode: 0o600, flag: 'wx' })
  return token
}
