import {
  configChanges,
  createConfig,
  deleteConfig,
  devicesBucket,
  deviceUpdated,
  getConfig,
  listConfigs,
  listPlugins,
  patchConfig,
  reconfigure,
  replaceConfig,
  rootTenantId,
  secretMask,
  type Tenant,
  tasksBucket,
  tenantDeleted,
  tenantsBucket,
} from '@strowger/schema'
import { eventually } from '@strowger/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clinic, hotel, shippedPlugins, startFixture } from '../test/fixture.ts'

let fixture: Awaited<ReturnType<typeof startFixture>>
beforeAll(async () => {
  fixture = await startFixture({ PLUGINS_DIR: shippedPlugins })
})
afterAll(() => fixture?.close())

describe('the file of a device', () => {
  it('without a config of its own is that of the autocreate config, with the account they share', async () => {
    const answer = await fixture.fetchFile(await fixture.newDevice())
    expect(answer).toMatchObject({ outcome: 'served', sensitive: true, confirms: true, keep: 'while-valid' })
    expect(answer.text).toMatch(/^#!version:1\.0\.0\.1\n/)
    expect(answer.text).toMatch(/account\.1\.user_name = ap[a-z0-9]{8}\n/)
    expect(answer.text).toContain('account.1.sip_server.1.address = 192.0.2.9')
  })

  it('may be kept only when its bytes are what is recorded', async () => {
    const device = await fixture.newDevice()
    const answer = await fixture.fetchFile(device)
    expect(answer.revision).toBe(fixture.rendered.get(device.id)?.revision)
    expect(answer.modifiedAt).toBe(fixture.rendered.get(device.id)?.at)
    const ahead = await fixture.fetchFile({ ...device, model: 'T42S' })
    expect(ahead.revision).toBe(0)
    expect(ahead.keep).toBeUndefined()
    expect(ahead.modifiedAt).toBeUndefined()
  })

  it('changes when its own config is set, with a higher revision', async () => {
    const device = await fixture.newDevice()
    const before = fixture.rendered.get(device.id)?.revision ?? 0
    const changed = await fixture.set(device.id, {
      'sip_lines.1.username': '1001',
      'sip_lines.1.password': 'se=cret',
      'sip_lines.1.display_name': 'Ada',
    })
    expect(changed).toMatchObject({ applied: true, deviceCount: 1, devices: [device.id] })
    await eventually(() => (fixture.rendered.get(device.id)?.revision ?? 0) > before)
    const answer = await fixture.fetchFile(device)
    expect(answer.text).toContain('account.1.user_name = 1001\n')
    expect(answer.text).toContain('account.1.password = se=cret\n')
    expect(answer.revision).toBe(fixture.rendered.get(device.id)?.revision)
    expect(fixture.rendered.get(device.id)?.config).toBe(device.id)
  })

  it('is not there for other names, and another device’s file is not this one’s', async () => {
    const [device, other] = [await fixture.newDevice(), await fixture.newDevice()]
    expect(await fixture.fetchFile(device, 'nothing.cfg')).toMatchObject({ outcome: 'absent' })
    expect(await fixture.fetchFile(device, fixture.fileOf(other))).toMatchObject({ outcome: 'absent', sensitive: true })
  })

  it('is the last good one while it cannot be rendered, and the reason is shown', async () => {
    const device = await fixture.newDevice()
    await fixture.set(device.id, { 'sip_lines.1.username': '2002' })
    await eventually(() => fixture.rendered.get(device.id)?.config === device.id)
    const good = await fixture.fetchFile(device)
    await fixture.set(device.id, { 'sip_lines.1.password': 'a line\nbreak' })
    await eventually(() => fixture.rendered.get(device.id)?.error !== undefined)
    const answer = await fixture.fetchFile(device)
    expect(answer).toMatchObject({ outcome: 'served', text: good.text })
    await fixture.set(device.id, { 'sip_lines.1.password': 'fine' })
    await eventually(() => fixture.rendered.get(device.id)?.error === undefined)
    expect((await fixture.fetchFile(device)).text).toContain('account.1.password = fine')
  })
})

describe('a config', () => {
  it('shows no secret, keeps one that is written back masked, and stores it sealed', async () => {
    const device = await fixture.newDevice()
    await fixture.set(device.id, { 'sip_lines.1.password': 'hunter2', 'sip_lines.1.username': '3003' })
    const view = await fixture.ask(getConfig, { id: device.id })
    expect(view.raw).toEqual({ sip_lines: { '1': { username: '3003', password: secretMask } } })
    await fixture.ask(replaceConfig, { id: device.id, config: { parents: view.parents, raw: view.raw } })
    await eventually(async () => (await fixture.fetchFile(device)).text.includes('account.1.password = hunter2'))
    const rows = await fixture.testDatabase.sql(
      'select raw::text, (select string_agg(before::text || after::text, $2) from provisioning.row_change) as history from provisioning.config where id = $1',
      [device.id, ' '],
    )
    expect(JSON.stringify(rows)).not.toContain('hunter2')
    expect(JSON.stringify(fixture.configs.get(`${rootTenantId}/${device.id}`))).not.toContain('hunter2')
    expect(JSON.stringify(rows)).toContain('sealed:v1:')
    const { items } = await fixture.ask(configChanges.list, { limit: 1 })
    const shown = JSON.stringify(await fixture.ask(configChanges.get, { id: items[0]?.id ?? 0 }))
    expect(shown).not.toContain('sealed')
  })

  it('takes numbers and flags as text, and refuses what it does not know, all at once', async () => {
    const device = await fixture.newDevice()
    const changed = await fixture.set(device.id, { vlan_enabled: 'true', vlan_id: '12', 'sip_lines.1.username': 4004 })
    expect(changed.config?.raw).toEqual({ vlan_enabled: true, vlan_id: 12, sip_lines: { '1': { username: '4004' } } })
    await expect(fixture.set(device.id, { vlan_id: '99999', nonsense: 1, X_mine: 1 })).rejects.toMatchObject({
      code: 'invalid-input',
      fields: [{ field: '/patch/set/nonsense' }, { field: '/patch/set/vlan_id' }],
    })
  })

  it('says what a change would concern before it is made', async () => {
    const device = await fixture.newDevice()
    const revision = fixture.rendered.get(device.id)?.revision
    const preview = await fixture.ask(patchConfig, {
      id: 'base',
      patch: { set: { ntp_ip: '198.51.100.1' } },
      dryRun: true,
    })
    expect(preview.applied).toBe(false)
    expect(preview.deviceCount).toBeGreaterThanOrEqual(1)
    expect((await fixture.fetchFile(device)).text).not.toContain('198.51.100.1')
    expect(fixture.rendered.get(device.id)?.revision).toBe(revision)
  })

  it('that all inherit changes the files of all, and undo brings them back', async () => {
    const device = await fixture.newDevice()
    const before = await fixture.fetchFile(device)
    await fixture.set('base', { timezone: 'Europe/Paris' })
    await eventually(async () => (await fixture.fetchFile(device)).text !== before.text)
    const { items } = await fixture.ask(configChanges.list, { limit: 1 })
    await fixture.ask(configChanges.undo, { id: items[0]?.id ?? 0 })
    await eventually(async () => (await fixture.fetchFile(device)).text === before.text)
  })

  it('of a tenant goes before the one it inherits, and other tenants see neither it nor its devices', async () => {
    const mine = await fixture.newDevice(hotel.id)
    const other = await fixture.newDevice(clinic.id)
    await fixture.ask(createConfig, { config: { id: 'base', raw: { ntp_ip: '203.0.113.77' } } }, hotel.id)
    await eventually(async () => (await fixture.fetchFile(mine)).text.includes('203.0.113.77'))
    expect((await fixture.fetchFile(other)).text).not.toContain('203.0.113.77')
    expect((await fixture.ask(listConfigs, {}, clinic.id)).total).toBe(0)
    await fixture.set(mine.id, { 'sip_lines.1.username': '5005' }, hotel.id)
    for (const definition of [getConfig, deleteConfig]) {
      await expect(fixture.ask(definition as typeof getConfig, { id: mine.id }, clinic.id)).rejects.toMatchObject({
        code: 'not-found',
      })
    }
    await expect(fixture.set(mine.id, { 'sip_lines.1.username': '6' }, clinic.id)).rejects.toMatchObject({
      code: 'not-found',
    })
    await expect(fixture.set(`autoprov${mine.id}`, { X_a: 1 }, clinic.id)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('of a device goes with it when a tenant claims the device, its secrets too', async () => {
    const device = await fixture.newDevice()
    await fixture.set(device.id, { 'sip_lines.1.username': '7007', 'sip_lines.1.password': 'follows' })
    await eventually(() => fixture.rendered.get(device.id)?.config === device.id)
    const claimed = { ...device, tenant: hotel.id, revision: device.revision + 100_000 }
    await fixture.bus.bucket(devicesBucket).put(device.id, claimed)
    await fixture.bus.events.publish(deviceUpdated, hotel.id, { device: claimed })
    await eventually(
      () => fixture.configs.has(`${hotel.id}/${device.id}`) && !fixture.configs.has(`${rootTenantId}/${device.id}`),
    )
    await eventually(() => fixture.rendered.get(device.id)?.tenant === hotel.id)
    const { text } = await fixture.fetchFile(claimed)
    expect(text).toContain('account.1.user_name = 7007\n')
    expect(text).toContain('account.1.password = follows\n')
    await fixture.set(device.id, { 'sip_lines.1.username': '7008' }, hotel.id)
    await eventually(async () => (await fixture.fetchFile(claimed)).text.includes('account.1.user_name = 7008\n'))
  })

  it('that others inherit, or that is marked so, cannot be deleted', async () => {
    await fixture.ask(createConfig, { config: { id: 'parent', raw: {} } }, hotel.id)
    await fixture.ask(createConfig, { config: { id: 'child', parents: ['parent'] } }, hotel.id)
    await expect(fixture.ask(deleteConfig, { id: 'parent' }, hotel.id)).rejects.toMatchObject({
      code: 'in-use',
    })
    await expect(fixture.ask(deleteConfig, { id: 'autoprov' })).rejects.toMatchObject({
      code: 'not-deletable',
    })
    await fixture.ask(deleteConfig, { id: 'child' }, hotel.id)
    await expect(fixture.ask(deleteConfig, { id: 'parent' }, hotel.id)).resolves.toMatchObject({
      applied: true,
    })
  })

  it('of a removed tenant goes with it', async () => {
    const gone: Tenant = { ...hotel, id: '9e4f0c7e-2d3a-4b5c-8d6e-7f8091a2b3c4', name: 'Gone' }
    await fixture.bus.bucket(tenantsBucket).put(gone.id, gone)
    await fixture.ask(createConfig, { config: { id: 'left' } }, gone.id)
    await fixture.bus.events.publish(tenantDeleted, gone.id, { tenant: gone })
    await eventually(() => !fixture.configs.has(`${gone.id}/left`))
  })
})

describe('plugins and long work', () => {
  it('lists the built-in plugins with the number of devices that use them', async () => {
    const { items } = await fixture.ask(listPlugins, {})
    expect(items.find(({ id }) => id === 'yealink-v86')).toMatchObject({ vendors: ['Yealink'], origin: 'built-in' })
  })

  it('reconfigures as a task with progress, which gives every device a new revision', async () => {
    const device = await fixture.newDevice()
    const revision = fixture.rendered.get(device.id)?.revision ?? 0
    const task = await fixture.ask(reconfigure, { selection: { plugin: 'wazo-yealink-v86', recurse: true } })
    const done = await eventually(async () => {
      const entry = await fixture.bus.bucket(tasksBucket).get(task.id)
      return entry?.value.state === 'done' ? entry.value : false
    })
    expect(done.progress?.current).toBe(done.progress?.total)
    expect((done.result as { changed: number }).changed).toBeGreaterThan(0)
    await eventually(() => (fixture.rendered.get(device.id)?.revision ?? 0) > revision)
  })
})
