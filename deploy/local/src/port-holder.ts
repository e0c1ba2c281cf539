import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

export interface WantedPort {
  readonly protocol: 'tcp' | 'udp'
  readonly port: number
  /** Setting by which another one can be chosen. */
  readonly setting: string
}

/** What is in the way of these ports, in words that name the process which holds each; empty when all are free. */
export function busyPorts(wanted: readonly WantedPort[]): string[] {
  return wanted.flatMap(({ protocol, port, setting }) => {
    const inode = listeningSocket(protocol, port)
    if (inode === undefined) return []
    return [`${protocol.toUpperCase()} port ${port} is held by ${holderOf(inode)}; choose another with ${setting}=…`]
  })
}

const listening = { tcp: '0A', udp: '07' }

/** Inode of the socket that listens on a port of any address (Linux, proc_net(5)). */
function listeningSocket(protocol: 'tcp' | 'udp', port: number): string | undefined {
  const hexadecimal = port.toString(16).toUpperCase().padStart(4, '0')
  for (const table of [protocol, `${protocol}6`]) {
    for (const line of readLines(`/proc/net/${table}`).slice(1)) {
      const [, local, , state, , , , , , inode] = line.trim().split(/\s+/)
      if (local?.endsWith(`:${hexadecimal}`) && state === listening[protocol]) return inode
    }
  }
  return undefined
}

function holderOf(inode: string): string {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const holds = readdirSync(`/proc/${pid}/fd`).some(
        (descriptor) => readlinkSync(`/proc/${pid}/fd/${descriptor}`) === `socket:[${inode}]`,
      )
      if (holds) return `process ${pid} (${commandOf(pid)})`
    } catch {
      // It ended meanwhile, or belongs to somebody else.
    }
  }
  return "another user's process"
}

function commandOf(pid: string): string {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim().slice(0, 120)
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').trimEnd().split('\n')
  } catch {
    return []
  }
}
