import type { TaskDocument } from '@strowger/schema'
import { expect, test } from 'vitest'
import { createManualClock } from './clock.ts'
import { silentLog } from './log.ts'
import { createTasks, type TaskStore } from './tasks.ts'

/** A store in memory, with the writes it has seen. */
function memoryStore() {
  const tasks = new Map<string, TaskDocument>()
  const watchers = new Set<(task: TaskDocument) => void>()
  const writes: TaskDocument[] = []
  const put = (task: TaskDocument) => {
    tasks.set(task.id, task)
    writes.push(task)
    for (const watcher of watchers) watcher(task)
  }
  const store: TaskStore = {
    create: async (task) => put(task),
    get: async (id) => tasks.get(id),
    list: async () => [...tasks.values()],
    async update(id, change) {
      const task = tasks.get(id)
      const changed = task && change(task)
      if (changed) put(changed)
      return changed ?? task
    },
    async watch(onChange) {
      watchers.add(onChange)
      return { stop: () => void watchers.delete(onChange) }
    },
  }
  return { store, writes, tasks }
}

const actor = { kind: 'service', name: 'test' } as const

test('progress told a thousand times is written a few times, and a long silence still shows life', async () => {
  const { store, writes } = memoryStore()
  const clock = createManualClock()
  const tasks = createTasks({ store, clock, log: silentLog(), owner: 'rendering' })
  const { id } = await tasks.start({ kind: 'x', actor }, async (task) => {
    for (let n = 1; n <= 1_000; n++) {
      task.progress(n, 1_000)
      await clock.sleep(1)
    }
    await clock.sleep(20_000)
  })
  await clock.advance(1_000)
  expect(writes.length).toBeLessThan(6)
  const seenAt = (await store.get(id))?.updatedAt ?? ''
  await clock.advance(8_000)
  expect(Date.parse((await store.get(id))?.updatedAt ?? '')).toBeGreaterThan(Date.parse(seenAt) + 5_000)
  await clock.advance(13_000)
  expect(await store.get(id)).toMatchObject({ state: 'done', progress: { current: 1_000, total: 1_000 } })
  await tasks.close()
})

test('a failure is kept with its reason, without what is internal', async () => {
  const { store } = memoryStore()
  const clock = createManualClock()
  const tasks = createTasks({ store, clock, log: silentLog(), owner: 'rendering' })
  const { id } = await tasks.start({ kind: 'x', actor }, () => Promise.reject(new Error('password=hunter2')))
  await clock.advance(1)
  const task = await store.get(id)
  expect(task?.state).toBe('failed')
  expect(task?.reason).toContain('Something went wrong inside')
  await tasks.close()
})

test('a stopped service leaves its tasks failed as interrupted', async () => {
  const { store } = memoryStore()
  const clock = createManualClock()
  const tasks = createTasks({ store, clock, log: silentLog(), owner: 'rendering' })
  const { id } = await tasks.start({ kind: 'x', actor }, async ({ signal }) => {
    await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
  })
  await tasks.close()
  expect(await store.get(id)).toMatchObject({ state: 'failed', reason: 'interrupted' })
})

test('what a killed process left running is ended, or resumed with its input; another’s is left alone', async () => {
  const { store, tasks: documents } = memoryStore()
  const clock = createManualClock()
  const left = { actor, state: 'running', cancelRequested: false, startedAt: '', updatedAt: '' } as const
  const at = new Date(clock.now()).toISOString()
  for (const [id, kind, owner] of [
    ['a', 'install', 'rendering'],
    ['b', 'import', 'rendering'],
    ['c', 'install', 'gateway'],
  ] as const) {
    documents.set(id, { ...left, id, kind, owner, startedAt: at, updatedAt: at, input: { n: 7 } })
  }
  const tasks = createTasks({ store, clock, log: silentLog(), owner: 'rendering' })
  tasks.resume('import', async (_task, input) => input)
  await tasks.recover()
  expect((await store.get('a'))?.state).toBe('running')
  await clock.advance(25_000)
  expect(await store.get('a')).toMatchObject({ state: 'failed', reason: 'interrupted' })
  expect(await store.get('b')).toMatchObject({ state: 'done', result: { n: 7 } })
  expect(await store.get('b')).not.toHaveProperty('input')
  expect((await store.get('c'))?.state).toBe('running')
  await tasks.close()
})
