import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { type Finished, runProgram } from '@strowger/testkit'

/** A machine in a network of our own. */
export interface Host {
  /** What a command begins with to run there. */
  readonly enter: readonly string[]
  readonly address: string
  /** Its network card. */
  readonly card: string
  /** Runs a program to its end. */
  run(program: string, args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Finished>
  /** Starts a program that runs on; it ends with the network at the latest. */
  start(program: string, args: readonly string[], env?: NodeJS.ProcessEnv): Daemon
  /** Gives the card another MAC address and takes all its addresses away. */
  becomeAnother(mac: string): Promise<void>
}

export interface Daemon {
  readonly pid: number
  output(): string
  stop(): Promise<void>
}

export interface Network {
  host(name: string): Host
  close(): Promise<void>
}

/** Why networks of our own cannot be made here; undefined when they can. */
export function noNetworksBecause(): string | undefined {
  if (process.getuid?.() !== 0) return 'not root'
  const name = `sw${process.pid}try`
  const made = spawnSync('ip', ['netns', 'add', name], { encoding: 'utf8' })
  if (made.status !== 0) return `no network namespaces (${made.stderr ?? made.error?.message ?? ''})`
  spawnSync('ip', ['netns', 'delete', name])
  return undefined
}

/** Addresses that are for tests of network devices and nothing else (RFC 2544). */
export const prefix = '198.18.0'

/**
 * One Ethernet segment with these hosts on it, each a network namespace, joined by a bridge in one more. Nothing of it
 * is in the machine’s own network. `addresses` are the last bytes; a host without one has to ask for it.
 */
export async function layNetwork(addresses: Readonly<Record<string, readonly number[]>>): Promise<Network> {
  const id = `sw${process.pid}`
  const made: string[] = []
  const daemons = new Set<Daemon>()
  const hosts = new Map<string, Host>()

  async function ip(...args: string[]): Promise<void> {
    const { code, stderr } = await runProgram('ip', args)
    if (code !== 0) throw new Error(`ip ${args.join(' ')}: ${stderr}`)
  }
  async function addNamespace(name: string): Promise<void> {
    await ip('netns', 'add', name)
    made.push(name)
    await ip('-n', name, 'link', 'set', 'lo', 'up')
  }
  async function close(): Promise<void> {
    await Promise.all([...daemons].map((daemon) => daemon.stop()))
    for (const name of made.splice(0)) await ip('netns', 'delete', name)
  }

  try {
    const bridge = `${id}-wire`
    await addNamespace(bridge)
    await ip('-n', bridge, 'link', 'add', 'wire', 'type', 'bridge', 'forward_delay', '0')
    await ip('-n', bridge, 'link', 'set', 'wire', 'up')
    for (const [name, bytes] of Object.entries(addresses)) {
      const space = `${id}-${name}`
      await addNamespace(space)
      await ip('-n', bridge, 'link', 'add', name, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', space)
      await ip('-n', bridge, 'link', 'set', name, 'master', 'wire', 'up')
      await ip('-n', space, 'link', 'set', 'eth0', 'up')
      for (const byte of bytes) await ip('-n', space, 'address', 'add', `${prefix}.${byte}/24`, 'dev', 'eth0')
      hosts.set(name, hostIn(space, `${prefix}.${bytes[0] ?? 0}`))
    }
  } catch (error) {
    await close()
    throw error
  }

  function hostIn(space: string, address: string): Host {
    const enter = ['ip', 'netns', 'exec', space]
    return {
      enter,
      address,
      card: 'eth0',
      run: (program, args, env) => runProgram('ip', [...enter.slice(1), program, ...args], env),
      start(program, args, env = {}) {
        const daemon = daemonFrom(
          spawn('ip', [...enter.slice(1), program, ...args], {
            env: { PATH: process.env['PATH'], ...env },
            stdio: ['ignore', 'pipe', 'pipe'],
          }),
          () => daemons.delete(daemon),
        )
        daemons.add(daemon)
        return daemon
      },
      async becomeAnother(mac) {
        await ip('-n', space, 'address', 'flush', 'dev', 'eth0')
        await ip('-n', space, 'link', 'set', 'eth0', 'down')
        await ip('-n', space, 'link', 'set', 'eth0', 'address', mac, 'up')
      },
    }
  }

  return {
    host(name) {
      const found = hosts.get(name)
      if (found === undefined) throw new Error(`there is no host ${name}`)
      return found
    },
    close,
  }
}

function daemonFrom(child: ChildProcess, onEnd: () => void): Daemon {
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
  }
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
  return {
    pid: child.pid ?? 0,
    output: () => output,
    async stop() {
      child.kill('SIGTERM')
      const patience = setTimeout(() => child.kill('SIGKILL'), 5_000)
      await ended
      clearTimeout(patience)
      onEnd()
    },
  }
}
