import type { Bus } from '@strowger/bus'
import { personFrom } from '@strowger/database'
import {
  cancelTask,
  Fault,
  getTask,
  listTasks,
  pageOf,
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

  bus.reply(listTasks, async ({ recurse = false, state, kind, ...query }, { context }) => {
    const tenant = personFrom(context).tenantId
    const scope = new Set(recurse ? tenantsFrom(tenants, tenant) : [tenant])
    const found = [...tasks.values()].filter(
      (task) =>
        scope.has(tenantOfTask(task)) &&
        (state === undefined || task.state === state) &&
        (kind === undefined || task.kind === kind),
    )
    const { items, total } = pageOf(found, query, {
      texts: (task) => [task.id, task.kind, task.owner, task.actor.name, task.reason],
      by: { startedAt: (task) => task.startedAt, updatedAt: (task) => task.updatedAt, kind: (task) => task.kind },
      id: (task) => task.id,
      usually: 'desc',
    })
    return { items: items.map(withoutInput), total }
  })

  /** @throws Fault `not-found`, also for a task of another tenant. */
  function visible(task: TaskDocument | undefined, tenant: string, id: string): TaskDocument {
    if (task && tenantsFrom(tenants, tenant).includes(tenantOfTask(task))) return task
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
export function tenantOfTask({ tenant = rootTenantId }: TaskDocument): string {
  return tenant
}

/** The input is for whoever resumes the task; it can name ten thousand devices. */
export function withoutInput({ input: _input, ...shown }: TaskDocument): TaskDocument {
  return shown
}
