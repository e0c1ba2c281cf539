import { createHash } from 'node:crypto'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureStreams, readModel } from '@strowger/bus'
import {
  catalogue,
  configsBucket,
  type Device,
  defaultPolicy,
  deviceCreated,
  devicesBucket,
  patchConfig,
  type RequestDefinition,
  render,
  renderedBucket,
  rootTenantId,
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
} from '@strowger/testkit'
import { renderingSettings } from '../src/config.ts'
import { startRendering } from '../src/service.ts'

/** The plugins of the clone. */
export const shippedPlugins = join(fileURLToPath(new URL('../../../', import.meta.url)), 'packages/plugins')
export const hotel: Tenant = {
  id: '6b1f0c7e-2d3a-4b5c-8d6e-7f8091a2b3c4',
  parent: rootTenantId,
  name: 'Hotel',
  revision: 1,
}
export const clinic: Tenant = { ...hotel, id: '7c2f0c7e-2d3a-4b5c-8d6e-7f8091a2b3c4', name: 'Clinic' }

/** The phones of Yealink with firmware 86, and an invented generation 87 that has a file shared by all. */
function twoPlugins(folder: string): string {
  const old = join(folder, 'yealink/v86')
  const next = join(folder, 'yealink/v87')
  cpSync(join(shippedPlugins, 'yealink/v86'), old, { recursive: true })
  cpSync(old, next, { recursive: true })
  const manifest = JSON.parse(readFileSync(join(old, 'manifest.json'), 'utf8'))
  manifest.id = 'yealink-v87'
  manifest.files.common = [{ name: 'common.cfg', template: 'common.tpl', contentType: 'text/plain' }]
  writeFileSync(join(next, 'manifest.json'), JSON.stringify(manifest))
  writeFileSync(join(next, 'templates/common.tpl'), '# shared, as shipped\n')
  const hashes: Record<string, string> = {}
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    hashes[relative(folder, path)] = createHash('sha256').update(readFileSync(path)).digest('hex')
  }
  writeFileSync(join(folder, 'hashes.json'), JSON.stringify(hashes))
  return folder
}

const house = { actor: { kind: 'service' as const, name: 'identification' } }

/** Rendering with NATS and PostgreSQL of its own, a root tenant, a hotel and a clinic, and somebody who asks it. */
export async function startFixture(settings: Record<string, string> = {}) {
  const nats = await startNats()
  const testDatabase = await createTestDatabase()
  const caller = await connectTestBus(nats.url, 'identification')
  const { bus } = caller
  await ensureStreams(bus, [...catalogue.streams, ...catalogue.buckets, ...catalogue.objectStores])
  await Promise.all([hotel, clinic].map((tenant) => bus.bucket(tenantsBucket).put(tenant.id, tenant)))
  const folder = mkdtempSync(join(tmpdir(), 'rendering-'))
  const keys = join(folder, 'seal-keys.json')
  writeFileSync(keys, JSON.stringify(newSealKeyRing()))
  const rendered = readModel(bus, renderedBucket)
  const configs = readModel(bus, configsBucket)
  await Promise.all([rendered.ready, configs.ready])
  const service = await runInTest('rendering', renderingSettings, startRendering, {
    NATS_URL: nats.url,
    SEAL_KEYS_FILE: keys,
    PLUGINS_DIR: twoPlugins(join(folder, 'shipped')),
    ADVERTISED_HOST: '192.0.2.9',
    ...databaseEnvironment(testDatabase.connection('rendering')),
    ...settings,
  })
  const as = (tenant: string) => ({ tenant, actor: { kind: 'person' as const, name: 'admin' } })
  let counter = 0
  const fileOf = (device: Device) => `${device.mac?.replaceAll(':', '')}.cfg`
  const ask = <Input, Output>(
    definition: RequestDefinition<Input, Output>,
    input: Input,
    tenant: string = rootTenantId,
  ): Promise<Output> => bus.request(definition, input, as(tenant), { timeoutMs: 20_000 })

  return {
    bus,
    testDatabase,
    rendered,
    configs,
    ask,
    fileOf,
    /** A device as identification would have made it, known to rendering and rendered once. */
    async newDevice(tenant: string = rootTenantId, more: Partial<Device> = {}): Promise<Device> {
      counter += 1
      const digits = counter.toString(16).padStart(4, '0')
      const device: Device = {
        id: `device${digits}`,
        tenant,
        revision: counter,
        mac: `00:15:65:00:${digits.slice(0, 2)}:${digits.slice(2)}`,
        vendor: 'Yealink',
        model: 'T46S',
        version: '66.86.0.15',
        plugin: 'yealink-v86',
        added: 'auto',
        ...more,
      }
      await bus.bucket(devicesBucket).put(device.id, device)
      await bus.events.publish(deviceCreated, tenant, { device })
      await eventually(() => rendered.has(device.id))
      return device
    },
    async fetchFile(device: Device, path = fileOf(device)) {
      const policy = { ...defaultPolicy, tenant: device.tenant }
      const input = { device, policy, path, transport: 'http' as const, keep: 'while-valid' as const }
      const answer = await bus.request(render, input, house, { timeoutMs: 5_000 })
      return { ...answer, text: Buffer.from(answer.body).toString() }
    },
    set: (id: string, values: Record<string, unknown>, tenant: string = rootTenantId) =>
      ask(patchConfig, { id, patch: { set: values } }, tenant),
    async close() {
      await service.close()
      await rendered.close()
      await configs.close()
      await caller.close()
      await testDatabase.close()
      await nats.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
