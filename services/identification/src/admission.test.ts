import type { ReadModel } from '@strowger/bus'
import {
  claimDevice,
  consentDevice,
  createDevice,
  type Device,
  deviceChanges,
  deviceMoved,
  deviceStream,
  getDevice,
  getDeviceKey,
  getPolicy,
  getTenantKey,
  identify,
  openFirstBoot,
  type PhoneEvidence,
  policyChanged,
  replaceTenantKey,
  revokeDeviceKey,
  rootTenantId,
  type Tenant,
  updatePolicy,
} from '@strowger/schema'
import { credentialDigest } from '@strowger/service'
import { eventually, type TestBus, type TestDatabase } from '@strowger/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { as, hotel, type IdentificationFixture, phone, startIdentificationFixture } from '../test/fixture.ts'

const site: Tenant = { id: '8d3f0c7e-2d3a-4b5c-8d6e-7f8091a2b3c4', parent: rootTenantId, name: 'Site', revision: 1 }

let fixture: IdentificationFixture
let testDatabase: TestDatabase
let caller: TestBus
let rendering: TestBus
let devices: ReadModel<Device>
const last = () => fixture.forwarded.at(-1)

beforeAll(async () => {
  fixture = await startIdentificationFixture({ tenants: [hotel, site] })
  ;({ database: testDatabase, caller, rendering, devices } = fixture)
})
afterAll(() => fixture?.close())
beforeEach(() => {
  fixture.forwarded.length = 0
})

let counter = 0
function newMac(): string {
  counter += 1
  return `02:ac:ae:01:00:${counter.toString(16).padStart(2, '0')}`
}
const fileOf = (mac: string) => `${mac.replaceAll(':', '')}.cfg`

async function ask(mac: string, address: string, more: Partial<PhoneEvidence> & { shows?: string } = {}) {
  const { shows, ...evidence } = more
  const key = shows === undefined ? {} : { key: credentialDigest(shows) }
  const request = { transport: 'http' as const, address, path: `/${fileOf(mac)}`, ...key, ...evidence }
  const { outcome, refusal, reason, device } = await caller.bus.request(identify, request, phone, { timeoutMs: 5_000 })
  return { outcome, refusal, reason, device }
}
const policy = (tenant: string, change: Parameters<typeof setPolicy>[1]) => setPolicy(tenant, change)
const setPolicy = (tenant: string, change: (typeof updatePolicy)['example']['input']['policy']) =>
  caller.bus.request(updatePolicy, { policy: change }, as(tenant))
const keyOf = (tenant: string, id: string) => caller.bus.request(getDeviceKey, { id }, as(tenant))

/** A phone that was plugged in, and claimed. */
async function claimed(tenant: string, address: string): Promise<{ mac: string; id: string }> {
  const mac = newMac()
  const { device = '' } = await ask(mac, address)
  await eventually(() => devices.has(device))
  await caller.bus.request(claimDevice, { id: device }, as(tenant))
  return { mac, id: device }
}

describe('another policy', () => {
  it('is tried first: what would change for how many phones is told, and it stays as it is', async () => {
    await claimed(hotel.id, '192.0.2.19')
    const before = await caller.bus.request(getPolicy, {}, as(hotel.id))
    const tried = { policy: { keys: 'required' as const, allow: ['203.0.113.0/24'] }, dryRun: true }
    const dry = await caller.bus.request(updatePolicy, tried, as(hotel.id))
    expect(dry).toMatchObject({ applied: false, keys: 'required', revision: before.revision })
    expect(dry.impact?.changes.map(({ field }) => field)).toEqual(['keys', 'allow'])
    expect(dry.impact?.rendered).toBeGreaterThan(0)
    expect(dry.impact?.outside).toBeGreaterThan(0)
    expect(await caller.bus.request(getPolicy, {}, as(hotel.id))).toEqual(before)
    await expect(
      caller.bus.request(updatePolicy, { ...tried, ifRevision: before.revision + 1 }, as(hotel.id)),
    ).rejects.toMatchObject({ code: 'stale-revision' })
  })
})

describe('what was decided on another revision', () => {
  it.each([claimDevice, consentDevice, openFirstBoot, revokeDeviceKey])(
    'of a device is refused by $subject, and changes nothing',
    async (decision) => {
      const { id } = await claimed(hotel.id, '192.0.2.18')
      const { revision } = await caller.bus.request(getDevice, { id }, as(hotel.id))
      await expect(caller.bus.request(decision, { id, ifRevision: revision + 1 }, as(hotel.id))).rejects.toMatchObject({
        code: 'stale-revision',
      })
      expect(await caller.bus.request(getDevice, { id }, as(hotel.id))).toMatchObject({ revision })
      await expect(caller.bus.request(decision, { id, ifRevision: revision }, as(hotel.id))).resolves.toMatchObject({
        id,
      })
    },
  )

  it('of the policy is refused when its key is to be replaced', async () => {
    const { revision, keyNumber } = await caller.bus.request(getPolicy, {}, as(hotel.id))
    await expect(
      caller.bus.request(replaceTenantKey, { ifRevision: revision + 1 }, as(hotel.id)),
    ).rejects.toMatchObject({ code: 'stale-revision' })
    expect(await caller.bus.request(getPolicy, {}, as(hotel.id))).toMatchObject({ revision, keyNumber })
  })
})

