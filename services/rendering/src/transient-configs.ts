import type { Database } from '@strowger/database'
import type { Config, Device } from '@strowger/schema'
import { type ConfigTree, configKey } from './config-tree.ts'
import { removeConfig } from './store/configs.ts'
import type { ProvisioningSchema } from './store/tables.ts'

/** Removes a transient config when no device uses it any more. `left`: the one that a device may just have left. */
export type RemoveWhenLeft = (left: { tenant: string; config: string }) => Promise<void>

export function createTransientConfigs(parts: {
  database: Database<ProvisioningSchema>
  tree: ConfigTree
  devices: { values(): Iterable<Device> }
  applyLocal: (key: string, config: undefined) => void
}): RemoveWhenLeft {
  const { database, tree, devices, applyLocal } = parts

  return async ({ tenant, config: id }) => {
    const config: Config | undefined = tree.find(tenant, id)
    if (!config?.transient) return
    for (const device of devices.values()) if (tree.ofDevice(device)?.chain.includes(config)) return
    const place = { tenant: config.tenant, id: config.id, ifRevision: config.revision }
    await removeConfig(database, { kind: 'system' }, place)
    applyLocal(configKey(config.tenant, config.id), undefined)
  }
}
