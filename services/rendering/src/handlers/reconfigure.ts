import type { Bus, CallContext } from '@strowger/bus'
import { personFrom } from '@strowger/database'
import {
  type Device,
  Fault,
  type FolderNote,
  reconfigure,
  rootTenantId,
  syncPluginFolder,
  type Tenants,
  tenantsFrom,
} from '@strowger/schema'
import type { Clock, RunningTask, Tasks } from '@strowger/service'
import type { Rerendering } from '../rerendering.ts'

/** Devices that are asked for at once, so that phones and other changes get their turns. */
const chunk = 1_024
const keeperWaitMs = 20_000
const keeperRetryMs = 250

/** What the task keeps, so that another process can take it up. */
interface Input {
  readonly ids: readonly string[]
  /** What people edited on disk is read first: asked for in the name of this one. */
  readonly folder?: CallContext
  readonly writeFiles?: boolean
}

/** Renders devices again, as a task that can be cancelled and that another process takes up when this one dies. */
export function answerReconfigure(
  bus: Bus,
  parts: {
    devices: { get(id: string): Device | undefined; values(): Iterable<Device> }
    tenants: Tenants
    rerendering: Rerendering
    tasks: Tasks
    clock: Pick<Clock, 'sleep' | 'monotonicMs'>
    /** There is a folder of plugins, kept by one replica. */
    hasFolder: boolean
    /** Files are written to the folder of plugins although nobody asks for it. */
    writeFiles: boolean
  },
): void {
  const { devices, tenants, rerendering, tasks, clock, hasFolder } = parts
  const kind = reconfigure.subject.replace(/\.v\d+$/, '')

  async function work(task: RunningTask, { ids, folder, writeFiles }: Input) {
    const read = folder && (await onDisk(folder, { read: true }))
    const counts = { changed: 0, same: 0, gone: 0 }
    const files = { written: 0 }
    for (let done = 0; done < ids.length; done += chunk) {
      task.signal.throwIfAborted()
      task.progress(done, ids.length, 'devices')
      const some = ids.slice(done, done + chunk)
      const outcomes = await Promise.all(some.map((id) => rerendering.device(id, { force: true })))
      for (const outcome of outcomes) counts[outcome] += 1
      if (folder && writeFiles) files.written += (await onDisk(folder, { devices: some })).written
    }
    task.progress(ids.length, ids.length, 'devices')
    return {
      ...counts,
      ...(read && read.notes.length > 0 ? { folder: read.notes } : {}),
      ...(writeFiles ? { filesWritten: files.written } : {}),
    }
  }

  /** The folder of plugins, wherever it is kept; nothing when it is kept nowhere. */
  async function onDisk(
    context: CallContext,
    asked: { read?: boolean; devices?: string[] },
  ): Promise<{ notes: FolderNote[]; written: number }> {
    const endMs = clock.monotonicMs() + (hasFolder ? keeperWaitMs : 0)
    for (;;) {
      try {
        return await bus.request(syncPluginFolder, asked, context)
      } catch (error) {
        if (!(error instanceof Fault) || error.code !== 'unavailable') throw error
        if (!hasFolder) return { notes: [], written: 0 }
        // After a restart it takes a moment until a replica keeps the folder.
        if (clock.monotonicMs() > endMs)
          throw new Fault('unavailable', {
            detail: 'No replica keeps the folder of plugins at present; nothing was done',
          })
        await clock.sleep(keeperRetryMs)
      }
    }
  }

  tasks.resume(kind, (task, input) => work(task, input as Input))

  bus.reply(reconfigure, async ({ selection }, { context }) => {
    const { tenantId } = personFrom(context)
    const scope = new Set(
      selection.recurse || selection.device !== undefined ? tenantsFrom(tenants, tenantId) : [tenantId],
    )
    const { device, plugin, writeFiles = parts.writeFiles } = selection
    const chosen = [...devices.values()].filter(
      (candidate) =>
        scope.has(candidate.tenant) &&
        (device === undefined || candidate.id === device) &&
        (plugin === undefined || candidate.plugin === plugin.replace(/^wazo-/, '')),
    )
    if (device !== undefined && chosen.length === 0)
      throw new Fault('not-found', { detail: `There is no device ${device}` })
    // The folder is the root tenant's.
    const folder = tenantId === rootTenantId ? { folder: context, writeFiles } : {}
    const input: Input = { ids: chosen.map(({ id }) => id), ...folder }
    return tasks.start({ kind, tenant: tenantId, actor: context.actor, input }, (task) => work(task, input))
  })
}
