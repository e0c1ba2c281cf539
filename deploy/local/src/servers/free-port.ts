import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'

const lowest = 10_240
const attempts = 200
const given = new Set<number>()

/**
 * A port that nobody uses at this moment, by TCP or UDP, and that this process was not given before. It is not one of
 * those the system hands to outgoing connections: between now and its use one of the many that a house opens could be
 * given it.
 */
export async function freePort(): Promise<number> {
  const beyond = firstOfOutgoing()
  for (let attempt = 0; attempt < attempts; attempt++) {
    const port = lowest + Math.floor(Math.random() * (beyond - lowest))
    if (given.has(port) || !(await isFree(port))) continue
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

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  const socket = createSocket('udp4')
  try {
    await once(server.listen(port, '0.0.0.0'), 'listening')
    await new Promise((resolve) => server.close(resolve))
    socket.bind(port, '0.0.0.0')
    await once(socket, 'listening')
    return true
  } catch {
    return false
  } finally {
    socket.close()
  }
}
