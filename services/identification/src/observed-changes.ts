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
}

/**
 * What a request tells that is not yet known of the device: address and firmware are the latest ones, everything else
 * is only added where it is missing. Undefined when there is nothing new.
 */
export function observedChange(device: Device, identity: Identity, address: string): ObservedChange | undefined {
  const change: { -readonly [Column in keyof ObservedChange]: ObservedChange[Column] } = {}
  if (device.ip !== address) change.ip = address
  if (identity.version !== undefined && identity.version !== device.version) change.version = identity.version
  for (const column of ['mac', 'sn', 'uuid', 'vendor', 'model', 'plugin'] as const) {
    const told = identity[column]
    if (device[column] === undefined && told !== undefined) change[column] = told
  }
  return Object.keys(change).length === 0 ? undefined : change
}

/** The device as it will be once the change is stored. */
export function withChange(device: Device, change: ObservedChange): Device {
  const { ip, firstBoot, ...rest } = change
  const changed: Device = { ...device, ...rest }
  if (firstBoot !== undefined) changed.firstBoot ??= { ...firstBoot }
  if (ip === null) delete changed.ip
  else if (ip !== undefined) changed.ip = ip
  return changed
}
