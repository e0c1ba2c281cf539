import pg from 'pg'
import { type ConnectionSettings, clientConfig } from './connection.ts'

/** One statement in a session of its own, for set-up and tests; services use `createDatabase`. */
export async function executeAsAdmin<Row extends object>(
  connection: ConnectionSettings,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client(clientConfig(connection, { applicationName: 'strowger-admin', statementTimeoutMs: 0 }))
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query(text, [...values])
    return rows as Row[]
  } finally {
    await client.end().catch(() => {})
  }
}
