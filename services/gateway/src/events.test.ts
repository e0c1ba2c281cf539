import {
  deviceDeleted,
  devicesBucket,
  deviceUpdated,
  rootTenantId,
  type TaskDocument,
  tasksBucket,
} from '@strowger/schema'
import { eventually } from '@strowger/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listenToEvents } from '../test/event-listener.ts'
import { type RunningGateway, runGateway } from '../test/running-gateway.ts'

let gateway: RunningGateway
beforeAll(async () => {
  gateway = await runGateway()
})
afterAll(() => gateway?.close())

let count = 0
async function writeTask(fields: Partial<TaskDocument> = {}): Promise<TaskDocument> {
  const task = { ...tasksBucket.example.value, id: `task${++count}`, ...fields }
  await gateway.others.bucket(tasksBucket).put(task.id, task)
  return task
}
const device = devicesBucket.example.value
const tellOf = (id: string, tenant = rootTenantId) =>
  gateway.others.events.publish(deviceUpdated, tenant, { device: { ...device, id, tenant } })

async function newTenant(name: string): Promise<{ id: string; token: string }> {
  const { json: tenant } = await gateway.ask('POST', '/api/v1/tenants', { body: { name } })
  const { json } = await gateway.ask('POST', '/api/v1/tokens', {
    body: { name, permission: 'read' },
    headers: { 'strowger-tenant': tenant.id },
  })
  return { id: tenant.id, token: json.text }
}

test('tasks and devices are told as they change', async () => {
  const listener = await listenToEvents(gateway.address)
  expect(listener.status).toBe(200)
  const task = await writeTask({ state: 'done' })
  await tellOf('d1')
  await gateway.others.events.publish(deviceDeleted, rootTenantId, { device: { ...device, id: 'd2' } })
  await eventually(() => expect(listener.heard).toHaveLength(3))
  expect(listener.heard.map(({ event, data }) => [event, data.id])).toEqual(
    expect.arrayContaining([
      ['task', task.id],
      ['device.updated', 'd1'],
      ['device.deleted', 'd2'],
    ]),
  )
  listener.close()
})

test('who comes back with the last id gets what it missed, each once, also from a gateway that was started anew', async () => {
  const first = await listenToEvents(gateway.address)
  await tellOf('before')
  await eventually(() => expect(first.heard).toHaveLength(1))
  first.close()
  await tellOf('missed')
  const task = await writeTask()
  await writeTask({ id: task.id, state: 'done' })
  await gateway.restart()
  const lastEventId = first.heard.at(-1)?.id ?? ''
  await eventually(async () => {
    const again = await listenToEvents(gateway.address, { lastEventId })
    try {
      await eventually(() => expect(again.heard).toHaveLength(2), { timeoutMs: 1_000 })
    } finally {
      again.close()
    }
    const seen = again.heard.map(({ event, data }) => [event, data.id, data.state]).sort()
    expect(seen).toEqual([
      ['device.updated', 'missed', undefined],
      ['task', task.id, 'done'],
    ])
  })
})

test('who comes with an id that was never given is told to read everything anew', async () => {
  const listener = await listenToEvents(gateway.address, { query: '?topics=devices', lastEventId: '999999' })
  await eventually(() => expect(listener.heard).toMatchObject([{ event: 'reset', data: { topic: 'devices' } }]))
  listener.close()
})

test('a tenant hears of itself only; with recurse of those below, too', async () => {
  const [one, other] = [await newTenant('one'), await newTenant('other')]
  const listeners = await Promise.all([
    listenToEvents(gateway.address, { token: one.token }),
    listenToEvents(gateway.address, { token: other.token, query: '?recurse=true' }),
    listenToEvents(gateway.address),
    listenToEvents(gateway.address, { query: '?recurse=true' }),
  ])
  await tellOf('of-one', one.id)
  await writeTask({ id: 'of-one', tenant: one.id })
  await tellOf('end-one', one.id)
  await tellOf('end-other', other.id)
  await tellOf('end-root')
  const [ofOne, ofOther, ofRoot, ofAll] = listeners.map(({ heard }) => heard)
  const idsOf = (heard: typeof ofOne) => heard?.map(({ data }) => data.id)
  await eventually(() => expect(idsOf(ofAll)).toHaveLength(5))
  await eventually(() => expect(idsOf(ofOne)?.sort()).toEqual(['end-one', 'of-one', 'of-one']))
  await eventually(() => expect(idsOf(ofOther)).toEqual(['end-other']))
  await eventually(() => expect(idsOf(ofRoot)).toEqual(['end-root']))
  for (const listener of listeners) listener.close()
})

test('without a token, with a wrong topic, or beyond the scopes there is a problem and no stream', async () => {
  const refused = (path: string, token: string | null) =>
    gateway.ask('GET', path, { token }).then(({ status, json }) => [status, json.code])
  expect(await refused('/api/v1/events', null)).toEqual([401, 'unauthenticated'])
  const { json } = await gateway.ask('POST', '/api/v1/tokens', {
    body: { name: 'tasks', permission: 'read', scopes: ['tasks:read'] },
  })
  expect(await refused('/api/v1/events?topics=tasks,devices', json.text)).toEqual([403, 'forbidden'])
  const wrong = await gateway.ask('GET', '/api/v1/events?topics=weather')
  expect([wrong.status, wrong.json.fields[0].field]).toEqual([400, '?topics'])
  const allowed = await listenToEvents(gateway.address, { token: json.text, query: '?topics=tasks' })
  expect(allowed.status).toBe(200)
  allowed.close()
})

test('one listener too many is refused, and there is room again when others have gone', async () => {
  const { token } = await newTenant('many')
  const listeners = await Promise.all(Array.from({ length: 16 }, () => listenToEvents(gateway.address, { token })))
  const extra = await gateway.ask('GET', '/api/v1/events', { token })
  expect([extra.status, extra.json.code]).toEqual([429, 'too-many-requests'])
  for (const listener of listeners) listener.close()
  await eventually(async () => {
    const again = await listenToEvents(gateway.address, { token })
    again.close()
    expect(again.status).toBe(200)
  })
})
