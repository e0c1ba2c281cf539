import { type Kysely, Kysely as KyselyInstance, type RawBuilder, type Transaction } from 'kysely'
import pg from 'pg'
import { type ChangeSets, createChangeSets } from './change-sets.ts'
import { type ConnectionSettings, clientConfig, type SessionSettings } from './connection.ts'
import { createDialect } from './dialect.ts'
import { type DatabaseHealth, watchHealth } from './health.ts'
import type { Log } from './log.ts'
import { createStatementNames } from './statement-names.ts'
import {
  lookup,
  readInTenants,
  type TenantTransaction,
  type TransactionOptions,
  tenantTransaction,
} from './transaction.ts'

/** The schemas of the house, each owned by one service. */
export type SchemaName = 'devices' | 'provisioning' | 'sip' | 'rating' | 'access'

export interface DatabaseOptions extends Pick<SessionSettings, 'statementTimeoutMs' | 'lockTimeoutMs'> {
  readonly connection: ConnectionSettings
  readonly schema: SchemaName
  readonly log: Log
  /** Most sessions at a time. Default 10. */
  readonly poolSize?: number
}

export interface Database<DB> {
  readonly schema: SchemaName
  readonly connection: ConnectionSettings
  /**
   * For what knows no tenant: tables without row level security. Of the others it sees no row.
   */
  readonly db: Kysely<DB>
  /**
   * A transaction that sees and writes the rows of these tenants only, committed when `work` resolves and rolled back
   * when it rejects. `writer` says who writes to tracked tables: the system by itself (not recorded) or a person (a
   * change set is opened). Without it such a write is refused.
   * @throws Fault `unavailable` when the database is away; after a lost COMMIT nobody knows whether it happened, so
   * what `work` does must bear to be done again.
   */
  inTenants<T>(
    tenants: readonly string[],
    options: TransactionOptions,
    work: (tx: TenantTransaction<DB>) => Promise<T>,
  ): Promise<T>
  /**
   * The rows that one select finds among those of these tenants: as in `inTenants`, in one exchange with PostgreSQL
   * instead of four. Their order is not kept.
   */
  readInTenants<Row>(tenants: readonly string[], query: RawBuilder<Row>): Promise<Row[]>
  /** Reads across tenants, only the columns that a migration gave to the lookup role. Identification alone has it. */
  lookup<T>(work: (tx: Transaction<DB>) => Promise<T>): Promise<T>
  readonly changeSets: ChangeSets<DB>
  /** Whether statements can run now. */
  health(): DatabaseHealth
  close(): Promise<void>
}

/**
 * A pool of sessions for one service in its schema. Returns at once, also when PostgreSQL is away: every use connects
 * again when it must, for ever; `health` says how it stands.
 */
export function createDatabase<DB>(options: DatabaseOptions): Database<DB> {
  const { connection, schema, log, poolSize = 10, ...limits } = options
  const pool = new pg.Pool({
    ...clientConfig(connection, { schema, applicationName: `strowger-${schema}`, ...limits }),
    max: poolSize,
    // A session from before a failover is not kept for ever.
    maxLifetimeSeconds: 1_800,
    idleTimeoutMillis: 60_000,
  })
  // Without a listener the loss of an idle session would end the process (57P01).
  let closing = false
  pool.on('error', (error) => {
    if (!closing) log.warn({ schema, reason: error.message }, 'database session lost')
  })
  // The pool listens to idle sessions only. One that is lost between two statements of a transaction is found lost by
  // the next statement.
  pool.on('connect', (client) => client.on('error', () => {}))
  const db = new KyselyInstance<DB>({ dialect: createDialect(pool, createStatementNames()) })
  const health = watchHealth({ probe: () => pool.query('select 1'), schema, log })

  return {
    schema,
    connection,
    db,
    inTenants: (tenants, transactionOptions, work) => tenantTransaction(db, schema, tenants, transactionOptions, work),
    readInTenants: (tenants, query) => readInTenants(db, tenants, query),
    lookup: (work) => lookup(db, schema, work),
    changeSets: createChangeSets<DB>(db, (tenants, transactionOptions, work) =>
      tenantTransaction(db, schema, tenants, transactionOptions, work),
    ),
    health: health.now,
    async close() {
      closing = true
      health.stop()
      await db.destroy()
    },
  }
}
