import {
  assignPlugin,
  changePlugin,
  type Device,
  devicesBucket,
  deviceUpdated,
  lastFetches,
  rootTenantId,
  synchronize,
  tasksBucket,
} from '@strowger/schema'
import { eventually, type ManagerStandIn, startManagerStandIn } from '@strowger/testkit'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { hotel, startFixture } from '../test/fixture.ts'
import type { Fetch } from './synchronize/fetch-watch.ts'
import type { SynchronizeResult } from './synchronize/synchronize-task.ts'

let manager: ManagerStandIn
let fixture: Awaited<ReturnType<typeof startFixture>>
/** What identification would know of phones' fetches and devices: the fixture stands in for it. */
const fetches = new Map<string, Fetch>()
const known = new Map<string, Device>()

beforeAll(async () => {
  manager = await startManagerStandIn('s3cret')
  fixture = await startFixture({
    AMI_HOST: '127.0.0.1',
    AMI_PORT: String(manager.port),
    AMI_USERNAME: 'strowger',
    AMI_SECRET: 's3cret',
    SYNCHRONIZE_PER_SECOND: '20',
    SYNCHRONIZE_WAIT_MS: '4000',
  })
  fixture.bus.reply(lastFetches, async ({ ids }) => ({ fetches: ids.flatMap((id) => fetches.get(id) ?? []) }))
  fixture.bus.reply(assignPlugin, async ({ old, new: wanted }) => {
    const changed = [...known.values()].filter(({ plugin }) => plugin === old)
    for (const device of changed) {
      const after = { ...device, plugin: wanted, revision: device.revision + 1_000 }
      known.set(device.id, after)
      await fixture.bus.bucket(devicesBucket).put(device.id, after)
      await fixture.bus.events.publish(deviceUpdated, device.tenant, { device: after })
    }
    return { changed: changed.length, ...(changed.length > 0 ? { changeSet: 7 } : {}) }
  })
})
afterAll(async () => {
  await fixture?.close()
  await manager?.close()
})
afterEach(() => {
  manager.onNotify(() => {})
  manager.notifies.splice(0)
  fetches.clear()
})

async function newDevice(...given: Parameters<typeof fixture.newDevice>): Promise<Device> {
  const device = await fixture.newDevice(...given)
  known.set(device.id, device)
  return device
}

/** The phone takes its configuration now; `digest`: these bytes instead of those it is to have. */
function comes(device: Device, digest?: string): void {
  const document = fixture.rendered.get(device.id)
  const file = fixture.fileOf(device)
  const at = new Date().toISOString()
  fetches.set(device.id, {
    device: device.id,
    revision: document?.revision ?? 0,
    file,
    at,
    digest: digest ?? document?.digests[file] ?? '',
  })
}

async function ended(id: string) {
  const tasks = fixture.bus.bucket(tasksBucket)
  await eventually(async () => !['waiting', 'running'].includes((await tasks.get(id))?.value.state ?? 'waiting'), {
    timeoutMs: 30_000,
  })
  const task = (await tasks.get(id))?.value
  if (task === undefined) throw new Error('the task is gone')
  return task
}

async function synchronized(selection: { devices?: string[]; plugin?: string }, tenant?: string) {
  const { id } = await fixture.ask(synchronize, { selection }, tenant)
  const { result, state, reason } = await ended(id)
  expect(state, reason).toBe('done')
  return result as SynchronizeResult
}

