import { type DeviceView, type Rendered, rootTenantId } from '@strowger/schema'
import { deviceFromRow } from './store/device-rows.ts'
import type { DeviceRecord } from './store/list-devices.ts'

/** What rendering has made of each device. */
export interface RenderedDevices {
  get(device: string): Rendered | undefined
}

/** A device as administrators see it, with what rendering has made of it. Pure. */
export function deviceView(row: DeviceRecord, rendered: Rendered | undefined): DeviceView {
  const device = deviceFromRow(row)
  const config = rendered?.config ?? device.config ?? `autoprov${device.id}`
  const view: DeviceView = {
    ...device,
    config,
    status: statusOf(device.plugin, rendered, config),
    isNew: device.tenant === rootTenantId,
    createdAt: new Date(row.created_at).toISOString(),
  }
  if (rendered) {
    const { revision, at, error } = rendered
    view.rendered = error === undefined ? { revision, at } : { revision, at, error }
  }
  if (row.fetch) {
    const { revision, digest, file, transport, address, at } = row.fetch
    // A file can be taken in the moment before it is recorded: the bytes decide, and then the revision is known.
    const current = rendered !== undefined && digest !== null && digestOf(rendered, file) === digest
    view.fetched = {
      revision: current ? rendered.revision : Number(revision),
      current,
      file,
      transport,
      address,
      at: new Date(at).toISOString(),
    }
  }
  return view
}

/** A fetch names its file without the folder that it may lie in. */
function digestOf({ digests }: Rendered, file: string): string | undefined {
  return digests[file] ?? Object.entries(digests).find(([name]) => name.endsWith(`/${file}`))?.[1]
}

function statusOf(plugin: string | undefined, rendered: Rendered | undefined, config: string): DeviceView['status'] {
  if (plugin === undefined) return 'unassociated'
  if (rendered?.error !== undefined) return 'failed'
  return config.startsWith('autoprov') ? 'autoprov' : 'configured'
}
