import type { commonSettings, databaseSettings, HealthState, ServiceContext } from '@strowger/service'
import { connectionFromSettings } from './connection-from-settings.ts'
import { createDatabase, type Database, type SchemaName } from './database.ts'
import { createRelay, type RelayOptions } from './relay.ts'
import { startRetention } from './retention.ts'

/**
 * The database of a service and the relay of its outbox: made with its settings, released with its scope. A service
 * that serves from memory while PostgreSQL is away says so without being unready; `required` makes it unready.
 */
export async function useDatabase<Tables>(
  schema: SchemaName,
  context: ServiceContext<typeof commonSettings & typeof databaseSettings>,
  options: { publish: RelayOptions['publish']; required: boolean },
): Promise<Database<Tables>> {
  const { settings, log, clock, scope, health, metrics } = context
  const database = await scope.use(
    'database',
    () =>
      createDatabase<Tables>({
        connection: connectionFromSettings(settings),
        schema,
        poolSize: settings.DATABASE_POOL_SIZE,
        log,
      }),
    (opened) => opened.close(),
  )
  const relay = await scope.use(
    'relay',
    () => createRelay({ database, publish: options.publish, log, metrics }),
    (started) => started.close(),
  )
  await scope.use(
    'retention',
    async () =>
      startRetention({ changeSets: database.changeSets, keptDays: settings.CHANGE_SETS_KEPT_DAYS, clock, log }),
    (started) => started.stop(),
  )
  const told = options.required ? (state: HealthState) => state : noted
  health.add('database', () => told(database.health())).add('relay', () => noted(relay.health()))
  return database
}

/** What is away is said, and does not make the service unready. */
function noted({ ok, reason }: HealthState): HealthState {
  return ok || reason === undefined ? { ok: true } : { ok: true, reason }
}