describe('a tenant that requires keys', () => {
  it('makes a phone with its key its own at once, gives it its files for ten minutes, and then by its own key only', async () => {
    await policy(hotel.id, { keys: 'required' })
    const { key } = await caller.bus.request(getTenantKey, {}, as(hotel.id))
    const mac = newMac()
    const { device = '', outcome } = await ask(mac, '192.0.2.20', { shows: key })
    expect(outcome).toBe('served')
    expect(last()).toMatchObject({ device: { tenant: hotel.id }, shownKey: 'tenant', strict: true })
    expect(last()?.until).toBe(last()?.device.firstBoot?.until)
    expect(await ask(mac, '192.0.2.21', { shows: key })).toMatchObject({ outcome: 'refused', refusal: 'wrong-key' })
    expect(await ask(mac, '192.0.2.20')).toMatchObject({ outcome: 'served' })
    const own = await keyOf(hotel.id, device)
    expect(await ask(mac, '198.51.100.7', { shows: own.key })).toMatchObject({ outcome: 'served' })
    expect(last()).toMatchObject({ shownKey: 'own' })
    expect(last()).not.toHaveProperty('until')
    expect(await ask(newMac(), '192.0.2.22', { shows: `${key}x` })).toMatchObject({ refusal: 'wrong-key' })
  })

  it('lets a claimed phone in from where it was, without a key, and an administrator open that again elsewhere', async () => {
    const { mac, id } = await claimed(hotel.id, '192.0.2.30')
    expect(await ask(mac, '192.0.2.30')).toMatchObject({ outcome: 'served' })
    expect(await ask(mac, '192.0.2.31')).toMatchObject({ refusal: 'wrong-key' })
    await caller.bus.request(openFirstBoot, { id, address: '192.0.2.31' }, as(hotel.id))
    expect(await ask(mac, '192.0.2.31')).toMatchObject({ outcome: 'served' })
    expect(await ask(mac, '192.0.2.30')).toMatchObject({ refusal: 'wrong-key' })
  })

  it('begins the first boot of a phone that was entered by hand with its first request, once', async () => {
    const mac = newMac()
    const { id } = await caller.bus.request(createDevice, { device: { mac, plugin: 'acme-v1' } }, as(hotel.id))
    await eventually(() => devices.has(id))
    expect(await ask(mac, '192.0.2.40')).toMatchObject({ refusal: 'wrong-key' })
    const { key } = await caller.bus.request(getTenantKey, {}, as(hotel.id))
    expect(await ask(mac, '192.0.2.40', { shows: key })).toMatchObject({ outcome: 'served' })
    expect(await ask(mac, '192.0.2.41', { shows: key })).toMatchObject({ refusal: 'wrong-key' })
    await eventually(() => devices.get(id)?.firstBoot?.address === '192.0.2.40')
  })

  it('takes no revoked key, and by a first boot the phone that has it still gets another', async () => {
    const { mac, id } = await claimed(hotel.id, '192.0.2.50')
    const { key } = await keyOf(hotel.id, id)
    const before = await caller.bus.request(getPolicy, {}, as(hotel.id))
    await caller.bus.request(revokeDeviceKey, { id }, as(hotel.id))
    // So that ingress keeps no answer to it, whoever else is away.
    await eventually(
      async () => (await caller.bus.request(getPolicy, {}, as(hotel.id))).revision > before.revision || false,
    )
    expect(await ask(mac, '192.0.2.50', { shows: key })).toMatchObject({ refusal: 'wrong-key' })
    expect(await ask(mac, '192.0.2.50')).toMatchObject({ refusal: 'wrong-key' })
    await caller.bus.request(openFirstBoot, { id }, as(hotel.id))
    expect(await ask(mac, '192.0.2.50', { shows: key })).toMatchObject({ outcome: 'served' })
    expect((await keyOf(hotel.id, id)).key).not.toBe(key)
  })

  it('may replace its key with a grace for the one before', async () => {
    const before = await caller.bus.request(getTenantKey, {}, as(hotel.id))
    const after = await caller.bus.request(replaceTenantKey, { graceHours: 1 }, as(hotel.id))
    expect(after.key).not.toBe(before.key)
    expect(await ask(newMac(), '192.0.2.60', { shows: before.key })).toMatchObject({ outcome: 'served' })
    expect(await ask(newMac(), '192.0.2.61', { shows: after.key })).toMatchObject({ outcome: 'served' })
    await caller.bus.request(replaceTenantKey, {}, as(hotel.id))
    expect(await ask(newMac(), '192.0.2.62', { shows: after.key })).toMatchObject({ refusal: 'wrong-key' })
  })

  it('has its secret sealed, and its keys in no table', async () => {
    const { key } = await caller.bus.request(getTenantKey, {}, as(hotel.id))
    const rows = await testDatabase.sql<{ secret: string }>('select secret from devices.provisioning_secret')
    expect(rows.map(({ secret }) => secret)).toEqual([expect.stringMatching(/^sealed:v1:/)])
    const dump = JSON.stringify([
      ...(await testDatabase.sql<object>('select * from devices.row_change')),
      ...(await testDatabase.sql<object>('select * from devices.device')),
      ...(await testDatabase.sql<object>('select * from devices.policy')),
    ])
    expect(dump).not.toContain(key.slice(4))
  })
})

