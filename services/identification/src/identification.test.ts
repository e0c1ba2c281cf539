import type { ReadModel } from '@strowger/bus'
import {
  assignPlugin,
  catalogue,
  claimDevice,
  createDevice,
  type Device,
  deleteDevice,
  deviceChanges,
  fileFetched,
  getDevice,
  getPolicy,
  identify,
  lastFetches,
  learn,
  lineAssociations,
  linesBucket,
  listDevices,
  type PhoneEvidence,
  type Plugin,
  rootTenantId,
  type Tenant,
  tenantDeleted,
  tenantsBucket,
  updateDevice,
  updatePolicy,
} from '@strowger/schema'
import { eventually, type TestBus, type TestDatabase } from '@strowger/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  acme,
  as,
  type Forwarded,
  hotel,
  type IdentificationFixture,
  phone,
  startIdentificationFixture,
} from '../test/fixture.ts'

const clinic: Tenant = { id: '7c2f0c7e-2d3a-4b5c-8d6e-7f8091a2b3c4', parent: rootTenantId, name: 'Clinic', revision: 1 }
const resortTenant: Tenant = { ...hotel, id: '9a1f0c7e-2d3a-4b5c-8d6e-7f8091a2b3c4', name: 'Resort' }
const strictTenant: Tenant = { ...hotel, id: 'ab1f0c7e-2d3a-4b5c-8d6e-7f8091a2b3c4', name: 'Strict' }
/** An older generation, the only one for P9. */
const older: Plugin = {
  ...acme,
  id: 'acme-v0',
  manifest: {
    ...acme.manifest,
    id: 'acme-v0',
    models: {
      P9: {
        lines: 2,
        keys: 0,
        expansionModules: 0,
        type: 'deskphone',
        protocols: ['SIP'],
        switchboard: false,
        highAvailability: false,
        firmware: [],
      },
    },
  },
}

let fixture: IdentificationFixture
let testDatabase: TestDatabase
let caller: TestBus
let rendering: TestBus
let devices: ReadModel<Device>
let forwarded: Forwarded[]

beforeAll(async () => {
  // Without a seal: an installation that gives nobody keys needs none.
  fixture = await startIdentificationFixture({
    tenants: [hotel, clinic, resortTenant, strictTenant],
    plugins: [acme, older],
    withSeal: false,
  })
  ;({ database: testDatabase, caller, rendering, devices, forwarded } = fixture)
})
afterAll(() => fixture?.close())
beforeEach(() => {
  forwarded.length = 0
})

let counter = 0
/** A MAC address no test has used. */
function newMac(): string {
  counter += 1
  return `02:ac:ae:00:${(counter >> 8).toString(16).padStart(2, '0')}:${(counter & 255).toString(16).padStart(2, '0')}`
}
const bare = (mac: string) => mac.replaceAll(':', '')
const agentOf = (mac: string, version = '1.2.3') => `Acme P1 ${version} ${mac}`
const ask = (evidence: Partial<PhoneEvidence>) =>
  caller.bus.request(identify, { transport: 'http', address: '192.0.2.1', ...evidence }, phone, { timeoutMs: 5_000 })
const askAs = (mac: string, address: string, version?: string) =>
  ask({ address, userAgent: agentOf(mac, version), path: `/${bare(mac)}.cfg` })
const rowsOf = (mac: string) =>
  testDatabase.sql<Device & { tenant_id: string }>('select * from devices.device where mac = $1', [mac])

const tell = (mac: string, address: string, origin: 'server' | 'overheard' = 'server', vendorClass?: string) =>
  caller.bus.request(
    learn,
    {
      evidence: {
        transport: 'dhcp',
        address,
        mac,
        ...(vendorClass === undefined ? {} : { options: { '60': vendorClass } }),
      },
      origin,
    },
    phone,
  )
const ipOf = async (mac: string) => (await rowsOf(mac))[0]?.ip ?? undefined

async function knownDevice(address = '192.0.2.50'): Promise<Device> {
  const mac = newMac()
  const answer = await askAs(mac, address)
  return eventually(() => devices.get(answer.device ?? '') ?? false)
}