describe('a phone is synchronised', () => {
  it('by its endpoint, with the NOTIFY of its family, once it has taken the bytes it is to have', async () => {
    const device = await newDevice(undefined, { ip: '192.0.2.7' })
    await fixture.set(device.id, { 'sip_lines.1.username': 'a1001', 'sip_lines.1.password': 'x' })
    await eventually(() => fixture.rendered.get(device.id)?.config === device.id)
    manager.endpoints.add('a1001')
    comes(device)
    manager.onNotify(() => comes(device))
    expect(await synchronized({ devices: [device.id] })).toEqual({
      synchronized: 1,
      failed: 0,
      devices: [{ device: device.id, mac: device.mac, outcome: 'synchronized' }],
    })
    expect(manager.notifies).toMatchObject([{ endpoint: 'a1001' }])
    expect(manager.notifies[0]?.variables[0]).toMatch(/^Event=check-sync/)
  })

  it('by its address when nobody has configured it, or Asterisk does not know its endpoint', async () => {
    const [fresh, stranger] = [
      await newDevice(undefined, { ip: '192.0.2.8' }),
      await newDevice(undefined, { ip: '2001:db8::9' }),
    ]
    await fixture.set(stranger.id, { 'sip_lines.1.username': 'unknown1' })
    await eventually(() => fixture.rendered.get(stranger.id)?.config === stranger.id)
    manager.onNotify(({ uri }) => comes(uri?.includes('192.0.2.8') ? fresh : stranger))
    expect(await synchronized({ devices: [fresh.id, stranger.id] })).toMatchObject({ synchronized: 2, failed: 0 })
    expect(manager.notifies.map(({ uri }) => uri).sort()).toEqual([
      'sip:anonymous@192.0.2.8',
      'sip:anonymous@[2001:db8::9]',
    ])
  })

  it('not when it does not come, takes other bytes, or cannot be reached: the task says what it waited for', async () => {
    const silent = await newDevice(undefined, { ip: '192.0.2.11' })
    const stale = await newDevice(undefined, { ip: '192.0.2.12' })
    const hidden = await newDevice()
    const unknown = await newDevice()
    await fixture.set(unknown.id, { 'sip_lines.1.username': 'unknown2' })
    await eventually(() => fixture.rendered.get(unknown.id)?.config === unknown.id)
    comes(silent)
    manager.onNotify(({ uri }) => {
      if (uri?.endsWith('.12')) comes(stale, 'older bytes')
    })
    const { failed, devices } = await synchronized({ devices: [silent.id, stale.id, hidden.id, unknown.id] })
    expect(failed).toBe(4)
    const reasons = Object.fromEntries(devices.map(({ device, reason }) => [device, reason]))
    expect(reasons[silent.id]).toMatch(
      /^Asterisk sent the NOTIFY to sip:anonymous@192\.0\.2\.11, .* did not come .* 4 s$/,
    )
    expect(reasons[stale.id]).toMatch(/^the phone came at .* and took \w+\.cfg as of revision \d+, not revision \d+/)
    expect(reasons[hidden.id]).toMatch(/^not enough information to synchronize device/)
    expect(reasons[unknown.id]).toMatch(/^no NOTIFY was accepted: endpoint unknown2: .*Unable to retrieve endpoint/)
  })

  it('at the pace of the setting, and only in the tenant that asks', async () => {
    const theirs = await Promise.all(Array.from({ length: 6 }, () => newDevice(hotel.id, { ip: '192.0.2.20' })))
    manager.onNotify(() => {
      for (const device of theirs) comes(device)
    })
    expect(await synchronized({ plugin: 'wazo-yealink-v86' }, hotel.id)).toMatchObject({ synchronized: 6 })
    const first = manager.notifies[0]?.atMs ?? 0
    // 20 a second: the sixth may be told 250 ms after the first.
    expect((manager.notifies.at(-1)?.atMs ?? 0) - first).toBeGreaterThan(200)
    const foreign = await newDevice()
    await expect(synchronized({ devices: [foreign.id] }, hotel.id)).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('another plugin for all devices of one', () => {
  it('is tried first: models it does not know, files it cannot render; nothing changes', async () => {
    const good = await newDevice(hotel.id)
    const odd = await newDevice(hotel.id, { model: 'T99X' })
    const change = { old: 'wazo-yealink-v86', new: 'wazo-yealink-v87' }
    const dry = await fixture.ask(changePlugin, { change, dryRun: true }, hotel.id)
    expect(dry).toMatchObject({ applied: false })
    expect(dry.devices).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ id: good.id, model: 'T46S', known: true }),
        expect.objectContaining({ id: odd.id, model: 'T99X', known: false }),
      ]),
    )
    expect(dry.devices[0]?.id).toBe(odd.id)
    expect(dry.models.find(({ model }) => model === 'T99X')).toEqual({
      model: 'T99X',
      devices: 1,
      known: false,
      failing: 0,
    })
    expect(fixture.rendered.get(good.id)?.plugin).toBe('yealink-v86')
  })

  it('is written as one change, rendered, and fetched by the phones', async () => {
    const devices = await Promise.all(Array.from({ length: 3 }, () => newDevice(undefined, { ip: '192.0.2.30' })))
    manager.onNotify(() => {
      for (const device of devices) comes(device)
    })
    const change = { old: 'yealink-v86', new: 'yealink-v87', synchronize: true, recurse: true }
    // Those of other tests come along and do not answer: only ours are looked at.
    const { task, applied } = await fixture.ask(changePlugin, { change })
    expect(applied).toBe(true)
    const { result, state, reason } = await ended(task?.id ?? '')
    expect(state, reason).toBe('done')
    expect(result).toMatchObject({ changed: known.size, changeSet: 7, failed: 0 })
    const { synchronization } = result as { synchronization: SynchronizeResult }
    const ours = synchronization.devices.filter(({ device }) => devices.some(({ id }) => id === device))
    expect(ours.map(({ outcome }) => outcome)).toEqual(['synchronized', 'synchronized', 'synchronized'])
    for (const { id } of devices) expect(fixture.rendered.get(id)?.plugin).toBe('yealink-v87')
  })

  it('is refused when it is not there, or is the same', async () => {
    const change = (wanted: string) => fixture.ask(changePlugin, { change: { old: 'yealink-v86', new: wanted } })
    await expect(change('yealink-v99')).rejects.toMatchObject({ code: 'not-found' })
    await expect(change('wazo-yealink-v86')).rejects.toMatchObject({ code: 'conflict' })
  })
})

