import type { ConnectionSettings } from '@strowger/database'
import {
  type commonSettings,
  createClock,
  createHealth,
  createMetrics,
  createScope,
  type Health,
  type Log,
  readSettings,
  type ServiceContext,
  type SettingDefinitions,
  silentLog,
  silentTelemetry,
} from '@strowger/service'
import { eventually } from './eventually.ts'

/** A service that runs inside a test, composed as its process composes it. */
export interface RunningService<Result> {
  readonly health: Health
  /** What its start resolved to. */
  readonly result: Result
  /** Releases everything, as SIGTERM would. */
  close(): Promise<void>
}

/** Starts a service with these settings and waits until it is ready. */
export async function runInTest<D extends typeof commonSettings & SettingDefinitions, Result>(
  name: string,
  definitions: D,
  start: (context: ServiceContext<D>) => Promise<Result>,
  environment: Readonly<Record<string, string>>,
  log: Log = silentLog(),
): Promise<RunningService<Result>> {
  const settings = readSettings(definitions, environment)
  const scope = createScope(log)
  const health = createHealth()
  const metrics = createMetrics(name)
  scope.defer(() => metrics.close())
  const result = await start({
    settings,
    log,
    clock: createClock(),
    scope,
    health,
    metrics,
    telemetry: silentTelemetry(),
  })
  await eventually(() => health.state().ready)
  return { health, result, close: () => scope.close() }
}

/** The settings by which a service finds its database. */
export function databaseEnvironment(connection: ConnectionSettings): Record<string, string> {
  return {
    DATABASE_HOST: connection.host,
    DATABASE_PORT: String(connection.port),
    DATABASE_USER: connection.user,
    DATABASE_PASSWORD: connection.password,
    DATABASE_NAME: connection.database,
  }
}
