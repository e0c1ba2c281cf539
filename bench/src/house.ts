import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { connectionFromUrl, executeAsAdmin } from '@strowger/database'
import { eventually } from '@strowger/testkit'
import { ended } from './child.ts'
import { ageMs } from './machine.ts'

export const cloneRoot = fileURLToPath(new URL('../../', import.meta.url))
export const serviceNames = ['ingress', 'identification', 'rendering', 'fail2ban', 'gateway'] as const
export type ServiceName = (typeof serviceNames)[number]

/** Raised for the bench, which asks from one machine what 10,000 phones would. */
export const raisedSettings = {
  PHONE_RATE_PER_S: 1_000_000,
  PHONE_RATE_BURST: 1_000_000,
  UNKNOWN_PHONES_WAITING: 100_000,
}

/** Likewise; what can be changed while the house runs is changed over REST. */
export const raisedLimits = {
  newPhones: 100_000_000,
  newPhonesPerHour: 100_000_000,
  newPhonesPerSource: 100_000_000,
  newPhonesPerSourcePerHour: 100_000_000,
  banMode: 'off',
}

/** The whole house as `make run` starts it, with data of its own. */
export interface House {
  readonly httpPort: number
  readonly tftpPort: number
  /** Free, for what is compared with it. */
  readonly sparePort: number
  /** From the start of its process until it says that it is ready. */
  readonly startMs: ReadonlyMap<ServiceName, number>
  pid(process: ServiceName | 'nats' | 'postgresql'): number
  /** Sum of a metric over its series, without the prefix. */
  metric(service: ServiceName, name: string): Promise<number>
  /** Lines of the security log. */
  securityLines(): number
  /** A number that PostgreSQL answers. */
  countRows(table: string): Promise<number>
  /** Writes the root tenant's policy, as an administrator does. */
  setPolicy(policy: object): Promise<void>
  /** Kills ingress and waits until the supervisor has started another. */
  restartIngress(): Promise<void>
  stop(): Promise<void>
}

const home = join(cloneRoot, '.strowger', 'bench')

export function forgetHouse(): void {
  rmSync(home, { recursive: true, force: true })
}

export async function startHouse(): Promise<House> {
  const [httpPort = 0, tftpPort = 0, dhcpPort = 0, gatewayPort = 0, databasePort = 0, sparePort = 0] =
    await freePorts(6)
  const settings = {
    STROWGER_HOME: home,
    PHONE_HTTP_PORT: httpPort,
    PHONE_TFTP_PORT: tftpPort,
    DHCP_INFO_PORT: dhcpPort,
    GATEWAY_PORT: gatewayPort,
    POSTGRES_PORT: databasePort,
    ...raisedSettings,
  }
  const log = openSync(join(cloneRoot, '.strowger', 'bench.log'), 'w', 0o600)
  const supervisor = spawn(process.execPath, [join(cloneRoot, 'deploy/local/dist/main.js'), 'run'], {
    stdio: ['ignore', log, log],
    env: { ...process.env, ...Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, `${value}`])) },
  })
  closeSync(log)
  // A supervisor that is told to end stops the house in its order.
  const stop = () => ended(supervisor)
  try {
    const failed = once(supervisor, 'exit').then(() => {
      throw new Error('the house did not start: see .strowger/bench.log')
    })
    failed.catch(() => {})
    const ready = Promise.all(serviceNames.map(async (name) => [name, await readyAgeMs(name)] as const))
    const startMs = new Map(await Promise.race([ready, failed]))
    await raiseLimits(gatewayPort)
    // The supervisor may be writing the file at this moment.
    const processes = await eventually(runningProcesses)
    return { ...house(processes), httpPort, tftpPort, sparePort, startMs, stop }
  } catch (error) {
    await stop()
    throw error
  }

  function house(processes: Readonly<Record<string, number>>) {
    return {
      pid: (name: string) => runningProcesses()[name] ?? processes[name] ?? 0,
      async metric(service: ServiceName, name: string) {
        const text = await (await fetch(`${healthUrl(service)}/metrics`)).text()
        const series = text.matchAll(new RegExp(`^strowger_${name}(?:\\{[^}]*\\})? ([-+.e\\d]+)$`, 'gm'))
        return [...series].reduce((sum, [, value]) => sum + Number(value), 0)
      },
      async setPolicy(policy: object) {
        const token = readFileSync(join(home, 'secrets', 'admin-token'), 'utf8').trim()
        const answer = await fetch(`http://127.0.0.1:${gatewayPort}/api/v1/policy`, {
          method: 'PATCH',
          headers: { 'x-auth-token': token, 'content-type': 'application/json' },
          body: JSON.stringify(policy),
        })
        if (!answer.ok) throw new Error(`the policy was not taken: ${answer.status} ${await answer.text()}`)
      },
      async restartIngress() {
        const before = runningProcesses()['ingress'] ?? 0
        process.kill(before, 'SIGKILL')
        await eventually(
          () => runningProcesses()['ingress'] !== before && runningProcesses()['ingress'] !== undefined,
          {
            timeoutMs: 30_000,
          },
        )
        await readyAgeMs('ingress')
      },
      securityLines: () => linesIn(join(home, 'log', 'strowger-fail2ban.log')),
      async countRows(table: string) {
        const password = readFileSync(join(home, 'secrets', 'postgres-password'), 'utf8').trimEnd()
        const url = `postgres://postgres:${encodeURIComponent(password)}@127.0.0.1:${databasePort}/strowger`
        const [row] = await executeAsAdmin<{ count: string }>(connectionFromUrl(url), `select count(*) from ${table}`)
        return Number(row?.count)
      },
    }
  }
}

async function raiseLimits(gatewayPort: number): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${gatewayPort}/api/v1/flood`, {
    method: 'PATCH',
    headers: {
      'content-type': 'application/json',
      'x-auth-token': readFileSync(join(home, 'secrets', 'admin-token'), 'utf8').trim(),
    },
    body: JSON.stringify(raisedLimits),
  })
  if (!answer.ok) throw new Error(`the limits for new phones could not be raised: ${answer.status}`)
}

function runningProcesses(): Readonly<Record<string, number>> {
  const text = readFileSync(join(home, 'run', 'supervisor.json'), 'utf8')
  return (JSON.parse(text) as { processes: Record<string, number> }).processes
}

function healthUrl(service: ServiceName): string {
  return `http://127.0.0.1:${readFileSync(join(home, 'run', `${service}.port`), 'utf8').trim()}`
}

/** How old the process of a service is when it is ready. */
function readyAgeMs(service: ServiceName): Promise<number> {
  const probe = async () => {
    if (!(await fetch(`${healthUrl(service)}/health/ready`)).ok) throw new Error(`${service} is not ready`)
    return ageMs(runningProcesses()[service] ?? 0)
  }
  return eventually(probe, { timeoutMs: 120_000, intervalMs: 30 })
}

function linesIn(path: string): number {
  let lines = 0
  for (const byte of readFileSync(path)) if (byte === 10) lines++
  return lines
}

async function freePorts(wanted: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: wanted }, async () => {
      const server = createServer().listen(0, '127.0.0.1')
      await once(server, 'listening')
      return server
    }),
  )
  const ports = servers.map((server) => (server.address() as { port: number }).port)
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}