describe('a phone asks', () => {
  it('an unknown one becomes a device of the root tenant before it is answered', async () => {
    const mac = newMac()
    const answer = await askAs(mac, '192.0.2.10')
    expect(answer.outcome).toBe('served')
    const [row] = await rowsOf(mac)
    expect(row).toMatchObject({
      tenant_id: rootTenantId,
      vendor: 'Acme',
      model: 'P1',
      version: '1.2.3',
      ip: '192.0.2.10',
      plugin: 'acme-v1',
      added: 'auto',
    })
    expect(forwarded).toMatchObject([{ keep: 'while-valid', path: `${bare(mac)}.cfg` }])
  })

  it('a hundred at once become a hundred devices, and one that asks twice at once becomes one', async () => {
    const macs = Array.from({ length: 100 }, newMac)
    const answers = await Promise.all([...macs, ...macs].map((mac, index) => askAs(mac, `198.51.100.${index % 100}`)))
    expect(new Set(answers.map(({ device }) => device)).size).toBe(100)
    const [counted] = await testDatabase.sql<{ count: string }>(
      'select count(*) from devices.device where mac = any($1)',
      [macs],
    )
    expect(Number(counted?.count)).toBe(100)
  })

  it('is written into the stream as created and as automatically created, once', async () => {
    const mac = newMac()
    const created: string[] = []
    const reader = caller.bus.events.follow(
      catalogue.events.filter(({ subject }) => subject.startsWith('evt.security.autocreated')),
      { fromSequence: 1 },
      ({ payload }) => {
        created.push((payload as { device: string }).device)
      },
    )
    const { device } = await askAs(mac, '192.0.2.11')
    await askAs(mac, '192.0.2.11')
    await eventually(() => created.includes(device ?? '') || false)
    expect(created.filter((id) => id === device)).toHaveLength(1)
    await reader.close()
  })

  it('over TFTP is told to the security log when it has taken a file, once: its source may be forged before', async () => {
    const mac = newMac()
    const told: string[] = []
    const reader = caller.bus.events.follow(
      catalogue.events.filter(({ subject }) => subject.startsWith('evt.security.autocreated')),
      { fromSequence: 1 },
      ({ payload }) => {
        const { device, address } = payload as { device: string; address: string }
        told.push(`${device} ${address}`)
      },
    )
    const { device = '' } = await ask({ transport: 'tftp', address: '192.0.2.12', filename: `${bare(mac)}.cfg` })
    const proved = await askAs(newMac(), '192.0.2.13')
    await eventually(() => told.includes(`${proved.device} 192.0.2.13`))
    expect(told.filter((line) => line.startsWith(device))).toEqual([])
    const fact = { device, file: 'a.cfg', transport: 'tftp' as const, address: '192.0.2.12', revision: 1 }
    const at = new Date().toISOString()
    for (const confirms of [false, true]) {
      await caller.bus.events.publish(fileFetched, rootTenantId, { facts: [{ ...fact, confirms, at }] })
    }
    const last = await askAs(newMac(), '192.0.2.14')
    await eventually(() => told.includes(`${device} 192.0.2.12`) && told.includes(`${last.device} 192.0.2.14`))
    expect(told.filter((line) => line.startsWith(device))).toHaveLength(1)
    await reader.close()
  })

  it('is refused when its agent is of another phone than the file, and no device is made', async () => {
    const [mine, other] = [newMac(), newMac()]
    const answer = await ask({ userAgent: agentOf(mine), path: `/${bare(other)}.cfg` })
    expect(answer).toMatchObject({ outcome: 'refused', sensitive: true, file: `${bare(other)}.cfg` })
    expect(await rowsOf(mine)).toEqual([])
    expect(await rowsOf(other)).toEqual([])
    expect(forwarded).toEqual([])
  })

  it('is told that there is nothing when nothing shows which phone it is', async () => {
    expect(await ask({ address: '203.0.113.9', userAgent: 'Mozilla/5.0', path: '/' })).toMatchObject({
      outcome: 'absent',
    })
  })

  it('with a new address and firmware is answered at once and remembered afterwards; who had the address loses it', async () => {
    const first = await knownDevice('192.0.2.60')
    const second = await knownDevice('192.0.2.61')
    await askAs(second.mac ?? '', '192.0.2.60', '1.9.9')
    expect(forwarded.at(-1)?.device).toMatchObject({ ip: '192.0.2.60', version: '1.9.9' })
    await eventually(async () => (await rowsOf(second.mac ?? ''))[0]?.version === '1.9.9' || false)
    await eventually(async () => (await rowsOf(first.mac ?? ''))[0]?.ip === null || false)
  })

  it('is found by what it has just told, the moment it is answered', async () => {
    const { id, mac = '' } = await knownDevice('192.0.2.62')
    // What it tells can only be stored a little later.
    const held = testDatabase.sql(
      'with held as materialized (select from devices.device where id = $1 for update) select pg_sleep(0.1) from held',
      [id],
    )
    await eventually(async () => {
      const sleeping = await testDatabase.sql("select from pg_stat_activity where wait_event = 'PgSleep'", [])
      return sleeping.length > 0 || false
    })
    await askAs(mac, '203.0.113.62')
    const { items } = await caller.bus.request(listDevices, { ip: '203.0.113.62' }, as(rootTenantId))
    expect(items.map((device) => device.id)).toEqual([id])
    await held
  })

  it('keeps its address beside others when its tenant is behind NAT', async () => {
    const writer = { tenant: hotel.id, actor: { kind: 'person' as const, name: 'admin' } }
    await caller.bus.request(updatePolicy, { policy: { nat: true } }, writer)
    const claimed = []
    for (const address of ['192.0.2.70', '192.0.2.71']) {
      const device = await knownDevice(address)
      await caller.bus.request(
        updateDevice,
        { id: device.id, device: { mac: device.mac ?? '', plugin: 'acme-v1' } },
        writer,
      )
      claimed.push(device)
    }
    for (const device of claimed) await askAs(device.mac ?? '', '203.0.113.70')
    await eventually(async () => {
      const rows = await testDatabase.sql('select from devices.device where ip = $1', ['203.0.113.70'])
      return rows.length === 2 || false
    })
  })

  it('by TFTP gets the same device by its file name', async () => {
    const device = await knownDevice('192.0.2.80')
    const answer = await ask({ transport: 'tftp', address: '192.0.2.80', filename: `${bare(device.mac ?? '')}.cfg` })
    expect(answer.device).toBe(device.id)
    expect(forwarded.at(-1)).toMatchObject({ keep: 'briefly' })
  })
})

