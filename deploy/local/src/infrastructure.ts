import { join } from 'node:path'
import { type Bus, connectBus, ensureStreams, natsAuthorization, natsUsers } from '@strowger/bus'
import { type ConnectionSettings, connectionFromUrl, ensureDatabase, migrate } from '@strowger/database'
import { catalogue, type ServiceName } from '@strowger/schema'
import { createClock, createMetrics, silentLog } from '@strowger/service'
import type { Home } from './home.ts'
import type { Secrets } from './secrets.ts'
import { natsProgram } from './servers/nats-program.ts'
import { startNatsServer } from './servers/nats-server.ts'
import { type RunningServer, startPostgres } from './servers/postgres.ts'
import { databaseOwners, houseMigrations, services } from './services.ts'
import type { LocalSettings } from './settings.ts'

/** NATS user of `migrate`, which may make streams. */
export const natsOperator = 'strowger'
const databaseName = 'strowger'

interface Parts {
  readonly home: Home
  readonly secrets: Secrets
  readonly settings: LocalSettings
  readonly log: (name: string) => (line: string) => void
  readonly say: (text: string) => void
}

export interface DatabaseServer {
  /** Absent when it is somebody else's. */
  readonly server?: RunningServer
  readonly admin: ConnectionSettings
  /** What services are given as DATABASE_URL: no user, no password. */
  readonly url: string
}

/** PostgreSQL: our own, or the one that DATABASE_URL names. */
export async function openPostgres({ home, secrets, settings, log }: Parts): Promise<DatabaseServer> {
  if (settings.DATABASE_URL !== undefined) {
    const url = new URL(settings.DATABASE_URL)
    url.username = ''
    url.password = ''
    return { admin: connectionFromUrl(settings.DATABASE_URL), url: url.href }
  }
  const server = await startPostgres({
    dataDir: home.postgres,
    password: secrets.postgres(),
    onLine: log('postgresql'),
    ...(settings.POSTGRES_PORT === undefined ? {} : { port: settings.POSTGRES_PORT }),
  })
  const admin = connectionFromUrl(server.url)
  await ensureDatabase(admin, databaseName)
  return {
    server,
    admin: { ...admin, database: databaseName },
    url: `postgres://127.0.0.1:${server.port}/${databaseName}`,
  }
}

export interface NatsConnection {
  readonly server?: RunningServer
  readonly url: string
  /** Users of ours exist on the server. */
  readonly hasUsers: boolean
}

/** NATS: our own with a user for each service, or the one that NATS_URL names, as it is. */
export async function openNats({ home, secrets, settings, log, say }: Parts): Promise<NatsConnection> {
  if (settings.NATS_URL !== undefined) return { url: settings.NATS_URL, hasUsers: false }
  const passwords = Object.fromEntries(services.map(({ name }) => [name, secrets.nats(name)])) as Record<
    ServiceName,
    string
  >
  const server = await startNatsServer({
    program: natsProgram(home.bin, process.env, say),
    dataDir: home.nats,
    authorization: natsAuthorization(natsUsers(catalogue, passwords, { [natsOperator]: secrets.nats(natsOperator) })),
    onLine: log('nats'),
    ...(settings.NATS_PORT === undefined ? {} : { port: settings.NATS_PORT }),
  })
  return { server, url: server.url, hasUsers: true }
}

/** Roles, schemas, tables, streams and buckets of this version. May be repeated. */
export async function migrateEverything(
  { admin }: DatabaseServer,
  nats: NatsConnection,
  { secrets, say }: Pick<Parts, 'secrets' | 'say'>,
): Promise<void> {
  const tell = (fields: object, message: string) => say(`${message}: ${Object.values(fields).join(' ')}`)
  await Promise.all([
    migrate({
      admin,
      owners: databaseOwners(secrets.role),
      house: houseMigrations,
      log: { info: tell, warn: tell, error: tell },
    }),
    makeStreams(nats, secrets),
  ])
}

async function makeStreams(nats: NatsConnection, secrets: Secrets): Promise<void> {
  await asOperator(nats, secrets, (bus) =>
    ensureStreams(bus, [...catalogue.streams, ...catalogue.buckets, ...catalogue.objectStores]),
  )
}

/** Does something with a bus that may do everything. */
export async function asOperator<Result>(
  { url, hasUsers }: NatsConnection,
  secrets: Pick<Secrets, 'nats'>,
  act: (bus: Bus) => Promise<Result>,
): Promise<Result> {
  const metrics = createMetrics('migrate')
  const bus = await connectBus({
    servers: url.split(','),
    name: 'migrate',
    ...(hasUsers
      ? { user: natsOperator, password: secrets.nats(natsOperator) }
      : { user: process.env['NATS_USER'], password: process.env['NATS_PASSWORD'] }),
    log: silentLog(),
    clock: createClock(),
    metrics,
  })
  try {
    return await act(bus)
  } finally {
    await bus.close()
    metrics.close()
  }
}

/** What a service needs to reach both, as its own user. */
export function serviceEnvironment(
  service: { readonly name: ServiceName; readonly schema?: string; readonly seals?: boolean },
  { database, nats, secrets, home }: { database: DatabaseServer; nats: NatsConnection; secrets: Secrets; home: Home },
): NodeJS.ProcessEnv {
  const { name, schema, seals = false } = service
  return {
    NATS_URL: nats.url,
    ...(nats.hasUsers
      ? { NATS_USER: name, NATS_PASSWORD_FILE: secrets.path(`nats-${name}`) }
      : { NATS_USER: process.env['NATS_USER'], NATS_PASSWORD: process.env['NATS_PASSWORD'] }),
    ...(schema === undefined
      ? {}
      : {
          DATABASE_URL: database.url,
          DATABASE_USER: `strowger_${name}`,
          DATABASE_PASSWORD_FILE: secrets.path(`role-${name}`),
        }),
    ...(seals ? { SEAL_KEYS_FILE: secrets.path('seal-keys.json') } : {}),
    ...(name === 'rendering' ? pluginFolders(home) : {}),
    HEALTH_PORT: '0',
    HEALTH_PORT_FILE: join(home.run, `${name}.port`),
    STATE_DIR: home.state(name),
  }
}

/** Where custom templates can be edited as files, and where the site's own plugins are, if it has any. */
function pluginFolders(home: Home): NodeJS.ProcessEnv {
  const { PLUGIN_FOLDER = home.state('plugins'), SITE_PLUGINS_DIR = home.state('site-plugins') } = process.env
  return { PLUGIN_FOLDER, SITE_PLUGINS_DIR }
}
