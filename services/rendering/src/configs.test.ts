import {
  configChanges,
  createConfig,
  deleteConfig,
  devicesBucket,
  deviceUpdated,
  explainConfig,
  getConfig,
  patchConfig,
  replaceConfig,
} from '@strowger/schema'
import { eventually } from '@strowger/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hotel, startFixture } from '../test/fixture.ts'

let fixture: Awaited<ReturnType<typeof startFixture>>
beforeAll(async () => {
  fixture = await startFixture()
})
afterAll(() => fixture?.close())

const create = (config: object, tenant?: string) => fixture.ask(createConfig, { config }, tenant)
const parameter = async (id: string, name: string) =>
  (await fixture.ask(explainConfig, { id })).parameters.find((one) => one.name === name)

describe('explain', () => {
  it('says of each parameter which config gave it and what it overrides, nearest first, secrets masked', async () => {
    await create({ id: 'grand', raw: { ntp_ip: '198.51.100.1', admin_password: 'old', X_list: [1, 2] } })
    await create({ id: 'parent', parents: ['grand'], raw: { ntp_ip: '198.51.100.2', timezone: 'Europe/Paris' } })
    await create({ id: 'child', parents: ['parent'], raw: { ntp_ip: '198.51.100.3', admin_password: 'new' } })
    const explained = await fixture.ask(explainConfig, { id: 'child' })
    expect(explained.chain.map(({ config }) => config)).toEqual(['grand', 'parent', 'child'])
    expect(await parameter('child', 'ntp_ip')).toMatchObject({
      config: 'child',
      value: '198.51.100.3',
      overrides: [
        { config: 'parent', value: '198.51.100.2' },
        { config: 'grand', value: '198.51.100.1' },
        { config: 'installation', value: '192.0.2.9' },
      ],
    })
    expect(await parameter('child', 'timezone')).toMatchObject({ config: 'parent', overrides: [] })
    expect(await parameter('child', 'sip_transport')).toMatchObject({ config: 'default', value: 'udp' })
    expect(await parameter('child', 'X_list')).toMatchObject({ config: 'grand', value: [1, 2] })
    expect(await parameter('child', 'admin_password')).toMatchObject({ value: '********' })
    expect(JSON.stringify(explained)).not.toMatch(/"(old|new)"|sealed/)
  })

  it('of a device is of what it is rendered with, also before it has a config of its own', async () => {
    const device = await fixture.newDevice()
    const explained = await fixture.ask(explainConfig, { id: device.id })
    expect(explained.id).toBe(`autoprov${device.id}`)
    expect(explained.chain.map(({ config }) => config)).toEqual(['base', 'defaultconfigdevice', 'autoprov'])
    const shown = await fixture.ask(getConfig, { id: `autoprov${device.id}` })
    expect(shown).toMatchObject({ parents: ['autoprov'], transient: true, revision: 0 })
    await fixture.set(device.id, { 'sip_lines.1.username': '1001' })
    const chain = (await fixture.ask(explainConfig, { id: device.id })).chain.map(({ config }) => config)
    expect(chain).toEqual(['base', 'defaultconfigdevice', device.id])
  })

  it('names what does not go together with what is inherited; a write warns of it', async () => {
    const changed = await create({ id: 'odd', raw: { dns_enabled: true, funckeys: { 1: { type: 'blf' } } } })
    expect(changed.warnings).toEqual(['dns_enabled needs dns_ip', 'funckeys.1 is a blf and needs a value'])
    const child = await create({ id: 'even', parents: ['odd'], raw: { dns_ip: '192.0.2.53', funckeys: {} } })
    expect(child.warnings).toEqual(['funckeys.1 is a blf and needs a value'])
    expect((await fixture.ask(explainConfig, { id: 'odd' })).problems).toEqual(changed.warnings)
  })
})

