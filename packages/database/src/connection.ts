import type { ClientConfig } from 'pg'
import { parseValue } from './values.ts'

/** Where a database is and who we are there. */
export interface ConnectionSettings {
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string
  readonly password: string
  /** Default false; `true` checks the server's certificate. */
  readonly tls?: boolean
}

export interface SessionSettings {
  /** Schema in which unqualified names are looked for. */
  readonly schema?: string
  /** Shown in pg_stat_activity. */
  readonly applicationName?: string
  readonly statementTimeoutMs?: number
  readonly lockTimeoutMs?: number
  readonly connectTimeoutMs?: number
}

/**
 * From `postgres://user:password@host:port/database`, with `?sslmode=verify-full` for TLS.
 * @throws TypeError when it is not a URL.
 */
export function connectionFromUrl(url: string): ConnectionSettings {
  const { hostname, port, pathname, username, password, searchParams } = new URL(url)
  return {
    host: hostname.replace(/^\[|\]$/g, '') || '127.0.0.1',
    port: port === '' ? 5432 : Number(port),
    database: decodeURIComponent(pathname.slice(1)) || 'postgres',
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    ...(['verify-ca', 'verify-full', 'require'].includes(searchParams.get('sslmode') ?? '') ? { tls: true } : {}),
  }
}

/** The driver's settings. Every session has UTC, our search path and its limits from its first statement on. */
export function clientConfig(connection: ConnectionSettings, session: SessionSettings): ClientConfig {
  const { statementTimeoutMs = 10_000, lockTimeoutMs = 5_000, connectTimeoutMs = 5_000, schema } = session
  const options = {
    timezone: 'UTC',
    statement_timeout: statementTimeoutMs,
    lock_timeout: lockTimeoutMs,
    // A service that hangs within a transaction must not hold its locks for ever.
    idle_in_transaction_session_timeout: 60_000,
    ...(schema === undefined ? {} : { search_path: `${schema},pg_temp` }),
  }
  return {
    host: connection.host,
    port: connection.port,
    database: connection.database,
    user: connection.user,
    password: connection.password,
    ssl: connection.tls ?? false,
    application_name: session.applicationName ?? 'strowger',
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    // The server's own limit comes first; this one is for a server that no longer answers at all.
    ...(statementTimeoutMs === 0 ? {} : { query_timeout: statementTimeoutMs + 5_000 }),
    options: Object.entries(options)
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(' '),
    types: { getTypeParser: parseValue },
  }
}
