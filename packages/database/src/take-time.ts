import { sql, type Transaction } from 'kysely'
import { PgConnection } from './dialect.ts'

/**
 * What this transaction still does may take as long as it takes: neither PostgreSQL nor the driver gives it up. For work
 * over many rows that tells its progress and can be cancelled.
 */
export async function takeTime<DB>(tx: Transaction<DB>): Promise<void> {
  await sql`set local statement_timeout = 0`.execute(tx)
  await sql`set local idle_in_transaction_session_timeout = 0`.execute(tx)
  await tx.getExecutor().provideConnection(async (connection) => {
    if (!(connection instanceof PgConnection)) throw new TypeError('it needs a session of ours')
    connection.isPatient = true
  })
}
