import type { Device } from '@strowger/schema'

/** What a request may tell of the phone's identity. */
export interface Identity {
  readonly mac?: string | undefined
  readonly sn?: string | undefined
  readonly uuid?: string | undefined
  readonly vendor?: string | undefined
  readonly model?: string | undefined
  readonly version?: string | undefined
  readonly plugin?: string | undefined
}

/** All devices by what identifies them; kept in step with the read model. */
export interface DeviceDirectory {
  /** Tells of a change: the device before (none: it is new) and after (none: it is gone). */
  change(before: Device | undefined, after: Device | undefined): void
  /** By mac, else uuid, else vendor and serial, else by an address that one fitting device has. */
  find(identity: Identity, address: string): Device | undefined
  at(address: string): readonly Device[]
  /** Whether any device at the address is such a one; looks no further than the first. */
  someAt(address: string, isSuch: (device: Device) => boolean): boolean
}

export function createDeviceDirectory(get: (id: string) => Device | undefined): DeviceDirectory {
  const idByMac = new Map<string, string>()
  const idByUuid = new Map<string, string>()
  const idBySerial = new Map<string, string>()
  const idsByAddress = new Map<string, string | Set<string>>()

  function unlist(map: Map<string, string>, key: string | undefined, id: string): void {
    if (key !== undefined && map.get(key) === id) map.delete(key)
  }

  /** Most addresses have one device: a set is made only for the second. */
  function moveIn(address: string, id: string): void {
    const present = idsByAddress.get(address)
    if (present === undefined || present === id) idsByAddress.set(address, id)
    else if (typeof present === 'string') idsByAddress.set(address, new Set([present, id]))
    else present.add(id)
  }

  function moveOut(address: string, id: string): void {
    const present = idsByAddress.get(address)
    if (present === id) idsByAddress.delete(address)
    else if (typeof present === 'object') {
      present.delete(id)
      if (present.size === 0) idsByAddress.delete(address)
    }
  }

  function at(address: string): Device[] {
    const present = idsByAddress.get(address)
    const ids = present === undefined ? [] : typeof present === 'string' ? [present] : [...present]
    return ids.flatMap((id) => get(id) ?? [])
  }

  function byId(id: string | undefined): Device | undefined {
    return id === undefined ? undefined : get(id)
  }

  return {
    change(before, after) {
      if (before) {
        unlist(idByMac, before.mac, before.id)
        unlist(idByUuid, before.uuid, before.id)
        unlist(idBySerial, serialKey(before), before.id)
        if (before.ip !== undefined) moveOut(before.ip, before.id)
      }
      if (after) {
        if (after.mac !== undefined) idByMac.set(after.mac, after.id)
        if (after.uuid !== undefined) idByUuid.set(after.uuid, after.id)
        const serial = serialKey(after)
        if (serial !== undefined) idBySerial.set(serial, after.id)
        if (after.ip !== undefined) moveIn(after.ip, after.id)
      }
    },
    find(identity, address) {
      if (identity.mac !== undefined) {
        const known = byId(idByMac.get(identity.mac))
        if (known) return known
      }
      if (identity.uuid !== undefined) {
        const known = byId(idByUuid.get(identity.uuid))
        if (known) return known
      }
      const serial = serialKey(identity)
      if (serial !== undefined) {
        const known = byId(idBySerial.get(serial))
        if (known) return known
      }
      const fitting = at(address).filter((device) => fits(device, identity))
      return fitting.length === 1 ? fitting[0] : undefined
    },
    at,
    someAt(address, isSuch) {
      const present = idsByAddress.get(address)
      if (present === undefined) return false
      for (const id of typeof present === 'string' ? [present] : present) {
        const device = get(id)
        if (device !== undefined && isSuch(device)) return true
      }
      return false
    },
  }
}

/** Whether nothing that the request tells contradicts what is known of the device. */
function fits(device: Device, identity: Identity): boolean {
  const agrees = (known: string | undefined, told: string | undefined) =>
    known === undefined || told === undefined || known === told
  return (
    agrees(device.mac, identity.mac) &&
    agrees(device.uuid, identity.uuid) &&
    agrees(device.sn, identity.sn) &&
    agrees(device.vendor, identity.vendor) &&
    agrees(device.model, identity.model)
  )
}

function serialKey({ vendor, sn }: Identity): string | undefined {
  return vendor === undefined || sn === undefined ? undefined : `${vendor} ${sn}`
}
