import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { cloneRoot, freePort, type Launched, launch } from '@strowger/local'
import { serviceNames } from '@strowger/schema'
import { eventually } from '../eventually.ts'
import { scratchFolder } from '../postgres.ts'

/** The whole house, as `make run` starts it, with data and ports of a test's own. */
export interface House {
  /** Data, logs and secrets (STROWGER_HOME). */
  readonly folder: string
  readonly phones: HousePorts
  /** As `http://127.0.0.1:40123`; paths begin with /api/v1. */
  readonly restUrl: string
  /** What runs inside the house sees of its environment, for one that is to be started again on the same data. */
  readonly environment: Readonly<Record<string, string>>
  /** Process number of the supervisor. */
  readonly pid: number
  /** Everything the supervisor has printed. */
  output(): string
  /** Resolves when the supervisor has printed this. */
  printed(text: string, timeoutMs?: number): Promise<void>
  /** Of the administrator. */
  token(): string
  secret(name: string): string
  /** Path of the log of a service, of `nats` or of `postgresql`. */
  logFile(name: string): string
  readonly securityLog: string
  /** Process numbers by name: services, `nats`, `postgresql`. */
  processes(): Readonly<Record<string, number>>
  /** What a service says about itself; undefined while it does not answer. */
  readiness(service: string): Promise<Readiness | undefined>
  /** Counts and gauges of a service, as Prometheus reads them. */
  metrics(service: string): Promise<string>
  /** SIGKILL to a service, `nats` or `postgresql`; resolves when another process has taken its place. */
  kill9(name: string): Promise<void>
  /** Resolves when every service is ready. */
  ready(timeoutMs?: number): Promise<void>
  /** Sends a signal to the supervisor and resolves to its exit code. */
  end(signal?: NodeJS.Signals): Promise<number | null>
  /** Ends it and removes its data. */
  close(): Promise<void>
}

export interface HousePorts {
  readonly httpPort: number
  readonly tftpPort: number
  /** As `http://127.0.0.1:40123` */
  readonly httpUrl: string
}

export interface Readiness {
  readonly ready: boolean
  readonly checks: readonly { name: string; ok: boolean; reason?: string }[]
}

export interface HouseOptions {
  readonly env?: Readonly<Record<string, string>>
  /** An existing installation. */
  readonly folder?: string
  /**
   * What the house is started by, as `ip netns exec <name>`. In another network its ports cannot be reached from the
   * test: only `startHouse`, its files, its end and what is run by the same means work.
   */
  readonly startedBy?: readonly string[]
}

/** First start of an installation, on a machine that does other things besides. */
const startsWithinMs = 90_000

/**
 * Starts the house on free ports of 127.0.0.1 and resolves when all of it is ready. `env` is added to the
 * environment (DATABASE_URL, OTEL_EXPORTER_OTLP_ENDPOINT …); `folder` starts an existing installation again.
 */
export async function startHouse(options: HouseOptions = {}): Promise<House> {
  const house = await launchHouse(options)
  try {
    await house.printed('Strowger is ready', startsWithinMs)
  } catch (error) {
    await house.close()
    throw new Error(`the house did not start:\n${house.output()}`, { cause: error })
  }
  return house
}