describe('DHCP tells', () => {
  it('of an unknown phone: it becomes a device with what it says it is, and is found by its address alone', async () => {
    const mac = newMac()
    const told = await tell(mac, '192.0.2.120', 'server', 'Acme P9\0')
    expect(told.outcome).toBe('created')
    expect((await rowsOf(mac))[0]).toMatchObject({
      vendor: 'Acme',
      model: 'P9',
      plugin: 'acme-v0',
      ip: '192.0.2.120',
      added: 'auto',
    })
    const answer = await ask({ transport: 'tftp', address: '192.0.2.120', filename: 'RINGLIST.XML' })
    expect(answer).toMatchObject({ outcome: 'served', device: told.device })
    expect((await tell(mac, '192.0.2.120', 'server', 'Acme P9\0')).outcome).toBe('known')
  })

  it('of a machine that is no phone: no device is made, and the one that had its address has it no more', async () => {
    const { mac = '' } = await knownDevice('192.0.2.121')
    const laptop = newMac().replace('02:ac', '02:bb')
    expect(await tell(laptop, '192.0.2.121')).toEqual({ outcome: 'not-a-phone' })
    expect(await rowsOf(laptop)).toEqual([])
    await eventually(async () => expect(await ipOf(mac)).toBeUndefined())
  })

  it('of a new address: the device moves there, and who had it loses it', async () => {
    const [mine, other] = [await knownDevice('192.0.2.122'), await knownDevice('192.0.2.123')]
    expect(await tell(mine.mac ?? '', '192.0.2.123')).toEqual({ outcome: 'known', device: mine.id })
    await eventually(async () => {
      expect([await ipOf(mine.mac ?? ''), await ipOf(other.mac ?? '')]).toEqual(['192.0.2.123', undefined])
    })
  })

  it('of an address behind NAT: nobody loses it, whichever of both tenants it is that is behind NAT', async () => {
    const resort = as(resortTenant.id)
    await caller.bus.request(updatePolicy, { policy: { nat: true } }, resort)
    const [inside, outside] = [await knownDevice('192.0.2.124'), await knownDevice('192.0.2.125')]
    await caller.bus.request(claimDevice, { id: inside.id }, resort)
    await eventually(() => devices.get(inside.id)?.tenant === resortTenant.id || false)
    await tell(outside.mac ?? '', '192.0.2.124')
    await eventually(async () => expect(await ipOf(outside.mac ?? '')).toBe('192.0.2.124'))
    await tell(inside.mac ?? '', '192.0.2.126')
    await eventually(async () => expect(await ipOf(inside.mac ?? '')).toBe('192.0.2.126'))
    await tell(inside.mac ?? '', '192.0.2.124')
    await eventually(async () => expect(await ipOf(inside.mac ?? '')).toBe('192.0.2.124'))
    expect(await ipOf(outside.mac ?? '')).toBe('192.0.2.124')
  })

  it('the model of a phone whose file’s name tells only the vendor: the plugin is chosen again, once', async () => {
    const mac = newMac()
    await ask({ transport: 'tftp', address: '192.0.2.127', filename: `${bare(mac)}.cfg` })
    expect((await rowsOf(mac))[0]).toMatchObject({ vendor: 'Acme', model: null, plugin: 'acme-v1' })
    await tell(mac, '192.0.2.127', 'server', 'Acme P9')
    await eventually(async () => expect((await rowsOf(mac))[0]).toMatchObject({ model: 'P9', plugin: 'acme-v0' }))
    const view = { id: (await rowsOf(mac))[0]?.id ?? '', device: { mac, model: 'P9', plugin: 'acme-v1' } }
    await caller.bus.request(updateDevice, view, as(rootTenantId))
    await tell(mac, '192.0.2.128', 'server', 'Acme P9')
    await eventually(async () => expect(await ipOf(mac)).toBe('192.0.2.128'))
    expect((await rowsOf(mac))[0]).toMatchObject({ plugin: 'acme-v1' })
  })

  it('by hearsay: an unknown phone is made and moved, but not one whose tenant refuses unknown addresses', async () => {
    const mac = newMac()
    const { device = '' } = await tell(mac, '192.0.2.130', 'overheard', 'Acme P1')
    await tell(mac, '192.0.2.131', 'overheard', 'Acme P1')
    await eventually(async () => expect(await ipOf(mac)).toBe('192.0.2.131'))
    const strict = as(strictTenant.id)
    await caller.bus.request(updatePolicy, { policy: { addressChange: 'refuse' } }, strict)
    await eventually(() => devices.get(device) !== undefined)
    await caller.bus.request(claimDevice, { id: device }, strict)
    await eventually(() => devices.get(device)?.tenant === strictTenant.id || false)
    await tell(mac, '192.0.2.132', 'overheard', 'Acme P1')
    await tell(newMac().replace('02:ac', '02:bb'), '192.0.2.131', 'overheard')
    await tell(mac, '192.0.2.133', 'server', 'Acme P1')
    await eventually(async () => expect(await ipOf(mac)).toBe('192.0.2.133'))
    const moves = await testDatabase.sql<{ payload: Buffer }>('select 1 from devices.device where ip = $1', [
      '192.0.2.132',
    ])
    expect(moves).toEqual([])
  })
})

