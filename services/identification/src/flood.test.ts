import type { ReadModel } from '@strowger/bus'
import {
  admitUpload,
  claimDevice,
  type Device,
  deleteUploads,
  deviceChanges,
  expireDevices,
  fileFetched,
  getFlood,
  getUpload,
  identify,
  isKnownAddress,
  keepUploads,
  listExpiring,
  listUploads,
  type RequestDefinition,
  rootTenantId,
  storeUpload,
  updateFlood,
  updatePolicy,
} from '@strowger/schema'
import { eventually, type TestBus, type TestDatabase } from '@strowger/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  as,
  hotel as hotelTenant,
  type IdentificationFixture,
  phone,
  startIdentificationFixture,
} from '../test/fixture.ts'

const hotel = hotelTenant.id
let fixture: IdentificationFixture
let database: TestDatabase
let ingress: TestBus
let devices: ReadModel<Device>

beforeAll(async () => {
  fixture = await startIdentificationFixture()
  ;({ database, caller: ingress, devices } = fixture)
})
afterAll(() => fixture?.close())

let counter = 0
const newMac = () => `02acae${(counter++).toString(16).padStart(6, '0')}`
const root = as(rootTenantId)
const ask = (mac: string, address: string, path = `/${mac}.cfg`) =>
  ingress.bus.request(identify, { transport: 'http', address, path }, phone, { timeoutMs: 5_000 })
const askTftp = (mac: string, address: string) =>
  ingress.bus.request(identify, { transport: 'tftp', address, filename: `${mac}.cfg` }, phone, { timeoutMs: 5_000 })
const limit = (limits: (typeof updateFlood.example.input)['limits']) =>
  ingress.bus.request(updateFlood, { limits }, root)
const known = async (address: string) => (await ingress.bus.request(isKnownAddress, { address }, phone)).known

async function deviceAt(address: string, mac = newMac()): Promise<{ id: string; mac: string }> {
  const { device = '' } = await ask(mac, address)
  await eventually(() => devices.has(device) || false)
  return { id: device, mac }
}
async function hasFetched(device: string, address: string, transport: 'http' | 'tftp' = 'http'): Promise<void> {
  const fact = { device, file: 'a.cfg', transport, address, revision: 1, confirms: true, at: new Date().toISOString() }
  await ingress.bus.events.publish(fileFetched, rootTenantId, { facts: [fact] })
  await eventually(async () => {
    const rows = await database.sql('select from devices."fetch" where device_id = $1', [device])
    return rows.length > 0 || false
  })
}

describe('unknown phones', () => {
  it('of one source become devices only so many at once; known ones and other sources never suffer', async () => {
    const known1 = await deviceAt('192.0.2.1')
    await limit({ newPhonesPerSource: 5, newPhonesPerSourcePerHour: 1 })
    const before = (await ingress.bus.request(getFlood, {}, root)).state
    const outcomes: string[] = []
    for (let index = 0; index < 8; index++) outcomes.push((await ask(newMac(), '192.0.2.2')).outcome)
    expect(outcomes).toEqual([...Array(5).fill('served'), ...Array(3).fill('too-many')])
    expect((await ask(known1.mac, '192.0.2.2')).outcome).toBe('served')
    expect((await ask(newMac(), '192.0.2.3')).outcome).toBe('served')
    const after = (await ingress.bus.request(getFlood, {}, root)).state
    expect(after.created - before.created).toBe(6)
    expect(after.refusedPerSource - before.refusedPerSource).toBe(3)
    const [row] = await database.sql<{ count: string }>("select count(*) from devices.device where ip = '192.0.2.2'")
    // Of those that share the address only the last one keeps it.
    expect(Number(row?.count)).toBeGreaterThan(0)
  })

  it('of all sources together become devices only so many; of an IPv6 network all addresses are one source', async () => {
    await limit({ newPhonesPerSource: 1_000, newPhones: 1, newPhonesPerHour: 1 })
    expect((await ask(newMac(), '192.0.2.11')).outcome).toBe('too-many')
    await limit({ newPhones: 10_000, newPhonesPerHour: 1_000_000, newPhonesPerSource: 1, newPhonesPerSourcePerHour: 1 })
    const outcomes = []
    for (let host = 1; host <= 3; host++) outcomes.push((await ask(newMac(), `2001:db8::${host}`)).outcome)
    expect(outcomes).toEqual(['served', 'too-many', 'too-many'])
    await limit({ newPhonesPerSource: 10_000, newPhonesPerSourcePerHour: 1_000_000 })
  })

  it('limits are the root tenant’s to change, are checked, and a change of them can be taken back', async () => {
    for (const [definition, input] of [
      [getFlood, {}],
      [updateFlood, { limits: {} }],
      [listExpiring, {}],
      [expireDevices, {}],
      [isKnownAddress, { address: '192.0.2.1' }],
    ] as const) {
      await expect(ingress.bus.request(definition as typeof getFlood, input, as(hotel))).rejects.toMatchObject({
        code: 'forbidden',
      })
    }
    await expect(limit({ banIgnore: ['192.0.2.0/24', '300.1.1.1'] })).rejects.toMatchObject({
      fields: [{ field: '/limits/banIgnore/1' }],
    })
    const before = await ingress.bus.request(getFlood, {}, root)
    await limit({ banMode: 'observe' })
    const { items } = await ingress.bus.request(deviceChanges.list, { limit: 1 }, root)
    await ingress.bus.request(deviceChanges.undo, { id: items[0]?.id ?? 0 }, root)
    await eventually(async () => (await ingress.bus.request(getFlood, {}, root)).banMode === before.banMode || false)
  })
})

