import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureStreams, type ReadModel, readModel } from '@strowger/bus'
import {
  type Config,
  catalogue,
  configChanges,
  configsBucket,
  createConfig,
  type Device,
  defaultPolicy,
  deleteConfig,
  deviceCreated,
  devicesBucket,
  deviceUpdated,
  getConfig,
  listConfigs,
  listPlugins,
  patchConfig,
  type Rendered,
  reconfigure,
  render,
  renderedBucket,
  replaceConfig,
  rootTenantId,
  secretMask,
  type Tenant,
  tasksBucket,
  tenantDeleted,
  tenantsBucket,
} from '@strowger/schema'
import { newSealKeyRing } from '@strowger/service'
import {
  connectTestBus,
  createTestDatabase,
  databaseEnvironment,
  eventually,
  type RunningService,
  runInTest,
  startNats,
  type TestBus,
  type TestDatabase,
  type TestNats,
} from '@strowger/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { renderingSettings } from './config.ts'
import { startRendering } from './service.ts'

const pluginsFolder = join(fileURLToPath(new URL('../../../', import.meta.url)), 'packages/plugins')
const hotel: Tenant = { id: '6b1f0c7e-2d3a-4b5c-8d6e-7f8091a2b3c4', parent: rootTenantId, name: 'Hotel', revision: 1 }
const clinic: Tenant = { id: '7c2f0c7e-2d3a-4b5c-8d6e-7f8091a2b3c4', parent: rootTenantId, name: 'Clinic', revision: 1 }

let nats: TestNats
let testDatabase: TestDatabase
let service: RunningService<void>
let folder: string
let caller: TestBus
let rendered: ReadModel<Rendered>
let configs: ReadModel<Config>

beforeAll(async () => {
  nats = await startNats()
  testDatabase = await createTestDatabase()
  caller = await connectTestBus(nats.url, 'identification')
  const { bus } = caller
  await ensureStreams(bus, [...catalogue.streams, ...catalogue.buckets, ...catalogue.objectStores])
  await Promise.all([hotel, clinic].map((tenant) => bus.bucket(tenantsBucket).put(tenant.id, tenant)))
  folder = mkdtempSync(join(tmpdir(), 'rendering-'))
  const keys = join(folder, 'seal-keys.json')
  writeFileSync(keys, JSON.stringify(newSealKeyRing()))
  rendered = readModel(bus, renderedBucket)
  configs = readModel(bus, configsBucket)
  await Promise.all([rendered.ready, configs.ready])
  service = await runInTest('rendering', renderingSettings, startRendering, {
    NATS_URL: nats.url,
    SEAL_KEYS_FILE: keys,
    PLUGINS_DIR: pluginsFolder,
    ADVERTISED_HOST: '192.0.2.9',
    ...databaseEnvironment(testDatabase.connection('rendering')),
  })
})
afterAll(async () => {
  await service?.close()
  for (const model of [rendered, configs]) await model?.close()
  await caller?.close()
  await testDatabase?.close()
  await nats?.close()
  rmSync(folder, { recursive: true, force: true })
})

const as = (tenant: string) => ({ tenant, actor: { kind: 'person' as const, name: 'admin' } })
const house = { actor: { kind: 'service' as const, name: 'identification' } }
let counter = 0

/** A device as identification would have made it, known to rendering and rendered once. */
async function newDevice(tenant: string = rootTenantId, more: Partial<Device> = {}): Promise<Device> {
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
  await caller.bus.bucket(devicesBucket).put(device.id, device)
  await caller.bus.events.publish(deviceCreated, tenant, { device })
  await eventually(() => rendered.has(device.id))
  return device
}