describe('an administrator', () => {
  it('finds devices of the own tenant and of those below, and of no other', async () => {
    const device = await knownDevice()
    await caller.bus.request(
      updateDevice,
      { id: device.id, device: { mac: device.mac ?? '', description: 'Room 7' } },
      as(hotel.id),
    )
    expect((await caller.bus.request(getDevice, { id: device.id }, as(rootTenantId))).tenant).toBe(hotel.id)
    for (const definition of [getDevice, deleteDevice]) {
      await expect(
        caller.bus.request(definition as typeof getDevice, { id: device.id }, as(clinic.id)),
      ).rejects.toMatchObject({ code: 'not-found' })
    }
    await expect(caller.bus.request(updateDevice, { id: device.id, device: {} }, as(clinic.id))).rejects.toMatchObject({
      code: 'not-found',
    })
    const listed = await caller.bus.request(listDevices, { search: 'room 7' }, as(hotel.id))
    expect(listed).toMatchObject({ total: 1, items: [{ id: device.id, isNew: false }] })
    expect((await caller.bus.request(listDevices, { search: 'room 7' }, as(rootTenantId))).total).toBe(0)
    expect((await caller.bus.request(listDevices, { search: 'room 7', recurse: true }, as(rootTenantId))).total).toBe(1)
    expect((await caller.bus.request(listDevices, { search: 'room 7', recurse: true }, as(clinic.id))).total).toBe(0)
  })

  it('does not remove a device that has lines, unless these are to be taken from it first', async () => {
    const device = { id: 'with-lines' }
    const line = { ...linesBucket.example.value, id: 7, tenant: hotel.id, device: device.id }
    await caller.bus.bucket(linesBucket).put('7', line)
    await caller.bus.request(createDevice, { device: { id: device.id, mac: newMac() } }, as(hotel.id))
    const remove = (lines?: 'dissociate') =>
      caller.bus.request(deleteDevice, { id: device.id, ...(lines === undefined ? {} : { lines }) }, as(hotel.id))
    await expect(remove()).rejects.toMatchObject({
      code: 'in-use',
      message: expect.stringContaining('the line 7'),
    })
    const asked: unknown[] = []
    const answering = caller.bus.reply(lineAssociations.deleteDevice, async (input) => {
      asked.push(input)
      return {}
    })
    await caller.bus.flush()
    await remove('dissociate')
    await answering.close()
    expect(asked).toEqual([{ id: 7, device_id: device.id }])
    await expect(caller.bus.request(getDevice, { id: device.id }, as(hotel.id))).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  it('claims a phone that nobody has, by its mac, with all it has; one of another tenant is not there', async () => {
    const { id, mac = '', ip } = await knownDevice('192.0.2.90')
    const claimed = await caller.bus.request(claimDevice, { id: bare(mac).toUpperCase() }, as(hotel.id))
    expect(claimed).toMatchObject({ id, tenant: hotel.id, mac, ip, isNew: false })
    await expect(caller.bus.request(claimDevice, { id }, as(clinic.id))).rejects.toMatchObject({ code: 'not-found' })
    await expect(caller.bus.request(claimDevice, { id: mac }, as(clinic.id))).rejects.toMatchObject({
      code: 'not-found',
    })
    expect(await caller.bus.request(claimDevice, { id }, as(hotel.id))).toMatchObject({ tenant: hotel.id })
  })

  it('is told everything that is wrong with a device at once, and nothing is stored', async () => {
    const wrong = { mac: '00:11', ip: '1.2.3', plugin: 'nobody-v1' }
    await expect(caller.bus.request(createDevice, { device: wrong }, as(rootTenantId))).rejects.toMatchObject({
      code: 'invalid-input',
      fields: [{ field: '/device/mac' }, { field: '/device/ip' }, { field: '/device/plugin' }],
    })
  })

  it('cannot make a second device of a phone, nor write over what has changed meanwhile', async () => {
    const device = await knownDevice()
    await expect(
      caller.bus.request(createDevice, { device: { mac: device.mac ?? '' } }, as(clinic.id)),
    ).rejects.toMatchObject({ code: 'conflict' })
    await expect(
      caller.bus.request(
        updateDevice,
        { id: device.id, device: {}, ifRevision: device.revision - 1 },
        as(rootTenantId),
      ),
    ).rejects.toMatchObject({ code: 'stale-revision' })
  })

  it('may write back what is shown: the config of a device without one of its own is not chosen by that', async () => {
    const device = await knownDevice()
    const { config, mac = '' } = await caller.bus.request(getDevice, { id: device.id }, as(rootTenantId))
    expect(config).toBe(`autoprov${device.id}`)
    await caller.bus.request(updateDevice, { id: device.id, device: { mac, config } }, as(rootTenantId))
    expect((await testDatabase.sql('select config from devices.device where id = $1', [device.id]))[0]).toEqual({
      config: null,
    })
  })

  it('undoes a change, sees both in the list, and the read model follows', async () => {
    const device = await knownDevice()
    const { mac = '' } = device
    await caller.bus.request(updateDevice, { id: device.id, device: { mac, description: 'Wrong' } }, as(rootTenantId))
    const { items } = await caller.bus.request(deviceChanges.list, { limit: 1 }, as(rootTenantId))
    const id = items[0]?.id ?? 0
    const preview = await caller.bus.request(deviceChanges.undo, { id, dryRun: true }, as(rootTenantId))
    expect(preview.applied).toBe(false)
    const undone = await caller.bus.request(deviceChanges.undo, { id }, as(rootTenantId))
    expect(undone).toMatchObject({ applied: true, undoes: id })
    await eventually(
      () => (devices.get(device.id)?.description === undefined && devices.get(device.id)?.vendor === 'Acme') || false,
    )
    await expect(caller.bus.request(deviceChanges.undo, { id }, as(rootTenantId))).rejects.toMatchObject({
      code: 'undo-conflict',
    })
    await expect(caller.bus.request(deviceChanges.get, { id }, as(clinic.id))).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  it('gives the devices of one plugin another one, in one change set, and in no tenant beside', async () => {
    const made = async (tenant: string, chosen: string) =>
      caller.bus.request(createDevice, { device: { mac: newMac(), plugin: chosen } }, as(tenant))
    const [first, second] = [await made(resortTenant.id, 'wazo-acme-v0'), await made(resortTenant.id, 'acme-v0')]
    const stranger = await made(clinic.id, 'acme-v0')
    expect(first.plugin).toBe('acme-v0')
    const change = { old: 'acme-v0', new: 'acme-v1', recurse: true }
    const answer = await rendering.bus.request(assignPlugin, change, as(resortTenant.id))
    expect(answer).toMatchObject({ changed: 2 })
    await eventually(() => [first, second].every(({ id }) => devices.get(id)?.plugin === 'acme-v1'))
    expect(devices.get(stranger.id)?.plugin).toBe('acme-v0')
    // Asked again, as by the process that takes the task up: nothing is left to do, and no change set is made.
    expect(await rendering.bus.request(assignPlugin, change, as(resortTenant.id))).toEqual({ changed: 0 })
    await caller.bus.request(deviceChanges.undo, { id: answer.changeSet ?? 0 }, as(resortTenant.id))
    await eventually(() => [first, second].every(({ id }) => devices.get(id)?.plugin === 'acme-v0'))
    await expect(
      rendering.bus.request(assignPlugin, { ...change, new: 'nobody-v1' }, as(resortTenant.id)),
    ).rejects.toMatchObject({ code: 'not-found' })
  })

  it('is told what devices last took; of another tenant nothing', async () => {
    const { id } = await knownDevice()
    const fact = {
      device: id,
      file: 'a.cfg',
      transport: 'http' as const,
      address: '192.0.2.1',
      revision: 3,
      digest: 'd',
    }
    const at = '2026-11-21T09:30:00.000Z'
    await caller.bus.events.publish(fileFetched, rootTenantId, { facts: [{ ...fact, confirms: true, at }] })
    const fetches = (tenant: string) => rendering.bus.request(lastFetches, { ids: [id, 'nobody'] }, as(tenant))
    await eventually(async () =>
      expect(await fetches(rootTenantId)).toEqual({
        fetches: [{ device: id, file: 'a.cfg', revision: 3, digest: 'd', at }],
      }),
    )
    expect(await fetches(clinic.id)).toEqual({ fetches: [] })
  })

  it('undoes the first change of a policy: the defaults are back', async () => {
    const policy = () => caller.bus.request(getPolicy, {}, as(clinic.id))
    await caller.bus.request(updatePolicy, { policy: { nat: true, addressChange: 'refuse' } }, as(clinic.id))
    expect(await policy()).toMatchObject({ nat: true, addressChange: 'refuse' })
    const { items } = await caller.bus.request(deviceChanges.list, { limit: 1 }, as(clinic.id))
    await caller.bus.request(deviceChanges.undo, { id: items[0]?.id ?? 0 }, as(clinic.id))
    await eventually(async () => !(await policy()).nat)
  })

  it('sees what a device last fetched', async () => {
    const device = await knownDevice()
    const fact = {
      device: device.id,
      file: 'a.cfg',
      transport: 'http' as const,
      address: '192.0.2.1',
      revision: 4,
      confirms: true,
      at: new Date().toISOString(),
    }
    await caller.bus.events.publish(fileFetched, rootTenantId, { facts: [fact] })
    const view = await eventually(async () => {
      const seen = await caller.bus.request(getDevice, { id: device.id }, as(rootTenantId))
      return seen.fetched ? seen : false
    })
    expect(view.fetched).toMatchObject({ revision: 4, current: false, file: 'a.cfg', transport: 'http' })
  })

  it('who removes a tenant leaves its devices to the root tenant', async () => {
    const gone: Tenant = { ...hotel, id: '8d3f0c7e-2d3a-4b5c-8d6e-7f8091a2b3c4', name: 'Gone' }
    await caller.bus.bucket(tenantsBucket).put(gone.id, gone)
    const device = await knownDevice()
    await caller.bus.request(updateDevice, { id: device.id, device: { mac: device.mac ?? '' } }, as(gone.id))
    await caller.bus.events.publish(tenantDeleted, gone.id, { tenant: gone })
    await eventually(() => devices.get(device.id)?.tenant === rootTenantId || false)
  })
})