describe('two at once', () => {
  it('who both write a device its first config are both heard', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { id } = await fixture.newDevice()
      const names = ['X_one', 'X_two', 'X_three']
      await Promise.all(names.map((name) => fixture.ask(patchConfig, { id, patch: { set: { [name]: name } } })))
      expect((await fixture.ask(getConfig, { id })).raw).toEqual(Object.fromEntries(names.map((name) => [name, name])))
    }
  })

  it('who both add a config of one name do not write over each other', async () => {
    const both = await Promise.allSettled([1, 2].map((n) => create({ id: 'twice', raw: { X_n: n } })))
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(both.find((one) => one.status === 'rejected')).toMatchObject({ reason: { code: 'conflict' } })
  })
})

describe('parents', () => {
  it('that are not there are refused, and so is a circle, which is shown', async () => {
    await expect(create({ id: 'orphan', parents: ['nobody'] })).rejects.toMatchObject({
      code: 'invalid-input',
      fields: [{ field: '/parents/0', problem: 'there is no config nobody' }],
    })
    await create({ id: 'one' })
    await create({ id: 'two', parents: ['one'] })
    await create({ id: 'three', parents: ['two'] })
    const circle = { id: 'one', patch: { parents: ['three'] } }
    await expect(fixture.ask(patchConfig, circle)).rejects.toMatchObject({
      fields: [{ field: '/parents/0', problem: 'would make a circle: one, three, two, one' }],
    })
    await expect(fixture.ask(patchConfig, { ...circle, dryRun: true })).rejects.toMatchObject({ code: 'invalid-input' })
    await expect(create({ id: 'self', parents: ['self'] })).rejects.toMatchObject({ code: 'invalid-input' })
  })

  it('and devices that use a config are named when it is to be deleted', async () => {
    await create({ id: 'used' })
    await create({ id: 'user', parents: ['used'] })
    const device = await fixture.newDevice(undefined, { config: 'used' })
    await expect(fixture.ask(deleteConfig, { id: 'used' })).rejects.toMatchObject({
      code: 'in-use',
      detail: `It is used by config user, device ${device.id}`,
      fields: [
        { field: '/configs/user', problem: 'has it as a parent' },
        { field: `/devices/${device.id}`, problem: 'is set to it' },
      ],
    })
  })

  it('of a tenant below count: what the root made cannot be taken from under it', async () => {
    await create({ id: 'shared' })
    await create({ id: 'below', parents: ['shared'] }, hotel.id)
    await expect(fixture.ask(deleteConfig, { id: 'shared' })).rejects.toMatchObject({ code: 'in-use' })
    await fixture.ask(deleteConfig, { id: 'below' }, hotel.id)
    await expect(fixture.ask(deleteConfig, { id: 'shared' })).resolves.toMatchObject({ applied: true })
  })
})

describe('a transient config', () => {
  it('is removed when its last device leaves it, and can be no parent', async () => {
    await create({ id: 'passing', transient: true })
    await expect(create({ id: 'heir', parents: ['passing'] })).rejects.toMatchObject({ code: 'invalid-input' })
    const [one, other] = [
      await fixture.newDevice(undefined, { config: 'passing' }),
      await fixture.newDevice(undefined, { config: 'passing' }),
    ]
    const leave = async ({ config: _left, ...device }: typeof one) => {
      const now = { ...device, revision: device.revision + 100_000 }
      await fixture.bus.bucket(devicesBucket).put(now.id, now)
      await fixture.bus.events.publish(deviceUpdated, now.tenant, { device: now })
      await eventually(() => fixture.rendered.get(now.id)?.config === `autoprov${now.id}`)
    }
    await leave(one)
    expect(await fixture.ask(getConfig, { id: 'passing' })).toMatchObject({ transient: true })
    await leave(other)
    await eventually(() => ![...fixture.configs.values()].some(({ id }) => id === 'passing'))
  })
})

