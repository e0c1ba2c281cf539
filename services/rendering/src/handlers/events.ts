import { type Bus, isEvent, type Reader, type ReadModel } from '@strowger/bus'
import type { Database } from '@strowger/database'
import {
  type Config,
  configChanged,
  type Device,
  deviceCreated,
  deviceDeleted,
  deviceUpdated,
  pluginChanged,
  policyChanged,
  type StoredPolicy,
  tenantDeleted,
} from '@strowger/schema'
import type { Clock } from '@strowger/service'
import { type ConfigTree, configKey } from '../config-tree.ts'
import { untilHeld } from '../model-catch-up.ts'
import type { FollowDevice } from '../own-config-moves.ts'
import type { Rerendering } from '../rerendering.ts'
import { removeConfigsOf } from '../store/configs.ts'
import type { ProvisioningSchema } from '../store/tables.ts'

interface Parts {
  readonly devices: ReadModel<Device>
  readonly configs: ReadModel<Config>
  readonly tree: ConfigTree
  readonly rerendering: Rerendering
  readonly policies: ReadModel<StoredPolicy>
  readonly clock: Clock
}

/** A config or a plugin changed: just the devices concerned are rendered again. */
export function followConfigs(bus: Bus, { devices, configs, tree, rerendering, clock }: Parts): Reader {
  return bus.events.consume(
    [configChanged, pluginChanged],
    { durable: 'rendering-configs', concurrency: 8 },
    async (message) => {
      if (isEvent(message, configChanged)) {
        const { id, revision, deleted } = message.payload
        const changed = { tenant: message.tenant, id }
        if (!deleted) await untilHeld(configs, configKey(changed.tenant, id), revision, clock)
        const concerned = tree.dependents(devices.values(), changed)
        await Promise.all(concerned.map((device) => rerendering.device(device.id)))
        return
      }
      const concerned = [...devices.values()].filter(({ plugin }) => plugin === message.payload.id)
      // Forced: files that are not a device’s own may have changed with the plugin, and ingress keeps those by the same revision.
      await Promise.all(concerned.map((device) => rerendering.device(device.id, { force: true })))
    },
  )
}

/** A device came, changed or went: its files are rendered, or forgotten. Or all of a tenant are let in by other keys. */
export function followDevices(
  bus: Bus,
  { devices, policies, rerendering, clock }: Parts,
  followDevice: FollowDevice,
): Reader {
  return bus.events.consume(
    [deviceCreated, deviceUpdated, deviceDeleted, policyChanged],
    { durable: 'rendering-devices', concurrency: 512, batch: 512 },
    async (message) => {
      if (isEvent(message, policyChanged)) {
        const { tenant, revision } = message.payload
        await untilHeld(policies, tenant, revision, clock)
        const concerned = [...devices.values()].filter((device) => device.tenant === tenant)
        await Promise.all(concerned.map(({ id }) => rerendering.device(id)))
        return
      }
      const { device } = message.payload
      if (!isEvent(message, deviceDeleted)) {
        await untilHeld(devices, device.id, device.revision, clock)
        await followDevice(devices.get(device.id) ?? device)
      }
      // A phone that has just become a device has its file: what is recorded of it can wait for other phones.
      await rerendering.device(device.id, { patient: isEvent(message, deviceCreated) })
    },
  )
}

/** A tenant is gone: so are its configs. Its devices are told of by identification. */
export function forgetDeletedTenants(
  bus: Bus,
  database: Database<ProvisioningSchema>,
  applyLocal: (key: string, config: undefined) => void,
): Reader {
  return bus.events.consume([tenantDeleted], { durable: 'rendering-tenants', concurrency: 1 }, async ({ payload }) => {
    for (const { tenant, id } of await removeConfigsOf(database, payload.tenant.id))
      applyLocal(configKey(tenant, id), undefined)
  })
}
