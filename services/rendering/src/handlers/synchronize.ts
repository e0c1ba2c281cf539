import type { Bus, CallContext } from '@strowger/bus'
import { personFrom } from '@strowger/database'
import { type Device, synchronize, type Tenants } from '@strowger/schema'
import type { Clock, Tasks } from '@strowger/service'
import { chosenDevices } from '../chosen-devices.ts'
import type { Synchronizer } from '../synchronize/synchronize-task.ts'

/** What the task keeps, so that another process can take it up. */
interface Input {
  readonly ids: readonly string[]
  readonly context: CallContext
  readonly begunAt: string
}

/** Has phones fetch their files again, as a task that another process takes up when this one dies. */
export function answerSynchronize(
  bus: Bus,
  parts: {
    devices: { get(id: string): Device | undefined; values(): Iterable<Device> }
    tenants: Tenants
    synchronizer: Synchronizer
    tasks: Tasks
    clock: Pick<Clock, 'now'>
  },
): void {
  const { synchronizer, tasks, clock } = parts
  const kind = synchronize.subject.replace(/\.v\d+$/, '')

  tasks.resume(kind, (task, input) => synchronizer.run(task, input as Input))

  bus.reply(synchronize, async ({ selection }, { context }) => {
    synchronizer.checkConfigured()
    const { tenantId } = personFrom(context)
    const ids = chosenDevices(parts, tenantId, selection).map(({ id }) => id)
    const input: Input = { ids, context, begunAt: new Date(clock.now()).toISOString() }
    return tasks.start({ kind, tenant: tenantId, actor: context.actor, input }, (task) =>
      synchronizer.run(task, { ids, context }),
    )
  })
}