describe('a task whose process has died', () => {
  /** As a process that is gone has left it. */
  async function abandoned(kind: string, input: object): Promise<string> {
    const id = `abandoned-${kind.replace('.', '-')}`
    const longAgo = new Date(0).toISOString()
    await fixture.bus.bucket(tasksBucket).put(id, {
      id,
      kind,
      owner: 'rendering',
      actor: { kind: 'person', name: 'admin' },
      state: 'running',
      input,
      startedAt: longAgo,
      updatedAt: longAgo,
      cancelRequested: false,
    })
    return id
  }
  const context = { tenant: rootTenantId, actor: { kind: 'person', name: 'admin' } }

  it('goes on: phones that have come since it began are not told again', async () => {
    const [been, left] = [
      await newDevice(undefined, { ip: '192.0.2.41' }),
      await newDevice(undefined, { ip: '192.0.2.42' }),
    ]
    const begunAt = new Date().toISOString()
    await eventually(() => new Date().toISOString() > begunAt)
    comes(been)
    manager.onNotify(() => comes(left))
    const id = await abandoned('rendering.synchronize', { ids: [been.id, left.id], context, begunAt })
    expect(await ended(id)).toMatchObject({ state: 'done', result: { synchronized: 2, failed: 0 } })
    expect(manager.notifies.map(({ uri }) => uri)).toEqual(['sip:anonymous@192.0.2.42'])
  }, 40_000)

  it('goes on with another plugin: what was written is not written again, and the rest is rendered', async () => {
    const device = await newDevice()
    const input = {
      old: 'yealink-v86',
      new: 'yealink-v87',
      recurse: true,
      synchronize: false,
      ids: [device.id],
      context,
    }
    const id = await abandoned('rendering.change-plugin', { ...input, begunAt: new Date().toISOString() })
    expect(await ended(id)).toMatchObject({ state: 'done', result: { changed: 1, failed: 0 } })
    // The record is committed with the task; it reaches others by the outbox.
    await eventually(() => expect(fixture.rendered.get(device.id)?.plugin).toBe('yealink-v87'))
  }, 40_000)
})

describe('without the settings of the manager interface', () => {
  it('nothing begins, and the answer names them', async () => {
    const bare = await startFixture({ AMI_HOST: '127.0.0.1' })
    try {
      const problem = { code: 'unavailable', detail: expect.stringContaining('AMI_USERNAME, AMI_SECRET_FILE') }
      await expect(bare.ask(synchronize, { selection: {} })).rejects.toMatchObject(problem)
    } finally {
      await bare.close()
    }
  })
})
