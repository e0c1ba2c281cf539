import { type Asker, type Maker, newMac, shortId } from '../maker.ts'

/** Leaves a change set in an area. */
const changeOf: Readonly<Record<string, (asker: Asker) => Promise<unknown>>> = {
  devices: (asker) => asker.made('POST', '/api/v1/devices', { mac: newMac() }),
  configs: (asker) => asker.made('POST', '/api/v1/configs', { id: `c${shortId()}`, raw: {} }),
  access: (asker) => asker.made('POST', '/api/v1/tenants', { name: `n${shortId()}` }),
}

/** The latest change set of an area, which is one that was just made. */
const latest = (area: string, change: (asker: Asker) => Promise<unknown>) => async (asker: Asker) => {
  await change(asker)
  const { items } = await asker.made('GET', `/api/v1/change-sets/${area}?limit=1`)
  return { params: { id: String(items[0].id) } }
}

async function task(asker: Asker) {
  const { id } = await asker.made('POST', '/api/v1/reconfigure', {})
  return { params: { id: String(id) } }
}

async function endedTask(asker: Asker) {
  const made = await task(asker)
  for (const endMs = Date.now() + 20_000; Date.now() < endMs; ) {
    const { state } = await asker.made('GET', `/api/v1/tasks/${made.params.id}`)
    if (state !== 'waiting' && state !== 'running') return made
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error('the task does not end')
}

export const historyMakers: readonly Maker[] = [
  ...Object.entries(changeOf).map(
    ([area, change]): Maker => ({
      operations: [`GET /api/v1/change-sets/${area}/{id}`, `POST /api/v1/change-sets/${area}/{id}/undo`],
      make: latest(area, change),
    }),
  ),
  { operations: ['GET /api/v1/tasks/{id}'], make: task },
  // One that has ended cannot be cancelled: a 409 for who may.
  { operations: ['POST /api/v1/tasks/{id}/cancel'], make: endedTask, answers: 409 },
  {
    operations: ['GET /api/v1/audit/{id}'],
    make: async (asker) => {
      await asker.made('POST', '/api/v1/roles', { name: `r${shortId()}`, permission: 'read' })
      const { items } = await asker.made('GET', '/api/v1/audit?limit=1')
      return { params: { id: String(items[0].id) } }
    },
  },
]
