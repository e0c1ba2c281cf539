import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
  type TransactionSettings,
} from 'kysely'
import type { QueryResult as PgResult, Pool, PoolClient } from 'pg'
import { faultFrom, isConnectionLoss } from './faults.ts'
import type { StatementNames } from './statement-names.ts'

/** What a timer of Node can wait for at most, 24 days: the driver takes 0 for its own limit. */
export const patientMs = 2_147_483_647

/** One session, for as long as a transaction or a query has it. */
export class PgConnection implements DatabaseConnection {
  readonly client: PoolClient
  readonly #names: StatementNames
  lost = false
  /** Until its transaction ends no query is given up for its time. */
  isPatient = false
  /** Said in one message with the BEGIN that comes next: a statement of its own costs as much as the rest of it. */
  opening: string | undefined
  /** What it answered. */
  opened: readonly Readonly<Record<string, unknown>>[] = []
  /** Likewise with the COMMIT. */
  closing: string | undefined

  constructor(client: PoolClient, names: StatementNames) {
    this.client = client
    this.#names = names
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const name = this.#names.nameOf(sql)
    const result = await this.run(() =>
      this.client.query({
        text: sql,
        values: [...parameters],
        ...(name === undefined ? {} : { name }),
        ...(this.isPatient ? { query_timeout: patientMs } : {}),
      }),
    )
    return {
      rows: result.rows as R[],
      ...(result.rowCount === null ? {} : { numAffectedRows: BigInt(result.rowCount) }),
    }
  }

  /** Runs something on the session; a lost connection becomes Fault('unavailable'), and the session is not used again. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (isConnectionLoss(error)) this.lost = true
      throw faultFrom(error)
    }
  }

  // biome-ignore lint/correctness/useYield: required by the interface; nothing in the house reads by cursor
  async *streamQuery(): AsyncIterableIterator<never> {
    throw new Error('reading by cursor is not supported')
  }
}

/**
 * Kysely over a pool of pg. Kysely's own driver hides the session, which COPY needs, and lets the driver's errors
 * through as they are.
 */
export function createDialect(pool: Pool, names: StatementNames): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => createDriver(pool, names),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  }
}

function createDriver(pool: Pool, names: StatementNames): Driver {
  const connections = new WeakMap<PoolClient, PgConnection>()
  return {
    init: async () => {},
    async acquireConnection() {
      const client = await pool.connect().catch((error) => {
        throw faultFrom(error)
      })
      const known = connections.get(client) ?? new PgConnection(client, names)
      connections.set(client, known)
      return known
    },
    async beginTransaction(connection, settings: TransactionSettings) {
      const level = settings.isolationLevel === undefined ? '' : ` isolation level ${settings.isolationLevel}`
      const session = connection as PgConnection
      session.isPatient = false
      const { opening } = session
      session.opening = undefined
      session.closing = undefined
      if (opening === undefined) return void (await simple(session, `begin${level}`))
      try {
        session.opened = (await simple(session, `begin${level}; ${opening}`)).rows
      } catch (error) {
        // It may have begun, and nobody ends what could not be begun.
        if (!session.lost) await simple(session, 'rollback').catch(() => undefined)
        throw error
      }
    },
    async commitTransaction(connection) {
      const session = connection as PgConnection
      const { closing } = session
      session.closing = undefined
      const { command } = await simple(session, closing === undefined ? 'commit' : `${closing}; commit`)
      // PostgreSQL answers a COMMIT with ROLLBACK when a statement had failed and its error was swallowed.
      if (command === 'ROLLBACK') throw new Error('the transaction had failed and was rolled back')
    },
    async rollbackTransaction(connection) {
      const session = connection as PgConnection
      session.closing = undefined
      if (session.lost) return
      await simple(session, 'rollback').catch(() => {
        session.lost = true
      })
    },
    async releaseConnection(connection) {
      const { client, lost } = connection as PgConnection
      client.release(lost)
    },
    async destroy() {
      await pool.end()
    },
  }
}

/** Of several statements the answer of the last. */
async function simple(session: PgConnection, statements: string): Promise<PgResult> {
  const answered: PgResult | PgResult[] = await session.run(() => session.client.query(statements))
  return Array.isArray(answered) ? (answered.at(-1) as PgResult) : answered
}
