import type { Bus, CallContext } from '@strowger/bus'
import { personFrom } from '@strowger/database'
import { assignPlugin, changePlugin, type Device, Fault, type Rendered, type Tenants } from '@strowger/schema'
import type { Clock, RunningTask, Tasks } from '@strowger/service'
import { chosenDevices, plainPluginId } from '../chosen-devices.ts'
import { previewPluginChange } from '../plugin-change-preview.ts'
import type { LoadedPlugin } from '../plugin-library.ts'
import type { Renderer } from '../renderer.ts'
import type { Rerendering } from '../rerendering.ts'
import type { Synchronizer } from '../synchronize/synchronize-task.ts'

/** Devices that are asked for at once, so that phones and other changes get their turns. */
const chunk = 1_024
const heldWithinMs = 30_000
const heldEveryMs = 20
const namedFailures = 100

/** What the task keeps, so that another process can take it up. */
interface Input {
  readonly old: string
  readonly new: string
  readonly recurse: boolean
  readonly synchronize: boolean
  readonly ids: readonly string[]
  readonly context: CallContext
  readonly begunAt: string
}

/** Gives devices another plugin: written at once as one change set, rendered in parts, and then fetched if asked for. */
export function answerChangePlugin(
  bus: Bus,
  parts: {
    devices: { get(id: string): Device | undefined; values(): Iterable<Device> }
    rendered: { get(id: string): Rendered | undefined }
    tenants: Tenants
    plugins: ReadonlyMap<string, LoadedPlugin>
    variants: { of(plugin: string, tenant: string): LoadedPlugin | undefined }
    renderer: Renderer
    rerendering: Rerendering
    synchronizer: Synchronizer
    tasks: Tasks
    clock: Pick<Clock, 'now' | 'monotonicMs' | 'sleep'>
  },
): void {
  const { devices, rendered, plugins, variants, renderer, rerendering, synchronizer, tasks, clock } = parts
  const kind = changePlugin.subject.replace(/\.v\d+$/, '')

  async function work(task: RunningTask, input: Input, isResumed: boolean) {
    const { old, new: wanted, recurse, ids, context } = input
    task.progress(0, ids.length, 'devices')
    // Once more by another process it finds none left: what was written stays written.
    const { changed, changeSet } = await bus.request(assignPlugin, { old, new: wanted, recurse }, context)
    const heldBeforeMs = clock.monotonicMs() + heldWithinMs
    const failures: { device: string; error: string }[] = []
    let failed = 0
    for (let done = 0; done < ids.length; done += chunk) {
      task.signal.throwIfAborted()
      task.progress(done, ids.length, 'devices')
      for (const id of await renderedWith(wanted, ids.slice(done, done + chunk), task.signal, heldBeforeMs)) {
        const error = rendered.get(id)?.error
        if (error === undefined) continue
        failed += 1
        if (failures.length < namedFailures) failures.push({ device: id, error })
      }
    }
    task.progress(ids.length, ids.length, 'devices')
    const result = {
      changed: isResumed ? ids.length : changed,
      ...(changeSet === undefined ? {} : { changeSet }),
      failed,
      failures,
    }
    if (!input.synchronize) return result
    const begunAt = isResumed ? input.begunAt : undefined
    return { ...result, synchronization: await synchronizer.run(task, { ids, context, begunAt }) }
  }

  /** Renders those that have the plugin, once this process has heard of it; answers them. */
  async function renderedWith(plugin: string, ids: readonly string[], signal: AbortSignal, endMs: number) {
    const isHeld = (id: string) => [undefined, plugin].includes(devices.get(id)?.plugin)
    while (!ids.every(isHeld) && clock.monotonicMs() < endMs) await clock.sleep(heldEveryMs, signal)
    const theirs = ids.filter((id) => devices.get(id)?.plugin === plugin)
    await Promise.all(theirs.map((id) => rerendering.device(id)))
    return theirs
  }

  tasks.resume(kind, (task, input) => work(task, input as Input, true))

  bus.reply(changePlugin, async ({ change, dryRun = false }, { context }) => {
    const { recurse = false, synchronize = false } = change
    const { tenantId } = personFrom(context)
    const [old, wanted] = [plainPluginId(change.old), plainPluginId(change.new)]
    if (!plugins.has(wanted)) {
      throw new Fault('not-found', { detail: `There is no plugin ${wanted}; \`strowger plugins list\` shows them` })
    }
    if (old === wanted) throw new Fault('conflict', { detail: `${old} is the old and the new plugin` })
    if (synchronize) synchronizer.checkConfigured()
    const chosen = chosenDevices(parts, tenantId, { plugin: old, recurse })
    if (dryRun) {
      const pluginFor = (tenant: string) => variants.of(wanted, tenant)
      return { applied: false, ...(await previewPluginChange(chosen, wanted, { renderer, pluginFor })) }
    }
    // As identification tells of them: the first parts are held, and rendered, while the last are still told of.
    const ids = chosen.map(({ id }) => id).sort()
    const begunAt = new Date(clock.now()).toISOString()
    const input: Input = { old, new: wanted, recurse, synchronize, ids, context, begunAt }
    const task = await tasks.start({ kind, tenant: tenantId, actor: context.actor, input }, (running) =>
      work(running, input, false),
    )
    return { applied: true, task, deviceCount: ids.length, devices: [], models: [] }
  })
}
