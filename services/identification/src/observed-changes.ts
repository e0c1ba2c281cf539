import type { Device } from '@strowger/schema'
import type { Identity } from './device-directory.ts'

/** Columns of a device that its own requests may write. Null takes an address away. */
export interface ObservedChange {
  readonly ip?: string | null
  readonly version?: string
  readonly mac?: string
  readonly sn?: string
  readonly uuid?: string
  readonly vendor?: string
  readonly model?: string
  readonly plugin?: string
  readonly firstBoot?: { readonly address: string; readonly until: string }
  /** The plugin that `plugin` takes the place of; without it a device that has one keeps it. */
  readonly replacedPlugin?: string
}

/**
 * What a request tells that is not yet known of the device: address and firmware are the latest ones, everything else
 * is only added where it is missing. Undefined when there is nothing new.
 *
 * A plugin that was chosen while the model, or the firmware, was unknown is chosen again once that is told: by DHCP of a
 * phone whose files’ names tell no more than its vendor; by the application of one whose boot program asks first.
 * `pluginFor` says what would be chosen by that little. Other firmware than before is no reason.
 */
export function observedChange(
  device: Device,
  identity: Identity,
  address: string,
  pluginFor: (device: Device) => string | undefined,
): ObservedChange | undefined {
  const change: { -readonly [Column in keyof ObservedChange]: ObservedChange[Column] } = {}
  if (device.ip !== address) change.ip = address
  if (identity.version !== undefined && identity.version !== device.version) change.version = identity.version
  for (const column of ['mac', 'sn', 'uuid', 'vendor', 'model', 'plugin'] as const) {
    const told = identity[column]
    if (device[column] === undefined && told !== undefined) change[column] = told
  }
  const { plugin } = identity
  const tellsMore = change.model !== undefined || (change.version !== undefined && device.version === undefined)
  if (tellsMore && plugin !== undefined && device.plugin !== undefined && device.plugin !== plugin) {
    if (device.plugin === pluginFor(device)) Object.assign(change, { plugin, replacedPlugin: device.plugin })
  }
  return Object.keys(change).length === 0 ? undefined : change
}

/** The device as it will be once the change is stored. */
export function withChange(device: Device, change: ObservedChange): Device {
  const { ip, firstBoot, replacedPlugin: _replaced, ...rest } = change
  const changed: Device = { ...device, ...rest }
  if (firstBoot !== undefined) changed.firstBoot ??= { ...firstBoot }
  if (ip === null) delete changed.ip
  else if (ip !== undefined) changed.ip = ip
  return changed
}
