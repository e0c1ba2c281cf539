import type { Bus } from '@strowger/bus'
import { personFrom } from '@strowger/database'
import {
  cancelTask,
  Fault,
  getTask,
  listTasks,
  rootTenantId,
  type TaskDocument,
  type Tenants,
  tenantsFrom,
} from '@strowger/schema'
import type { TaskStore } from '@strowger/service'

/** Tasks are run and written by their owners; here they are shown, and asked to stop. */
export function answerTasks(
  bus: Bus,
  parts: {
    tasks: { get(id: string): TaskDocument | undefined; values(): Iterable<TaskDocument> }
    store: Pick<TaskStore, 'get' | 'update'>
    tenants: Tenants
  },
): void {
  const { tasks, store, tenants } = parts

  bus.reply(listTasks, async ({ limit = 100, offset = 0, recurse = false, state }, { context }) => {
    const tenant = personFrom(context).tenantId
    const scope = new Set(recurse ? tenantsFrom(tenants, tenant) : [tenant])
    const found = [...tasks.values()]
      .filter((task) => scope.has(tenantOf(task)) && (state === undefined || task.state === state))
      .sort((one, other) => other.startedAt.localeCompare(one.startedAt) || one.id.localeCompare(other.id))
    return { items: found.slice(offset, offset + limit).map(withoutInput), total: found.length }
  })

  /** @throws Fault `not-found`, also for a task of another tenant. */
  function visible(task: TaskDocument | undefined, tenant: string, id: string): TaskDocument {
    if (task && tenantsFrom(tenants, tenant).includes(tenantOf(task))) return task
    throw new Fault('not-found', { detail: `There is no task ${id}` })
  }

  bus.reply(getTask, async ({ id }, { context }) => {
    // The read model may be a moment behind a task that has just begun.
    const task = tasks.get(id) ?? (await store.get(id))
    return withoutInput(visible(task, personFrom(context).tenantId, id))
  })

  bus.reply(cancelTask, async ({ id }, { context }) => {
    const { tenantId } = personFrom(context)
    const cancelled = await store.update(id, (task) => {
      visible(task, tenantId, id)
      if (task.state !== 'waiting' && task.state !== 'running') {
        throw new Fault('conflict', { detail: `The task has ended: ${task.state}` })
      }
      return task.cancelRequested ? undefined : { ...task, cancelRequested: true }
    })
    return withoutInput(visible(cancelled, tenantId, id))
  })
}

/** What belongs to no tenant is shown to the root tenant. */
function tenantOf({ tenant = rootTenantId }: TaskDocument): string {
  return tenant
}

/** The input is for whoever resumes the task; it can name ten thousand devices. */
function withoutInput({ input: _input, ...shown }: TaskDocument): TaskDocument {
  return shown
}