describe('a write', () => {
  it('that changes nothing leaves no change set and no new revision, with secrets written again too', async () => {
    const config = { raw: { admin_password: 'hunter2', ntp_ip: '192.0.2.1' } }
    const first = await fixture.ask(replaceConfig, { id: 'still', config })
    const { total } = await fixture.ask(configChanges.list, {})
    const again = await fixture.ask(replaceConfig, { id: 'still', config })
    expect(again.config?.revision).toBe(first.config?.revision)
    expect((await fixture.ask(configChanges.list, {})).total).toBe(total)
    await fixture.ask(replaceConfig, { id: 'still', config: { raw: { ...config.raw, admin_password: 'other' } } })
    expect((await fixture.ask(configChanges.list, {})).total).toBe(total + 1)
  })
})

describe('raw parameters from anywhere', () => {
  const nested = (depth: number): unknown => JSON.parse(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`)
  const cases: [string, Record<string, unknown>, string, string][] = [
    ['nested a thousand deep', { X_a: nested(1_000) }, 'invalid-input', 'is nested more than 16 deep'],
    [
      'a list nested deep',
      { X_a: JSON.parse(`${'['.repeat(500)}${']'.repeat(500)}`) },
      'invalid-input',
      'is nested more than 16 deep',
    ],
    [
      'a name of a prototype',
      { X_a: JSON.parse('{"__proto__":{"polluted":true}}') },
      'invalid-input',
      'is a name that is not accepted',
    ],
    ['a constructor', { X_a: { constructor: { prototype: 1 } } }, 'invalid-input', 'is a name that is not accepted'],
    ['a line called by no number', { sip_lines: { abc: {} } }, 'invalid-input', 'is no number of a line or key'],
    ['a list for an object', { sip_lines: [] }, 'invalid-input', 'must be object'],
    ['a NUL', { X_a: 'a\0b' }, 'invalid-input', 'holds a NUL character'],
    ['half a character', { X_a: '\ud800' }, 'invalid-input', 'holds half a character (a lone surrogate)'],
    [
      'an unknown zone',
      { timezone: 'Europe/Atlantis' },
      'invalid-input',
      'is no name of the tz database, as Europe/Paris',
    ],
    ['a VLAN beyond 4094', { vlan_id: 9_999 }, 'invalid-input', 'must be <= 4094'],
    ['a port beyond 65535', { sip_proxy_port: 70_000 }, 'invalid-input', 'must be <= 65535'],
    [
      'a name of nobody’s',
      { config_encryption_enabled: true },
      'invalid-input',
      'is not a standard parameter; names of your own begin with X_',
    ],
    [
      'a reserved name',
      { XX_fkeys: 'x' },
      'invalid-input',
      'is not a standard parameter; names of your own begin with X_',
    ],
    ['half a megabyte', { X_a: 'x'.repeat(600_000) }, 'too-large', ''],
  ]
  it.each(cases)('%s is refused with where and what', async (_what, set, code, problem) => {
    const asked = fixture.ask(patchConfig, { id: 'base', patch: { set } })
    const refusal = await asked.then(
      () => ({ code: 'accepted', fields: [] }),
      (fault: { code: string; fields: { problem: string }[] }) => fault,
    )
    expect(refusal.code).toBe(code)
    if (problem !== '') expect(refusal.fields.map((field) => field.problem)).toContain(problem)
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  it('words for flags and numbers as text are taken for what they are', async () => {
    const { config } = await create({ id: 'words' })
    expect(config?.raw).toEqual({})
    const set = { dns_enabled: 'yes', ntp_enabled: 'no', syslog_enabled: 'true', sip_proxy_port: '5062', vlan_id: null }
    const changed = await fixture.ask(patchConfig, { id: 'words', patch: { set } })
    expect(changed.config?.raw).toEqual({
      dns_enabled: true,
      ntp_enabled: false,
      syslog_enabled: true,
      sip_proxy_port: 5_062,
      vlan_id: null,
    })
  })
})