describe('a tenant with other rules', () => {
  it('says everything that is wrong with a list of addresses, and stores nothing', async () => {
    await expect(policy(site.id, { allow: ['192.0.2.0/24', 'host', '::/129'] })).rejects.toMatchObject({
      fields: [{ field: '/policy/allow/1' }, { field: '/policy/allow/2' }],
    })
  })

  it('gives credentials for the hours of a consent, which are counted from when the rule was made', async () => {
    const { mac, id } = await claimed(site.id, '192.0.2.70')
    await policy(site.id, { consentHours: 1 })
    expect(await ask(mac, '192.0.2.70')).toMatchObject({ outcome: 'served' })
    expect(Date.parse(last()?.until ?? '') - Date.now()).toBeGreaterThan(3_500_000)
    const view = await caller.bus.request(consentDevice, { id }, as(site.id))
    expect(Date.parse(view.consentAt ?? '')).toBeGreaterThan(Date.now() - 60_000)
    const { items } = await caller.bus.request(deviceChanges.list, {}, as(site.id))
    expect(items[0]).toMatchObject({ actor: 'admin' })
    await policy(site.id, { consentHours: null })
  })

  it('takes an address from another phone only when neither tenant is behind NAT', async () => {
    const rows = [
      [false, false, undefined],
      [true, false, '192.0.2.80'],
      [false, true, '192.0.2.80'],
      [true, true, '192.0.2.80'],
    ] as const
    for (const [ownerNat, comerNat, expected] of rows) {
      await policy(rootTenantId, { nat: ownerNat })
      await policy(site.id, { nat: comerNat })
      const owner = newMac()
      const { device = '' } = await ask(owner, '192.0.2.80')
      const comer = await claimed(site.id, '192.0.2.81')
      await ask(comer.mac, '192.0.2.80', { userAgent: `Acme 1.0 ${comer.mac}` })
      await eventually(() => devices.get(comer.id)?.ip === '192.0.2.80')
      await eventually(() => devices.get(device)?.ip === expected)
      // Out of the way of the next row.
      await ask(owner, '192.0.2.82', { userAgent: `Acme 1.0 ${owner}` })
      await ask(comer.mac, '192.0.2.83', { userAgent: `Acme 1.0 ${comer.mac}` })
    }
    for (const tenant of [rootTenantId, site.id]) await policy(tenant, { nat: false })
  })

  it('allows another address with an event that says by what the phone was known, or refuses it', async () => {
    const { mac, id } = await claimed(site.id, '192.0.2.90')
    await testDatabase.sql(
      `insert into devices.fetch (device_id, tenant_id, revision, file, transport, address, at)
       values ($1, $2, 1, 'x', 'http', '192.0.2.90', now())`,
      [id, site.id],
    )
    const seen: unknown[] = []
    const reader = rendering.bus.events.consume([deviceMoved, policyChanged], { durable: 'test' }, async (message) => {
      seen.push(message.payload)
    })
    expect(await ask(mac, '192.0.2.91')).toMatchObject({ outcome: 'served' })
    await eventually(() => seen.length > 0 && JSON.stringify(seen).includes('192.0.2.91'))
    expect(seen).toContainEqual(
      expect.objectContaining({ device: id, from: '192.0.2.90', to: '192.0.2.91', proof: 'name-only' }),
    )
    await reader.close()
    expect(deviceMoved.subject.startsWith(deviceStream.subject.slice(0, -1))).toBe(true)
  })
})
