import type { ReadModel } from '@strowger/bus'
import type { Database } from '@strowger/database'
import type { Config, Device, Rendered } from '@strowger/schema'
import type { Seal } from '@strowger/service'
import { configKey } from './config-tree.ts'
import { openedSecrets, sealedSecrets } from './secrets.ts'
import { moveConfig } from './store/configs.ts'
import type { ProvisioningSchema } from './store/tables.ts'

/** Lets a device's own config follow the device when a tenant has claimed it, or lost it. */
export type FollowDevice = (device: Device) => Promise<void>

export function createOwnConfigMoves(parts: {
  database: Database<ProvisioningSchema>
  configs: Pick<ReadModel<Config>, 'get' | 'applyLocal'>
  rendered: { get(device: string): Rendered | undefined }
  seal: Seal
}): FollowDevice {
  const { database, configs, rendered, seal } = parts

  return async ({ id, tenant: to }) => {
    // Where it was when it was last rendered is where its config was written.
    const from = rendered.get(id)?.tenant
    if (from === undefined || from === to || configs.get(configKey(from, id)) === undefined) return
    const reseal = (raw: Config['raw']) =>
      sealedSecrets(openedSecrets(raw, { tenant: from, id }, seal), undefined, { tenant: to, id }, seal)
    const moved = await moveConfig(database, { id, from, to, reseal })
    if (moved === undefined) return
    configs.applyLocal(configKey(to, id), moved)
    configs.applyLocal(configKey(from, id), undefined)
  }
}
