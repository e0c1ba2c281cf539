import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startPostgres } from '@strowger/local'

/** A PostgreSQL of a test's own, for tests that kill it. Others share one: see `createTestDatabase`. */
export interface TestPostgres {
  /** Superuser, database `postgres`; the same after a restart. */
  readonly url: string
  readonly port: number
  /** As a crash (SIGKILL). The data stays. */
  kill(): Promise<void>
  restart(): Promise<void>
  /** Ends it and removes its data. */
  close(): Promise<void>
}

/** Starts an empty server without fsync (0.6 s). It does not outlive this process. */
export async function startTestPostgres(options: { port?: number } = {}): Promise<TestPostgres> {
  const folder = scratchFolder('postgres-')
  const server = await startPostgres({
    dataDir: folder,
    password: 'test',
    durable: false,
    settings: { max_connections: '300' },
    ...options,
  })
  return {
    url: server.url,
    port: server.port,
    kill: server.kill9,
    restart: server.restart,
    async close() {
      await server.kill9()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A new folder inside the clone, out of everybody's sight. */
export function scratchFolder(prefix: string): string {
  const parent = fileURLToPath(new URL('../../../node_modules/.strowger-test/', import.meta.url))
  mkdirSync(parent, { recursive: true })
  return mkdtempSync(join(parent, prefix))
}
