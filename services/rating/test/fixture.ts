import { ensureStreams } from '@strowger/bus'
import { catalogue, type RequestDefinition, rootTenantId, tenantsBucket } from '@strowger/schema'
import { type Log, silentLog } from '@strowger/service'
import {
  connectTestBus,
  createTestDatabase,
  databaseEnvironment,
  type RunningService,
  runInTest,
  startNats,
  type TestBus,
  type TestDatabase,
} from '@strowger/testkit'
import { ratingSettings } from '../src/config.ts'
import { startRating } from '../src/service.ts'

const tell = (fields: object, message?: string) => console.error(message, fields)
const quiet = () => {}
const loud = { ...silentLog(), error: tell, warn: quiet, info: quiet } as unknown as Log

export const hotel = '6b1f0c7e-2d3a-4b5c-8d6e-7f8091a2b3c4'

/** The service on real servers, asked as the gateway asks it. */
export interface RatingFixture {
  readonly database: TestDatabase
  readonly gateway: TestBus
  readonly service: RunningService<void>
  ask<Input, Output>(definition: RequestDefinition<Input, Output>, input: Input, tenant?: string): Promise<Output>
  close(): Promise<void>
}

export async function startRatingFixture(settings: Readonly<Record<string, string>> = {}): Promise<RatingFixture> {
  const [nats, database] = await Promise.all([startNats(), createTestDatabase()])
  const gateway = await connectTestBus(nats.url, 'gateway')
  await ensureStreams(gateway.bus, [...catalogue.streams, ...catalogue.buckets, ...catalogue.objectStores])
  const tenants = gateway.bus.bucket(tenantsBucket)
  await tenants.put(rootTenantId, { id: rootTenantId, parent: null, name: 'root', revision: 1 })
  await tenants.put(hotel, { id: hotel, parent: rootTenantId, name: 'Hotel', revision: 1 })
  const service = await runInTest(
    'rating',
    ratingSettings,
    startRating,
    {
      NATS_URL: nats.url,
      ...databaseEnvironment(database.connection('rating')),
      ...settings,
    },
    loud,
  )
  return {
    database,
    gateway,
    service,
    ask: (definition, input, tenant = rootTenantId) =>
      gateway.bus.request(definition, input, {
        tenant,
        actor: { kind: 'person', name: 'admin' },
        requestId: 'test',
      }),
    async close() {
      await service.close()
      await gateway.close()
      await database.close()
      await nats.close()
    },
  }
}
