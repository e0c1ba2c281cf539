import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureStreams } from '@strowger/bus'
import {
  catalogue,
  type RequestDefinition,
  rootTenantId,
  sipEndpoints,
  sipTemplates,
  type Tenant,
  tenantsBucket,
} from '@strowger/schema'
import { newSealKeyRing } from '@strowger/service'
import {
  connectTestBus,
  createTestDatabase,
  databaseEnvironment,
  eventually,
  runInTest,
  startNats,
  type TestDatabase,
} from '@strowger/testkit'
import { sipConfigSettings } from '../src/config.ts'
import { startSipConfig } from '../src/service.ts'

export const hotel: Tenant = {
  id: '6b1f0c7e-2d3a-4b5c-8d6e-7f8091a2b3c4',
  parent: rootTenantId,
  name: 'Hotel',
  revision: 1,
}
export const clinic: Tenant = { ...hotel, id: '7c2f0c7e-2d3a-4b5c-8d6e-7f8091a2b3c4', name: 'Clinic' }

type Settings = Readonly<Record<string, string>>

/**
 * sip-config with NATS and PostgreSQL of its own, a root tenant, a hotel and a clinic, and somebody who asks it.
 * @param given settings, or how they are made once there is a database: for an Asterisk that reads it.
 */
export async function startFixture(given: Settings | ((database: TestDatabase) => Promise<Settings>) = {}) {
  const nats = await startNats()
  const testDatabase = await createTestDatabase()
  const settings = typeof given === 'function' ? await given(testDatabase) : given
  const caller = await connectTestBus(nats.url, 'gateway')
  const { bus } = caller
  await ensureStreams(bus, [...catalogue.streams, ...catalogue.buckets, ...catalogue.objectStores])
  await Promise.all([hotel, clinic].map((tenant) => bus.bucket(tenantsBucket).put(tenant.id, tenant)))
  const folder = mkdtempSync(join(tmpdir(), 'sip-config-'))
  const keys = join(folder, 'seal-keys.json')
  writeFileSync(keys, JSON.stringify(newSealKeyRing()))
  const start = () =>
    runInTest('sip-config', sipConfigSettings, startSipConfig, {
      NATS_URL: nats.url,
      SEAL_KEYS_FILE: keys,
      FASTAGI_PORT: '0',
      ...databaseEnvironment(testDatabase.connection('sip-config')),
      ...settings,
    })
  const service = await start()
  await eventually(() => service.result.desired.desiredObjects('asterisk').get('transport')?.size === 2)
  const as = (tenant: string) => ({ tenant, actor: { kind: 'person' as const, name: 'admin' } })

  const templates = () => bus.request(sipTemplates.list, { recurse: true }, as(rootTenantId))
  await eventually(async () => (await templates()).total === 15)

  const ask = <Input, Output>(
    definition: RequestDefinition<Input, Output>,
    input: Input,
    tenant: string = rootTenantId,
  ): Promise<Output> => bus.request(definition, input, as(tenant), { timeoutMs: 20_000 })

  return {
    bus,
    testDatabase,
    service,
    /** Starts another replica; who starts it closes it. */
    startReplica: start,
    ...service.result,
    ask,
    createEndpoint: (configuration: object, tenant = hotel.id) => ask(sipEndpoints.create, { configuration }, tenant),
    createTemplate: (configuration: object, tenant = hotel.id) => ask(sipTemplates.create, { configuration }, tenant),
    async close() {
      await service.close()
      await caller.close()
      await testDatabase.close()
      await nats.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