const fileOf = (device: Device) => `${device.mac?.replaceAll(':', '')}.cfg`
async function fetchFile(device: Device, path = fileOf(device)) {
  const input = {
    device,
    policy: { ...defaultPolicy, tenant: device.tenant },
    path,
    transport: 'http' as const,
    keep: 'while-valid' as const,
  }
  const answer = await caller.bus.request(render, input, house, { timeoutMs: 5_000 })
  return { ...answer, text: Buffer.from(answer.body).toString() }
}
const set = (id: string, values: Record<string, unknown>, tenant: string = rootTenantId) =>
  caller.bus.request(patchConfig, { id, patch: { set: values } }, as(tenant))

describe('the file of a device', () => {
  it('without a config of its own is that of the autocreate config, with the account they share', async () => {
    const answer = await fetchFile(await newDevice())
    expect(answer).toMatchObject({ outcome: 'served', sensitive: true, confirms: true, keep: 'while-valid' })
    expect(answer.text).toMatch(/^#!version:1\.0\.0\.1\n/)
    expect(answer.text).toMatch(/account\.1\.user_name = ap[a-z0-9]{8}\n/)
    expect(answer.text).toContain('account.1.sip_server.1.address = 192.0.2.9')
  })

  it('may be kept only when its bytes are what is recorded', async () => {
    const device = await newDevice()
    const answer = await fetchFile(device)
    expect(answer.revision).toBe(rendered.get(device.id)?.revision)
    expect(answer.modifiedAt).toBe(rendered.get(device.id)?.at)
    const ahead = await fetchFile({ ...device, model: 'T42S' })
    expect(ahead.revision).toBe(0)
    expect(ahead.keep).toBeUndefined()
    expect(ahead.modifiedAt).toBeUndefined()
  })

  it('changes when its own config is set, with a higher revision', async () => {
    const device = await newDevice()
    const before = rendered.get(device.id)?.revision ?? 0
    const changed = await set(device.id, {
      'sip_lines.1.username': '1001',
      'sip_lines.1.password': 'se=cret',
      'sip_lines.1.display_name': 'Ada',
    })
    expect(changed).toMatchObject({ applied: true, deviceCount: 1, devices: [device.id] })
    await eventually(() => (rendered.get(device.id)?.revision ?? 0) > before)
    const answer = await fetchFile(device)
    expect(answer.text).toContain('account.1.user_name = 1001\n')
    expect(answer.text).toContain('account.1.password = se=cret\n')
    expect(answer.revision).toBe(rendered.get(device.id)?.revision)
    expect(rendered.get(device.id)?.config).toBe(device.id)
  })

  it('is not there for other names, and another device’s file is not this one’s', async () => {
    const [device, other] = [await newDevice(), await newDevice()]
    expect(await fetchFile(device, 'nothing.cfg')).toMatchObject({ outcome: 'absent' })
    expect(await fetchFile(device, fileOf(other))).toMatchObject({ outcome: 'absent', sensitive: true })
  })

  it('is the last good one while it cannot be rendered, and the reason is shown', async () => {
    const device = await newDevice()
    await set(device.id, { 'sip_lines.1.username': '2002' })
    await eventually(() => rendered.get(device.id)?.config === device.id)
    const good = await fetchFile(device)
    await set(device.id, { 'sip_lines.1.password': 'a line\nbreak' })
    await eventually(() => rendered.get(device.id)?.error !== undefined)
    const answer = await fetchFile(device)
    expect(answer).toMatchObject({ outcome: 'served', text: good.text })
    await set(device.id, { 'sip_lines.1.password': 'fine' })
    await eventually(() => rendered.get(device.id)?.error === undefined)
    expect((await fetchFile(device)).text).toContain('account.1.password = fine')
  })
})

describe('a config', () => {
  it('shows no secret, keeps one that is written back masked, and stores it sealed', async () => {
    const device = await newDevice()
    await set(device.id, { 'sip_lines.1.password': 'hunter2', 'sip_lines.1.username': '3003' })
    const view = await caller.bus.request(getConfig, { id: device.id }, as(rootTenantId))
    expect(view.raw).toEqual({ sip_lines: { '1': { username: '3003', password: secretMask } } })
    await caller.bus.request(
      replaceConfig,
      { id: device.id, config: { parents: view.parents, raw: view.raw } },
      as(rootTenantId),
    )
    await eventually(async () => (await fetchFile(device)).text.includes('account.1.password = hunter2'))
    const rows = await testDatabase.sql(
      'select raw::text, (select string_agg(before::text || after::text, $2) from provisioning.row_change) as history from provisioning.config where id = $1',
      [device.id, ' '],
    )
    expect(JSON.stringify(rows)).not.toContain('hunter2')
    expect(JSON.stringify(configs.get(`${rootTenantId}/${device.id}`))).not.toContain('hunter2')
    expect(JSON.stringify(rows)).toContain('sealed:v1:')
    const { items } = await caller.bus.request(configChanges.list, { limit: 1 }, as(rootTenantId))
    const shown = JSON.stringify(
      await caller.bus.request(configChanges.get, { id: items[0]?.id ?? 0 }, as(rootTenantId)),
    )
    expect(shown).not.toContain('sealed')
  })

  it('takes numbers and flags as text, and refuses what it does not know, all at once', async () => {
    const device = await newDevice()
    const changed = await set(device.id, { vlan_enabled: 'true', vlan_id: '12', 'sip_lines.1.username': 4004 })
    expect(changed.config?.raw).toEqual({ vlan_enabled: true, vlan_id: 12, sip_lines: { '1': { username: '4004' } } })
    await expect(set(device.id, { vlan_id: '99999', nonsense: 1, X_mine: 1 })).rejects.toMatchObject({
      code: 'invalid-input',
      fields: [{ field: '/patch/set/nonsense' }, { field: '/patch/set/vlan_id' }],
    })
  })

  it('says what a change would concern before it is made', async () => {
    const device = await newDevice()
    const revision = rendered.get(device.id)?.revision
    const preview = await caller.bus.request(
      patchConfig,
      { id: 'base', patch: { set: { ntp_ip: '198.51.100.1' } }, dryRun: true },
      as(rootTenantId),
    )
    expect(preview.applied).toBe(false)
    expect(preview.deviceCount).toBeGreaterThanOrEqual(1)
    expect((await fetchFile(device)).text).not.toContain('198.51.100.1')
    expect(rendered.get(device.id)?.revision).toBe(revision)
  })

  it('that all inherit changes the files of all, and undo brings them back', async () => {
    const device = await newDevice()
    const before = await fetchFile(device)
    await set('base', { timezone: 'Europe/Paris' })
    await eventually(async () => (await fetchFile(device)).text !== before.text)
    const { items } = await caller.bus.request(configChanges.list, { limit: 1 }, as(rootTenantId))
    await caller.bus.request(configChanges.undo, { id: items[0]?.id ?? 0 }, as(rootTenantId))
    await eventually(async () => (await fetchFile(device)).text === before.text)
  })

  it('of a tenant goes before the one it inherits, and other tenants see neither it nor its devices', async () => {
    const mine = await newDevice(hotel.id)
    const other = await newDevice(clinic.id)
    await caller.bus.request(createConfig, { config: { id: 'base', raw: { ntp_ip: '203.0.113.77' } } }, as(hotel.id))
    await eventually(async () => (await fetchFile(mine)).text.includes('203.0.113.77'))
    expect((await fetchFile(other)).text).not.toContain('203.0.113.77')
    expect((await caller.bus.request(listConfigs, {}, as(clinic.id))).total).toBe(0)
    await set(mine.id, { 'sip_lines.1.username': '5005' }, hotel.id)
    for (const definition of [getConfig, deleteConfig]) {
      await expect(
        caller.bus.request(definition as typeof getConfig, { id: mine.id }, as(clinic.id)),
      ).rejects.toMatchObject({ code: 'not-found' })
    }
    await expect(set(mine.id, { 'sip_lines.1.username': '6' }, clinic.id)).rejects.toMatchObject({ code: 'not-found' })
    await expect(set(`autoprov${mine.id}`, { X_a: 1 }, clinic.id)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('of a device goes with it when a tenant claims the device, its secrets too', async () => {
    const device = await newDevice()
    await set(device.id, { 'sip_lines.1.username': '7007', 'sip_lines.1.password': 'follows' })
    await eventually(() => rendered.get(device.id)?.config === device.id)
    const claimed = { ...device, tenant: hotel.id, revision: device.revision + 100_000 }
    await caller.bus.bucket(devicesBucket).put(device.id, claimed)
    await caller.bus.events.publish(deviceUpdated, hotel.id, { device: claimed })
    await eventually(() => configs.has(`${hotel.id}/${device.id}`) && !configs.has(`${rootTenantId}/${device.id}`))
    await eventually(() => rendered.get(device.id)?.tenant === hotel.id)
    const { text } = await fetchFile(claimed)
    expect(text).toContain('account.1.user_name = 7007\n')
    expect(text).toContain('account.1.password = follows\n')
    await set(device.id, { 'sip_lines.1.username': '7008' }, hotel.id)
    await eventually(async () => (await fetchFile(claimed)).text.includes('account.1.user_name = 7008\n'))
  })

  it('that others inherit, or that is marked so, cannot be deleted', async () => {
    await caller.bus.request(createConfig, { config: { id: 'parent', raw: {} } }, as(hotel.id))
    await caller.bus.request(createConfig, { config: { id: 'child', parents: ['parent'] } }, as(hotel.id))
    await expect(caller.bus.request(deleteConfig, { id: 'parent' }, as(hotel.id))).rejects.toMatchObject({
      code: 'in-use',
    })
    await expect(caller.bus.request(deleteConfig, { id: 'autoprov' }, as(rootTenantId))).rejects.toMatchObject({
      code: 'not-deletable',
    })
    await caller.bus.request(deleteConfig, { id: 'child' }, as(hotel.id))
    await expect(caller.bus.request(deleteConfig, { id: 'parent' }, as(hotel.id))).resolves.toMatchObject({
      applied: true,
    })
  })

  it('of a removed tenant goes with it', async () => {
    const gone: Tenant = { ...hotel, id: '9e4f0c7e-2d3a-4b5c-8d6e-7f8091a2b3c4', name: 'Gone' }
    await caller.bus.bucket(tenantsBucket).put(gone.id, gone)
    await caller.bus.request(createConfig, { config: { id: 'left' } }, as(gone.id))
    await caller.bus.events.publish(tenantDeleted, gone.id, { tenant: gone })
    await eventually(() => !configs.has(`${gone.id}/left`))
  })
})

describe('plugins and long work', () => {
  it('lists the built-in plugins with the number of devices that use them', async () => {
    const { items } = await caller.bus.request(listPlugins, {}, as(rootTenantId))
    expect(items.find(({ id }) => id === 'yealink-v86')).toMatchObject({ vendors: ['Yealink'], origin: 'built-in' })
  })

  it('reconfigures as a task with progress, which gives every device a new revision', async () => {
    const device = await newDevice()
    const revision = rendered.get(device.id)?.revision ?? 0
    const task = await caller.bus.request(
      reconfigure,
      { selection: { plugin: 'wazo-yealink-v86', recurse: true } },
      as(rootTenantId),
    )
    const done = await eventually(async () => {
      const entry = await caller.bus.bucket(tasksBucket).get(task.id)
      return entry?.value.state === 'done' ? entry.value : false
    })
    expect(done.progress?.current).toBe(done.progress?.total)
    expect((done.result as { changed: number }).changed).toBeGreaterThan(0)
    await eventually(() => (rendered.get(device.id)?.revision ?? 0) > revision)
  })
})