describe('an address', () => {
  it('is one of known phones when a device there has taken its configuration, or is claimed', async () => {
    expect(await known('192.0.2.20')).toBe(false)
    const { id } = await deviceAt('192.0.2.20')
    expect(await known('192.0.2.20')).toBe(false)
    await hasFetched(id, '192.0.2.20')
    expect(await known('192.0.2.20')).toBe(true)
    expect(await known('::ffff:192.0.2.20')).toBe(true)
    const other = await deviceAt('192.0.2.21')
    await ingress.bus.request(claimDevice, { id: other.id }, as(hotel))
    expect(await known('192.0.2.21')).toBe(true)
  })

  it('is not when many new phones come from there, or requests are refused, whoever else is there', async () => {
    await limit({ banMaxNew: 4, banMaxRefused: 3 })
    const site = await deviceAt('192.0.2.30')
    await hasFetched(site.id, '192.0.2.30')
    for (let index = 0; index < 2; index++) await ask(newMac(), '192.0.2.30')
    expect(await known('192.0.2.30')).toBe(true)
    await ask(newMac(), '192.0.2.30')
    expect(await known('192.0.2.30')).toBe(false)

    const second = await deviceAt('192.0.2.31')
    await hasFetched(second.id, '192.0.2.31')
    const agent = `Acme ${second.mac}`
    for (let index = 0; index < 3; index++) {
      const evidence = {
        transport: 'http' as const,
        address: '192.0.2.31',
        userAgent: agent,
        path: '/02acaeffffff.cfg',
      }
      expect((await ingress.bus.request(identify, evidence, phone)).outcome).toBe('refused')
    }
    expect(await known('192.0.2.31')).toBe(false)
  })

  it('cannot be made suspicious with forged datagrams; what is taken over TFTP counts', async () => {
    const site = await deviceAt('192.0.2.40')
    await hasFetched(site.id, '192.0.2.40')
    const made = []
    for (let index = 0; index < 10; index++) made.push((await askTftp(newMac(), '192.0.2.40')).device ?? '')
    expect(await known('192.0.2.40')).toBe(true)
    for (const device of made) await hasFetched(device, '192.0.2.40', 'tftp')
    expect(await known('192.0.2.40')).toBe(false)
    await limit({ banMaxNew: 300, banMaxRefused: 20 })
  })
})

describe('a device that nobody has claimed', () => {
  const age = (ids: readonly string[]) =>
    database.sql(
      `with aged as (select set_config('app.writer', 'system', false))
       update devices.device set updated_at = now() - interval '40 days' from aged where id = any($1)`,
      [ids],
    )

  it('is forgotten when its phone no longer asks; one that is claimed, configured or asks is not', async () => {
    const [old, claimed, described, fetching] = [
      await deviceAt('192.0.2.50'),
      await deviceAt('192.0.2.51'),
      await deviceAt('192.0.2.52'),
      await deviceAt('192.0.2.53'),
    ]
    await ingress.bus.request(claimDevice, { id: claimed.id }, as(hotel))
    await database.sql(
      `with w as (select set_config('app.writer', 'system', false))
       update devices.device set description = 'Hall' from w where id = $1`,
      [described.id],
    )
    await hasFetched(fetching.id, '192.0.2.53')
    await database.sql('alter table devices.device disable trigger user')
    await age([old.id, claimed.id, described.id, fetching.id])
    await database.sql('alter table devices.device enable trigger user')

    const listed = await ingress.bus.request(listExpiring, {}, root)
    expect(listed.items.map(({ id }) => id)).toEqual([old.id])
    expect(await ingress.bus.request(expireDevices, { dryRun: true }, root)).toEqual({ applied: false, devices: 1 })
    expect(await ingress.bus.request(expireDevices, {}, root)).toEqual({ applied: true, devices: 1 })
    await eventually(() => !devices.has(old.id) || false)
    for (const { id } of [claimed, described, fetching]) expect(devices.has(id)).toBe(true)

    const { items } = await ingress.bus.request(deviceChanges.list, { limit: 1 }, root)
    await ingress.bus.request(deviceChanges.undo, { id: items[0]?.id ?? 0 }, root)
    await eventually(() => devices.has(old.id) || false)
    expect((await ingress.bus.request(listExpiring, {}, root)).total).toBe(0)
  })
})

