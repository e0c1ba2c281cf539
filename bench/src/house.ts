import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type AdminSession, connectionFromUrl, openAdminSession } from '@strowger/database'
import { type ServiceName, serviceNames } from '@strowger/schema'
import { connectTestBus, eventually, freePort, type TestBus } from '@strowger/testkit'
import { ended } from './child.ts'
import { ageMs, cpuOfTreeMs } from './machine.ts'

export const cloneRoot = fileURLToPath(new URL('../../', import.meta.url))

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
  /** Asks the gateway as the first administrator, below /api/v1. */
  rest<Answer>(method: string, path: string, body?: object): Promise<Answer>
  /** The bytes of a GET below /api/v1, for a connection that is kept. */
  restRequest(path: string): string
  /** The bus, as the gateway has it. */
  connectBus(): Promise<TestBus>
  /** Runs statements as PostgreSQL's administrator. */
  sql(statements: string): Promise<void>
  /** What one statement gives. */
  rows<Row extends object>(query: string): Promise<Row[]>
  /** CPU that PostgreSQL has used so far. */
  databaseCpuMs(): number
  readonly gatewayPort: number
  untilTaskEnds(task: { id: string }): Promise<void>
  /** Of what is recorded of rendered files. */
  latestRevision(): Promise<number>
  /** Until PostgreSQL counts so many rows: of a table, with a condition. */
  untilCount(table: string, least: number): Promise<void>
  /** Writes the root tenant's policy, as an administrator does. */
  setPolicy(policy: object): Promise<void>
  /** Kills a service and waits until the supervisor has started another. */
  restart(service: ServiceName): Promise<void>
  stop(): Promise<void>
}

const home = join(cloneRoot, '.strowger', 'bench')

export function forgetHouse(): void {
  rmSync(home, { recursive: true, force: true })
}

/** @param more settings of the house, beside those of every benchmark */
export async function startHouse(more: Readonly<Record<string, string>> = {}): Promise<House> {
  const [httpPort, tftpPort, dhcpPort] = [freePort(), freePort(), freePort()]
  const [gatewayPort, databasePort, natsPort] = [freePort(), freePort(), freePort()]
  const sparePort = freePort()
  const settings = {
    STROWGER_HOME: home,
    PHONE_HTTP_PORT: httpPort,
    PHONE_TFTP_PORT: tftpPort,
    DHCP_INFO_PORT: dhcpPort,
    GATEWAY_PORT: gatewayPort,
    POSTGRES_PORT: databasePort,
    NATS_PORT: natsPort,
    ...raisedSettings,
    ...more,
  }
  mkdirSync(dirname(home), { recursive: true, mode: 0o700 })
  const log = openSync(`${home}.log`, 'w', 0o600)
  const supervisor = spawn(process.execPath, [join(cloneRoot, 'deploy/local/dist/main.js'), 'run'], {
    stdio: ['ignore', log, log],
    env: { ...process.env, ...Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, `${value}`])) },
  })
  closeSync(log)
  let session: Promise<AdminSession> | undefined
  // A supervisor that is told to end stops the house in its order.
  const stop = async () => {
    await session?.then(({ close }) => close())
    await ended(supervisor)
  }
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
    const readSecret = (name: string) => readFileSync(join(home, 'secrets', name), 'utf8').trim()

    /** Kept: a session for each question was a third of what PostgreSQL did while it was watched. */
    async function ask<Row extends object>(query: string): Promise<Row[]> {
      const password = encodeURIComponent(readSecret('postgres-password'))
      const url = `postgres://postgres:${password}@127.0.0.1:${databasePort}/strowger`
      session ??= openAdminSession(connectionFromUrl(url))
      return (await session).execute<Row>(query)
    }

    async function numberFrom(query: string): Promise<number> {
      const [row] = await ask<{ count: string }>(query)
      return Number(row?.count)
    }

    async function rest<Answer>(method: string, path: string, body?: object): Promise<Answer> {
      const answer = await fetch(`http://127.0.0.1:${gatewayPort}/api/v1${path}`, {
        method,
        headers: {
          'x-auth-token': readSecret('admin-token'),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      if (!answer.ok) throw new Error(`${method} ${path} was answered ${answer.status} ${await answer.text()}`)
      const text = await answer.text()
      return (text === '' ? undefined : JSON.parse(text)) as Answer
    }

    return {
      pid: (name: string) => runningProcesses()[name] ?? processes[name] ?? 0,
      async metric(service: ServiceName, name: string) {
        const text = await (await fetch(`${healthUrl(service)}/metrics`)).text()
        const series = text.matchAll(new RegExp(`^strowger_${name}(?:\\{[^}]*\\})? ([-+.e\\d]+)$`, 'gm'))
        return [...series].reduce((sum, [, value]) => sum + Number(value), 0)
      },
      rest,
      connectBus: () =>
        connectTestBus(`nats://127.0.0.1:${natsPort}`, 'gateway', { password: readSecret('nats-gateway') }),
      async sql(statements: string) {
        await ask(statements)
      },
      rows: ask,
      databaseCpuMs: () => cpuOfTreeMs(runningProcesses()['postgresql'] ?? processes['postgresql'] ?? 0),
      gatewayPort,
      restRequest: (path: string) =>
        `GET /api/v1${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Auth-Token: ${readSecret('admin-token')}\r\n\r\n`,
      async setPolicy(policy: object) {
        await rest('PATCH', '/policy', policy)
      },
      async untilTaskEnds({ id }: { id: string }) {
        await eventually(
          async () => {
            const { state } = await rest<{ state: string }>('GET', `/tasks/${id}`)
            if (!['done', 'failed', 'cancelled'].includes(state)) throw new Error(`the task is ${state}`)
            if (state !== 'done') throw new Error(`the task has ${state}`)
            return true
          },
          { timeoutMs: 120_000, intervalMs: 20 },
        )
      },
      latestRevision: () => numberFrom('select coalesce(max(revision), 0) as count from provisioning.rendered'),
      async untilCount(table: string, least: number) {
        await eventually(async () => (await numberFrom(`select count(*) from ${table}`)) >= least, {
          timeoutMs: 120_000,
          intervalMs: 25,
        })
      },
      async restart(service: ServiceName) {
        const before = runningProcesses()[service] ?? 0
        process.kill(before, 'SIGKILL')
        await eventually(() => runningProcesses()[service] !== before && runningProcesses()[service] !== undefined, {
          timeoutMs: 30_000,
        })
        await readyAgeMs(service)
      },
      securityLines: () => linesIn(join(home, 'log', 'strowger-fail2ban.log')),
      countRows: (table: string) => numberFrom(`select count(*) from ${table}`),
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
