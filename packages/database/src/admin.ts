import pg from 'pg'
import { type ConnectionSettings, clientConfig } from './connection.ts'

/** A session that is kept for many statements, one after the other. */
export interface AdminSession {
  execute<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>
  close(): Promise<void>
}

/** For set-up, tests and benchmarks; services use `createDatabase`. */
export async function openAdminSession(connection: ConnectionSettings): Promise<AdminSession> {
  const client = new pg.Client(clientConfig(connection, { applicationName: 'strowger-admin', statementTimeoutMs: 0 }))
  client.on('error', () => {})
  const close = () => client.end().catch(() => {})
  try {
    await client.connect()
  } catch (error) {
    await close()
    throw error
  }
  return {
    async execute<Row extends object>(text: string, values: readonly unknown[] = []) {
      const { rows } = await client.query(text, [...values])
      return rows as Row[]
    },
    close,
  }
}

/** One statement in a session of its own, likewise. */
export async function executeAsAdmin<Row extends object>(
  connection: ConnectionSettings,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const session = await openAdminSession(connection)
  try {
    return await session.execute<Row>(text, values)
  } finally {
    await session.close()
  }
}
