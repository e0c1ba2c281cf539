import { type Bus, ensureStreams } from '@strowger/bus'
import { catalogue, type ServiceName } from '@strowger/schema'
import type { Health, Log } from '@strowger/service'
import {
  connectTestBus,
  createTestDatabase,
  databaseEnvironment,
  runInTest,
  startNats,
  type TestDatabase,
  type TestNats,
} from '@strowger/testkit'
import { gatewaySettings } from '../src/config.ts'
import { startGateway } from '../src/service.ts'

export const bootstrapToken = 'strowger_bootstrap_of_a_test'
export const adminPassword = 'correct horse battery'

/** A gateway with real NATS and PostgreSQL; other services are stood for by their examples. */
export interface RunningGateway {
  readonly address: string
  readonly nats: TestNats
  readonly database: TestDatabase
  /** A bus that stands for the other services. */
  readonly others: Bus
  readonly health: Health
  /** Asks REST; a token is sent unless it is null. */
  ask(method: string, path: string, options?: AskOptions): Promise<Answered>
  /** Stops the gateway alone and starts it again. */
  restart(settings?: Readonly<Record<string, string>>): Promise<void>
  close(): Promise<void>
}

interface AskOptions {
  token?: string | null
  body?: unknown
  headers?: Record<string, string>
}

interface Answered {
  status: number
  headers: Headers
  text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of any shape
  json: any
}

export async function runGateway(
  options: { log?: Log; settings?: Readonly<Record<string, string>> } = {},
): Promise<RunningGateway> {
  const nats = await startNats()
  const database = await createTestDatabase()
  const others = await connectTestBus(nats.url, 'rendering')
  await ensureStreams(others.bus, [...catalogue.streams, ...catalogue.buckets, ...catalogue.objectStores])

  const start = async (extra: Readonly<Record<string, string>> = {}) => {
    const environment = {
      NATS_URL: nats.url,
      ...databaseEnvironment(database.connection('gateway')),
      DATABASE_POOL_SIZE: '3',
      GATEWAY_PORT: '0',
      ADMIN_PASSWORD: adminPassword,
      STROWGER_BOOTSTRAP_TOKEN: bootstrapToken,
      ...options.settings,
      ...extra,
    }
    return runInTest('gateway', gatewaySettings, startGateway, environment, options.log)
  }
  let running = await start()

  return {
    get address() {
      return running.result
    },
    get health() {
      return running.health
    },
    nats,
    database,
    others: others.bus,
    ask: (method, path, asked = {}) => askRest(running.result, method, path, asked),
    async restart(settings) {
      await running.close()
      running = await start(settings)
    },
    async close() {
      await running.close()
      await others.close()
      await database.close()
      await nats.close()
    },
  }
}

/** Every operation of these owners answers its example. Answers the contexts in which they were asked, latest last. */
export function standIn(
  bus: Bus,
  owners: readonly ServiceName[],
): { subject: string; input: unknown; context: unknown }[] {
  const asked: { subject: string; input: unknown; context: unknown }[] = []
  for (const definition of catalogue.requests) {
    if (!owners.includes(definition.owner) || !definition.rest) continue
    bus.reply(definition, async (input, { context }) => {
      asked.push({ subject: definition.subject, input, context })
      return definition.example.output
    })
  }
  return asked
}

async function askRest(address: string, method: string, path: string, asked: AskOptions): Promise<Answered> {
  const { token = bootstrapToken, body, headers = {} } = asked
  const isText = typeof body === 'string'
  const response = await fetch(address + path, {
    method,
    headers: {
      ...(token === null ? {} : { 'x-auth-token': token }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  const isJson = /[/+]json/.test(response.headers.get('content-type') ?? '')
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: isJson && text ? JSON.parse(text) : undefined,
  }
}