describe('what a phone sends', () => {
  const admit = (mac: string, address: string, method: 'PUT' | 'POST' = 'PUT', path = `/${mac}-boot.log`) =>
    ingress.bus.request(admitUpload, { method, evidence: { transport: 'http', address, path } }, phone)
  const content = Buffer.from('a log').toString('base64')

  it('is taken of a known phone and as its plugin names it, and of nobody else', async () => {
    const { id, mac } = await deviceAt('192.0.2.60')
    // Only its address tells who sends: the path names no phone in a way that its plugin reads.
    expect(await admit(mac, '192.0.2.60')).toMatchObject({ outcome: 'accepted', device: id, keep: false })
    expect((await admit(mac, '192.0.2.60', 'POST')).outcome).toBe('not-named')
    expect((await admit(mac, '192.0.2.60', 'PUT', `/${mac}.cfg`)).outcome).toBe('not-named')
    expect((await admit(newMac(), '192.0.2.60')).outcome).toBe('refused')
    expect((await admit(newMac(), '192.0.2.61')).outcome).toBe('absent')
  })

  it('is kept while somebody wants it, sealed, and shown to the device’s tenant alone', async () => {
    const { id, mac } = await deviceAt('192.0.2.62')
    const upload = { tenant: rootTenantId, device: id, file: `${mac}-boot.log`, address: '192.0.2.62', content }
    expect(await ingress.bus.request(storeUpload, upload, phone)).toEqual({ stored: false })
    expect((await ingress.bus.request(keepUploads, { id, keep: { forS: 3_600 } }, root)).keepUntil).toBeDefined()
    expect(await admit(mac, '192.0.2.62')).toMatchObject({ keep: true })
    expect(await ingress.bus.request(storeUpload, upload, phone)).toEqual({ stored: true })
    const { items } = await ingress.bus.request(listUploads, { id }, root)
    expect(items).toMatchObject([{ file: `${mac}-boot.log`, size: 5, address: '192.0.2.62' }])
    const one = { id, upload: items[0]?.id ?? '' }
    expect((await ingress.bus.request(getUpload, one, root)).content).toBe(content)
    const [row] = await database.sql<{ content: Buffer }>('select content from devices.upload')
    expect(row?.content.includes('a log')).toBe(false)
    for (const [definition, input] of [
      [listUploads, { id }],
      [getUpload, one],
      [keepUploads, { id, keep: { forS: 3_600 } }],
      [deleteUploads, { id }],
    ] as const) {
      await expect(
        ingress.bus.request(definition as RequestDefinition<unknown, unknown>, input, as(hotel)),
      ).rejects.toMatchObject({
        code: 'not-found',
      })
    }
    for (let index = 0; index < 60; index++) await ingress.bus.request(storeUpload, upload, phone)
    expect((await ingress.bus.request(listUploads, { id }, root)).total).toBe(50)
    await ingress.bus.request(deleteUploads, { id }, root)
    expect(await ingress.bus.request(listUploads, { id }, root)).toEqual({ items: [], total: 0 })
    expect(await admit(mac, '192.0.2.62')).toMatchObject({ keep: false })
  })

  it('is let in as what phones fetch is: a password is asked for, a wrong key is told as one', async () => {
    // Elsewhere than where its first boot is.
    const { mac } = await deviceAt('192.0.2.64')
    const shown = (digits: string) => ({
      path: `/${digits}-boot.log`,
      userAgent: `Acme A1 1.0 ${digits.replace(/..(?=.)/g, '$&:')}`,
    })
    const sent = (more: object) =>
      ingress.bus.request(
        admitUpload,
        { method: 'PUT', evidence: { transport: 'http', address: '192.0.2.65', ...shown(mac), ...more } },
        phone,
      )
    await ingress.bus.request(updatePolicy, { policy: { basicAuth: 'required', keys: 'offered' } }, root)
    await eventually(async () =>
      expect(await sent({})).toMatchObject({ outcome: 'refused', refusal: 'password-needed', file: `${mac}-boot.log` }),
    )
    const key = 'x'.repeat(43)
    expect(await sent({ key })).toMatchObject({ outcome: 'refused', refusal: 'wrong-key', tenant: rootTenantId })
    const unknown = { ...shown(newMac()), address: '192.0.2.66', key }
    expect(await sent(unknown)).toMatchObject({ outcome: 'refused', refusal: 'wrong-key' })
    await ingress.bus.request(updatePolicy, { policy: { basicAuth: 'off', keys: 'off' } }, root)
    await eventually(async () => expect(await sent({ address: '192.0.2.64' })).toMatchObject({ outcome: 'accepted' }))
  })

  it('is too much after sixty times in ten minutes', async () => {
    const { mac } = await deviceAt('192.0.2.63')
    for (let index = 0; index < 60; index++) expect((await admit(mac, '192.0.2.63')).outcome).toBe('accepted')
    expect((await admit(mac, '192.0.2.63')).outcome).toBe('too-many')
  })
})
