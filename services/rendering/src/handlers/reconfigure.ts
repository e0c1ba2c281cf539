import type { Bus } from '@strowger/bus'
import { personFrom } from '@strowger/database'
import { type Device, Fault, reconfigure, type Tenants, tenantsFrom } from '@strowger/schema'
import type { RunningTask, TaskStore, Tasks } from '@strowger/service'
import type { Rerendering } from '../rerendering.ts'

/** Devices that are asked for at once, so that phones and other changes get their turns. */
const chunk = 256

/** Renders devices again, as a task that can be cancelled and that another process takes up when this one dies. */
export function answerReconfigure(
  bus: Bus,
  parts: {
    devices: { get(id: string): Device | undefined; values(): Iterable<Device> }
    tenants: Tenants
    rerendering: Rerendering
    tasks: Tasks
    store: Pick<TaskStore, 'get'>
  },
): void {
  const { devices, tenants, rerendering, tasks, store } = parts
  const kind = reconfigure.subject.replace(/\.v\d+$/, '')

  async function work(task: RunningTask, ids: readonly string[]) {
    const counts = { changed: 0, same: 0, gone: 0 }
    for (let done = 0; done < ids.length; done += chunk) {
      task.signal.throwIfAborted()
      task.progress(done, ids.length, 'devices')
      const outcomes = await Promise.all(
        ids.slice(done, done + chunk).map((id) => rerendering.device(id, { force: true })),
      )
      for (const outcome of outcomes) counts[outcome] += 1
    }
    task.progress(ids.length, ids.length, 'devices')
    return counts
  }

  tasks.resume(kind, (task, input) => work(task, (input as { ids: string[] }).ids))

  bus.reply(reconfigure, async ({ selection }, { context }) => {
    const { tenantId } = personFrom(context)
    const scope = new Set(
      selection.recurse || selection.device !== undefined ? tenantsFrom(tenants, tenantId) : [tenantId],
    )
    const { device, plugin } = selection
    const chosen = [...devices.values()].filter(
      (candidate) =>
        scope.has(candidate.tenant) &&
        (device === undefined || candidate.id === device) &&
        (plugin === undefined || candidate.plugin === plugin.replace(/^wazo-/, '')),
    )
    if (device !== undefined && chosen.length === 0)
      throw new Fault('not-found', { detail: `There is no device ${device}` })
    const ids = chosen.map(({ id }) => id)
    const id = await tasks.start({ kind, tenant: tenantId, actor: context.actor, input: { ids } }, (task) =>
      work(task, ids),
    )
    const started = await store.get(id)
    if (started === undefined)
      throw new Fault('unavailable', { internal: 'the task that was just written is not there' })
    return started
  })
}
