import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ensureStreams, type ReadModel, readModel } from '@strowger/bus'
import {
  catalogue,
  type Device,
  devicesBucket,
  type Plugin,
  pluginsBucket,
  render,
  rootTenantId,
  type Tenant,
  tenantsBucket,
} from '@strowger/schema'
import { newSealKeyRing } from '@strowger/service'
import {
  connectTestBus,
  createTestDatabase,
  databaseEnvironment,
  type RunningService,
  runInTest,
  scratchFolder,
  startNats,
  type TestBus,
  type TestDatabase,
} from '@strowger/testkit'
import { identificationSettings } from '../src/config.ts'
import { startIdentification } from '../src/service.ts'

export const hotel: Tenant = {
  id: '6b1f0c7e-2d3a-4b5c-8d6e-7f8091a2b3c4',
  parent: rootTenantId,
  name: 'Hotel',
  revision: 1,
}

/** A made-up vendor, whose phones name their mac in the path and, if they like, model and version in their agent. */
export const acme: Plugin = {
  id: 'acme-v1',
  revision: 1,
  hash: 'x',
  manifest: {
    id: 'acme-v1',
    version: '1.0.0',
    description: 'Acme',
    vendors: ['Acme'],
    firmware: ['^1\\.'],
    models: {},
    identify: {
      http: [
        {
          userAgent: '^Acme (?<model>[A-Z0-9]+) (?<version>[0-9.]+) (?<mac>[0-9a-f:]{17})$',
          set: { vendor: 'Acme' },
        },
        { path: '/(?<mac>02acae[0-9a-f]{6})\\.cfg$', set: { vendor: 'Acme' } },
      ],
      tftp: [{ filename: '^(?<mac>02acae[0-9a-f]{6})\\.cfg$', set: { vendor: 'Acme' } }],
      dhcp: [{ options: { '60': '^Acme (?<model>[A-Z0-9]+)\u0000?$' }, set: { vendor: 'Acme' } }],
    },
    uploads: [{ method: 'PUT', path: '^/[0-9a-f]{12}-boot\\.log$' }],
    files: { device: [{ name: '{mac}.cfg', contentType: 'text/plain' }], common: [], static: [] },
    sensitive: ['^[0-9a-f]{12}\\.cfg$'],
    format: 'key-value',
    notOffered: {},
  },
}

export const phone = { actor: { kind: 'phone' as const, name: 'phone' } }
/** A call context of the administrator of a tenant. */
export const as = (tenant: string) => ({ tenant, actor: { kind: 'person' as const, name: 'admin' }, note: 'a test' })

/** What identification has forwarded to rendering. */
export type Forwarded = (typeof render)['example']['input']

/** The service on real servers, with ingress and the gateway (which ask), and a rendering that serves one file. */
export interface IdentificationFixture {
  readonly database: TestDatabase
  readonly caller: TestBus
  readonly rendering: TestBus
  /** As callers see them. */
  readonly devices: ReadModel<Device>
  readonly forwarded: Forwarded[]
  readonly service: RunningService<void>
  close(): Promise<void>
}

export async function startIdentificationFixture(
  parts: { tenants?: readonly Tenant[]; plugins?: readonly Plugin[]; withSeal?: boolean } = {},
): Promise<IdentificationFixture> {
  const { tenants = [hotel], plugins = [acme], withSeal = true } = parts
  const folder = scratchFolder('identification-')
  const [nats, database] = await Promise.all([startNats(), createTestDatabase()])
  const [caller, rendering] = await Promise.all([
    connectTestBus(nats.url, 'ingress'),
    connectTestBus(nats.url, 'rendering'),
  ])
  await ensureStreams(caller.bus, [...catalogue.streams, ...catalogue.buckets, ...catalogue.objectStores])
  await Promise.all([
    ...plugins.map((each) => caller.bus.bucket(pluginsBucket).put(each.id, each)),
    ...tenants.map((each) => caller.bus.bucket(tenantsBucket).put(each.id, each)),
  ])
  const forwarded: Forwarded[] = []
  rendering.bus.reply(render, async (input) => {
    forwarded.push(input)
    const { id, tenant } = input.device
    return { outcome: 'served' as const, device: id, tenant, body: Buffer.from('file') }
  })
  const devices = readModel(caller.bus, devicesBucket)
  await Promise.all([devices.ready, rendering.bus.flush()])
  const sealKeys = join(folder, 'seal-keys.json')
  writeFileSync(sealKeys, JSON.stringify(newSealKeyRing()))
  const service = await runInTest('identification', identificationSettings, startIdentification, {
    NATS_URL: nats.url,
    ...(withSeal ? { SEAL_KEYS_FILE: sealKeys } : {}),
    ...databaseEnvironment(database.connection('identification')),
  })
  return {
    database,
    caller,
    rendering,
    devices,
    forwarded,
    service,
    async close() {
      await service.close()
      await devices.close()
      await Promise.all([caller.close(), rendering.close()])
      await database.close()
      await nats.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
