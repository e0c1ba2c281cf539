import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Bus, isEvent, type Reader, type ReadModel } from '@strowger/bus'
import type { Database } from '@strowger/database'
import {
  type Config,
  type CustomFile,
  configChanged,
  customFileChanged,
  type Device,
  deviceCreated,
  deviceDeleted,
  deviceUpdated,
  Fault,
  pluginChanged,
  policyChanged,
  type Rendered,
  type StoredPolicy,
  type Tenants,
  tenantDeleted,
  tenantsFrom,
} from '@strowger/schema'
import { type Clock, createBatches } from '@strowger/service'
import { type ConfigTree, configKey } from '../config-tree.ts'
import { dependentsOf } from '../dependents.ts'
import { untilHeld } from '../model-catch-up.ts'
import type { FollowDevice } from '../own-config-moves.ts'
import type { LoadedPlugin } from '../plugin-library.ts'
import type { Rerendering } from '../rerendering.ts'
import { removeConfigsOf } from '../store/configs.ts'
import { customFileKey, removeCustomFilesOf } from '../store/custom-files.ts'
import type { ProvisioningSchema } from '../store/tables.ts'
import type { RemoveWhenLeft } from '../transient-configs.ts'

interface Parts {
  readonly devices: ReadModel<Device>
  readonly configs: ReadModel<Config>
  readonly files: ReadModel<CustomFile>
  readonly tenants: Tenants
  readonly plugins: ReadonlyMap<string, LoadedPlugin>
  readonly tree: ConfigTree
  readonly rerendering: Rerendering
  readonly policies: ReadModel<StoredPolicy>
  readonly clock: Clock
}

const askedAtOnce = 500
/** Events come a few at a time, and a transaction for each few of ten thousand would be half of the work. */
const storedEveryMs = 100
const storedAtOnce = 256

/** A config, a plugin or a custom file changed: just the devices concerned are rendered again. */
export function followConfigs(bus: Bus, parts: Parts): Reader {
  const { devices, configs, files, tenants, plugins, tree, rerendering, clock } = parts

  /** To ask for ten thousand at once would hold up phones for longer than any of them takes. */
  async function renderAll(concerned: readonly Device[], options?: { force: boolean }): Promise<void> {
    const rendered: Promise<unknown>[] = []
    for (const [index, { id }] of concerned.entries()) {
      if (index % askedAtOnce === askedAtOnce - 1) await nextTurn()
      const one = rerendering.device(id, options)
      // One that fails meanwhile is told by all together.
      one.catch(() => {})
      rendered.push(one)
    }
    await Promise.all(rendered)
  }

  return bus.events.consume(
    [configChanged, pluginChanged, customFileChanged],
    { durable: 'rendering-configs', concurrency: 8 },
    async (message) => {
      if (isEvent(message, configChanged)) {
        const { id, revision, deleted } = message.payload
        const changed = { tenant: message.tenant, id }
        await untilHeld(configs, configKey(changed.tenant, id), { revision, deleted }, clock)
        await renderAll(await dependentsOf(tree, devices.values(), changed))
        return
      }
      if (isEvent(message, customFileChanged)) {
        const { plugin, folder, name, revision, deleted } = message.payload
        const key = customFileKey({ tenant: message.tenant, plugin, folder, name })
        await untilHeld(files, key, { revision, deleted }, clock)
        const scope = new Set(tenantsFrom(tenants, message.tenant))
        const theirs = [...devices.values()].filter((device) => device.plugin === plugin && scope.has(device.tenant))
        const shares = folder === 'tftpboot' || (plugins.get(plugin)?.manifest.files.common.length ?? 0) > 0
        // A file that is not a device’s own may have changed: forced, as below.
        await renderAll(theirs, { force: shares })
        return
      }
      const concerned = [...devices.values()].filter(({ plugin }) => plugin === message.payload.id)
      // Forced: files that are not a device’s own may have changed with the plugin, and ingress keeps those by the same revision.
      await renderAll(concerned, { force: true })
    },
  )
}

/** A device came, changed or went: its files are rendered, or forgotten. Or all of a tenant are let in by other keys. */
export function followDevices(
  bus: Bus,
  parts: Parts & {
    rendered: { get(device: string): Rendered | undefined }
    followDevice: FollowDevice
    removeWhenLeft: RemoveWhenLeft
  },
): Reader {
  const { devices, policies, rerendering, clock, rendered, followDevice, removeWhenLeft } = parts
  const batches = createBatches<{ id: string; patient: boolean }, unknown>({
    maxBatch: storedAtOnce,
    maxWaiting: Number.POSITIVE_INFINITY,
    apart: { ms: storedEveryMs, clock },
    perform: (asked) => Promise.all(asked.map(({ id, patient }) => rerendering.device(id, { patient }))),
    tooMany: () => new Fault('too-many-requests'),
  })
  return bus.events.consume(
    [deviceCreated, deviceUpdated, deviceDeleted, policyChanged],
    { durable: 'rendering-devices', concurrency: 512, batch: 512 },
    async (message) => {
      if (isEvent(message, policyChanged)) {
        const { tenant, revision } = message.payload
        await untilHeld(policies, tenant, { revision, deleted: revision === 0 }, clock)
        const concerned = [...devices.values()].filter((device) => device.tenant === tenant)
        await Promise.all(concerned.map(({ id }) => rerendering.device(id)))
        return
      }
      const { device } = message.payload
      const deleted = isEvent(message, deviceDeleted)
      await untilHeld(devices, device.id, { revision: device.revision, deleted }, clock)
      if (!deleted) await followDevice(devices.get(device.id) ?? device)
      // A phone that has just become a device has its file: what is recorded of it can wait for other phones.
      const before = rendered.get(device.id)
      await batches.add({ id: device.id, patient: isEvent(message, deviceCreated) })
      if (before && before.config !== rendered.get(device.id)?.config) await removeWhenLeft(before)
    },
  )
}

/** A tenant is gone: so are its configs and custom files. Its devices are told of by identification. */
export function forgetDeletedTenants(
  bus: Bus,
  database: Database<ProvisioningSchema>,
  models: Pick<Parts, 'configs' | 'files'>,
): Reader {
  return bus.events.consume([tenantDeleted], { durable: 'rendering-tenants', concurrency: 1 }, async ({ payload }) => {
    for (const { tenant, id } of await removeConfigsOf(database, payload.tenant.id))
      models.configs.applyLocal(configKey(tenant, id), undefined)
    for (const file of await removeCustomFilesOf(database, payload.tenant.id))
      models.files.applyLocal(customFileKey(file), undefined)
  })
}