/** As `startHouse`, and resolves as soon as the supervisor runs. */
export async function launchHouse(options: HouseOptions = {}): Promise<House> {
  const folder = options.folder ?? scratchFolder('house-')
  shareFetchedServers(folder)
  const environment = environmentOf(folder, options.env ?? {})
  let output = ''
  const supervisor: Launched = await launch({
    command: commandOf(options.startedBy ?? []),
    cwd: cloneRoot,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environment },
    deathSignal: 'SIGTERM',
    onLine(line) {
      output += `${line}\n`
    },
  })
  const inFolder = (...names: string[]) => join(folder, ...names)

  async function end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    supervisor.signal(signal)
    return (await supervisor.exited).code
  }

  function processes(): Readonly<Record<string, number>> {
    const running = JSON.parse(readFileSync(inFolder('run', 'supervisor.json'), 'utf8')) as {
      processes: Record<string, number>
    }
    return running.processes
  }

  async function askHealth(service: string, path: string): Promise<Response> {
    const port = readFileSync(inFolder('run', `${service}.port`), 'utf8').trim()
    return fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(3_000) })
  }

  async function readiness(service: string): Promise<Readiness | undefined> {
    try {
      return (await (await askHealth(service, '/health/ready')).json()) as Readiness
    } catch {
      return undefined
    }
  }

  return {
    folder,
    environment,
    pid: supervisor.pid,
    phones: portsOf(environment),
    restUrl: `http://127.0.0.1:${environment['GATEWAY_PORT']}`,
    securityLog: inFolder('log', 'strowger-fail2ban.log'),
    output: () => output,
    async printed(text, timeoutMs = 30_000) {
      const printed = eventually(() => output.includes(text), { timeoutMs, intervalMs: 20 })
      await Promise.race([printed, supervisor.exited])
      if (!output.includes(text)) throw new Error(`"${text}" was not printed:\n${output}`)
    },
    token: () => readFileSync(inFolder('secrets', 'admin-token'), 'utf8').trim(),
    secret: (name) => readFileSync(inFolder('secrets', name), 'utf8').trim(),
    logFile: (name) => inFolder('log', `${name}.log`),
    processes,
    readiness,
    metrics: async (service) => (await askHealth(service, '/metrics')).text(),
    async kill9(name) {
      const before = processes()[name]
      if (before === undefined) throw new Error(`${name} does not run`)
      process.kill(before, 'SIGKILL')
      await eventually(() => processes()[name] !== before, { timeoutMs: 60_000, intervalMs: 20 })
    },
    async ready(timeoutMs = 60_000) {
      for (const service of serviceNames) {
        await eventually(
          async () => {
            const said = await readiness(service)
            if (!said?.ready) throw new Error(`${service} is not ready: ${JSON.stringify(said ?? 'no answer')}`)
          },
          { timeoutMs, intervalMs: 50 },
        )
      }
    },
    end,
    async close() {
      await end()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function commandOf(startedBy: readonly string[]): readonly [string, ...string[]] {
  const run = [join(cloneRoot, 'deploy', 'local', 'dist', 'main.js'), 'run']
  const [program, ...args] = startedBy
  return program === undefined ? [process.execPath, ...run] : [program, ...args, process.execPath, ...run]
}

/** What a run has fetched for the clone need not be fetched again for each test. */
function shareFetchedServers(folder: string): void {
  const fetched = join(cloneRoot, '.strowger', 'bin')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (existsSync(fetched) && !existsSync(join(folder, 'bin'))) symlinkSync(fetched, join(folder, 'bin'))
}

function environmentOf(folder: string, given: Readonly<Record<string, string>>): Record<string, string> {
  const port = (name: string) => given[name] ?? String(freePort())
  return {
    STROWGER_HOME: folder,
    PHONE_HOST: '127.0.0.1',
    ADVERTISED_HOST: '192.0.2.10',
    PHONE_HTTP_PORT: port('PHONE_HTTP_PORT'),
    PHONE_TFTP_PORT: port('PHONE_TFTP_PORT'),
    DHCP_INFO_PORT: port('DHCP_INFO_PORT'),
    GATEWAY_PORT: port('GATEWAY_PORT'),
    NATS_PORT: port('NATS_PORT'),
    POSTGRES_PORT: port('POSTGRES_PORT'),
    ...given,
  }
}

function portsOf(environment: Readonly<Record<string, string>>): HousePorts {
  const httpPort = Number(environment['PHONE_HTTP_PORT'])
  return { httpPort, tftpPort: Number(environment['PHONE_TFTP_PORT']), httpUrl: `http://127.0.0.1:${httpPort}` }
}
