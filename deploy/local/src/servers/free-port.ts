import { readFileSync } from 'node:fs'
import { busyPorts } from '../port-holder.ts'

const lowest = 10_240
const attempts = 200
const given = new Set<number>()

/**
 * A port that nobody listens on at this moment, by TCP or UDP, and that this process was not given before. It is not
 * one of those the system hands to outgoing connections: between now and its use one of the many that a house opens
 * could be given it.
 */
export function freePort(): number {
  const beyond = firstOfOutgoing()
  for (let attempt = 0; attempt < attempts; attempt++) {
    const port = lowest + Math.floor(Math.random() * (beyond - lowest))
    if (given.has(port) || isBusy(port)) continue
    given.add(port)
    return port
  }
  throw new Error(`no port between ${lowest} and ${beyond} was free`)
}

/** Where the ports for outgoing connections begin (Linux, ip_local_port_range; 32,768 unless changed). */
function firstOfOutgoing(): number {
  try {
    const first = Number.parseInt(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'latin1'), 10)
    return first > lowest + attempts ? first : 65_536
  } catch {
    return 49_152
  }
}

function isBusy(port: number): boolean {
  const protocols = ['tcp', 'udp'] as const
  return busyPorts(protocols.map((protocol) => ({ protocol, port, setting: '' }))).length > 0
}
