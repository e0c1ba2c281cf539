import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { freePort } from './free-port.ts'
import { end, type Launched, launch } from './launch.ts'
import type { RunningServer } from './postgres.ts'

export interface NatsServerOptions {
  /** Path of nats-server. */
  readonly program: string
  /** Configuration and JetStream's store. */
  readonly dataDir: string
  /** The `authorization { … }` block; without it anybody on this machine may do everything. */
  readonly authorization?: string
  /** Default: a free one, kept over `restart`. Always on loopback. */
  readonly port?: number
  readonly onLine?: (line: string) => void
}

/** Starts nats-server with JetStream on a loopback port, and resolves when it takes connections. */
export async function startNatsServer(options: NatsServerOptions): Promise<RunningServer> {
  const { program, authorization = '', onLine = () => {} } = options
  const dataDir = resolve(options.dataDir)
  const port = options.port ?? freePort()
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const file = join(dataDir, 'nats.conf')
  writeFileSync(file, configuration({ port, store: join(dataDir, 'jetstream'), authorization }), { mode: 0o600 })

  const start = () => startAndWait([program, '-c', file], onLine)
  let server = await start()
  return {
    port,
    url: `nats://127.0.0.1:${port}`,
    pid: () => server.pid,
    exited: () => server.exited,
    stop: async () => void (await end(server, 'SIGTERM', 10_000)),
    kill9: async () => void (await end(server, 'SIGKILL', 10_000)),
    async restart() {
      server = await start()
    },
  }
}

function configuration(parts: { port: number; store: string; authorization: string }): string {
  // Each stream has its own limit; the server's, by default a part of the free disk, would only refuse to make them.
  return `host: "127.0.0.1"
port: ${parts.port}
server_name: strowger
jetstream { store_dir: ${JSON.stringify(parts.store)}, max_file_store: 1099511627776 }
${parts.authorization}`
}

async function startAndWait(
  command: readonly [string, ...string[]],
  onLine: (line: string) => void,
): Promise<Launched> {
  const last: string[] = []
  let ready: () => void = () => {}
  const accepting = new Promise<'ready'>((resolve) => {
    ready = () => resolve('ready')
  })
  const server = await launch({
    command,
    deathSignal: 'SIGTERM',
    onLine(line) {
      last.push(line)
      if (last.length > 20) last.shift()
      if (line.includes('Server is ready')) ready()
      onLine(line)
    },
  })
  if ((await Promise.race([accepting, server.exited])) === 'ready') return server
  throw new Error(`nats-server did not start:\n${last.join('\n')}`)
}
