import { defineBucket, rootTenantId, TaskDocument } from '@strowger/schema'
import { createClock, createTasks, silentLog } from '@strowger/service'
import { connectTestBus, eventually, startNats, type TestBus, type TestNats } from '@strowger/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ensureStreams } from './streams.ts'
import { tasksStore } from './tasks-store.ts'

const bucket = defineBucket({
  name: 'TASKS',
  owner: 'rendering',
  writers: ['gateway'],
  readers: ['gateway'],
  summary: 'Tests',
  key: 'id',
  value: TaskDocument,
  maxBytes: 1_000_000,
  maxAgeS: 2_592_000,
  example: { key: 'a', value: {} as TaskDocument },
})
const actor = { kind: 'person', name: 'Ada' } as const

let nats: TestNats
let owner: TestBus
let gateway: TestBus

beforeAll(async () => {
  nats = await startNats()
  owner = await connectTestBus(nats.url, 'rendering')
  gateway = await connectTestBus(nats.url, 'gateway')
  await ensureStreams(owner.bus, [bucket])
})

afterAll(async () => {
  await Promise.all([owner.close(), gateway.close()])
  await nats.close()
})

function tasksOf({ bus }: TestBus, ownerName: string) {
  return createTasks({ store: tasksStore(bus, bucket), clock: createClock(), log: silentLog(), owner: ownerName })
}

test('a task is shown from its first moment, with its progress and result', async () => {
  const tasks = tasksOf(owner, 'rendering')
  const shown = tasksStore(gateway.bus, bucket)
  let finish = () => {}
  const { id } = await tasks.start({ kind: 'plugin-install', tenant: rootTenantId, actor }, async (task) => {
    task.progress(3, 7, 'files')
    await new Promise<void>((resolve) => {
      finish = resolve
    })
    return { installed: 'yealink-v86' }
  })
  expect(await shown.get(id)).toMatchObject({
    id,
    state: 'running',
    kind: 'plugin-install',
    tenant: rootTenantId,
    actor,
  })
  await eventually(async () => (await shown.get(id))?.progress?.current === 3)
  finish()
  await eventually(async () => (await shown.get(id))?.state === 'done')
  expect(await shown.get(id)).toMatchObject({
    result: { installed: 'yealink-v86' },
    progress: { current: 3, total: 7, unit: 'files' },
  })
  await tasks.close()
})

test('a task is cancelled from another process', async () => {
  const tasks = tasksOf(owner, 'rendering')
  const remote = tasksOf(gateway, 'gateway')
  const { id } = await tasks.start({ kind: 'render-all', actor }, async ({ signal }) => {
    await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
  })
  expect((await remote.cancel(id)).cancelRequested).toBe(true)
  const store = tasksStore(gateway.bus, bucket)
  await eventually(async () => (await store.get(id))?.state === 'cancelled')
  await expect(remote.cancel(id)).rejects.toMatchObject({ code: 'conflict' })
  await expect(remote.cancel('0'.repeat(32))).rejects.toMatchObject({ code: 'not-found' })
  await tasks.close()
})
