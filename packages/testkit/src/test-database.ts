import { randomBytes } from 'node:crypto'
import { type ConnectionSettings, connectionFromUrl, executeAsAdmin } from '@strowger/database'
import { inject } from 'vitest'

declare module 'vitest' {
  export interface ProvidedContext {
    postgres: { url: string; template: string }
  }
}

/** Of every service's role on a test server. */
export const testPassword = 'test'

export interface TestDatabase {
  readonly name: string
  /** Superuser, in this database. Escapes row level security. */
  readonly admin: ConnectionSettings
  /** The log-in of a service: `identification`, `rendering`, `gateway`. */
  connection(service: string): ConnectionSettings
  /** Runs SQL as superuser. */
  sql<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>
  close(): Promise<void>
}

/**
 * A database of a test file's own: a clone of the one with all migrations, or an empty one. Close it in `afterAll`.
 */
export async function createTestDatabase(options: { empty?: boolean } = {}): Promise<TestDatabase> {
  const { url, template } = inject('postgres')
  const server = connectionFromUrl(url)
  const name = `test_${randomBytes(6).toString('hex')}`
  const from = options.empty ? 'template0' : template
  await runSql(server, `create database ${name} template ${from} strategy file_copy`)
  const admin = { ...server, database: name }
  return {
    name,
    admin,
    connection: (service) => ({ ...admin, user: `strowger_${service}`, password: testPassword }),
    sql: (text, values) => executeAsAdmin(admin, text, values),
    close: () => runSql(server, `drop database if exists ${name} with (force)`),
  }
}

/** One statement in a session of its own. Two clones of a template at one moment exclude each other: tried again. */
export async function runSql(connection: ConnectionSettings, text: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await executeAsAdmin(connection, text)
      return
    } catch (error) {
      if ((error as { code?: string }).code !== '55006' || attempt === 100) throw error
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}

export function templateName(): string {
  return `template_${randomBytes(6).toString('hex')}`
}
