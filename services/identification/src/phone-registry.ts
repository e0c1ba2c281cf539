import type { Database } from '@strowger/database'
import { type Device, Fault, type Policy, type StoredPolicy, wholePolicy } from '@strowger/schema'
import { type Batches, type Clock, createBatches, type Log, newId } from '@strowger/service'
import type { DeviceDirectory, Identity } from './device-directory.ts'
import type { NewPhones } from './new-phones.ts'
import { type ObservedChange, observedChange, withChange } from './observed-changes.ts'
import { createSharedAddresses } from './shared-addresses.ts'
import { createDevices, type UnknownPhone } from './store/create-devices.ts'
import { type Observation, observeDevices, type Proof } from './store/observe-devices.ts'
import type { DevicesSchema } from './store/tables.ts'

/** Devices as phones' requests find, make and change them. */
export interface PhoneRegistry {
  get(id: string): Device | undefined
  find(identity: Identity, address: string): Device | undefined
  /** With what was observed of it and is not stored yet. */
  present(device: Device): Device
  /**
   * Makes a device of an unknown phone; resolves when it is committed. Unless it is proved that the request came from
   * that address, the security log is told once the phone has taken a file. Fault `too-many-requests` when too many come.
   */
  create(identity: Identity, address: string, by: { isProved: boolean; tenant?: string }): Promise<Device>
  /** Stores what a request tells that is new, afterwards; answers the device as it will be. Never waits. */
  observe(
    device: Device,
    identity: Identity,
    address: string,
    by: { proof: Proof; begins?: Device['firstBoot'] | undefined },
  ): Device
  /** Whether another phone is at this address, and neither is behind NAT. */
  isOthersAddress(device: Device, address: string): boolean
  /** Somebody who is no device has this address now: no device has it any more, save those behind NAT. */
  vacate(address: string): void
  policyOf(tenant: string): Policy
  hasFetched(device: string): boolean
  /** These have taken their configuration, from these addresses. */
  noteFetched(fetches: Iterable<{ device: string; address: string }>): void
  /** Devices that were at this address when they last took their configuration, whoever has it by now. */
  fetchedFrom(address: string): Device[]
  /** Resolves when what was observed up to now is stored, or after `waitMs`. */
  settled(waitMs: number): Promise<void>
  /** Resolves when everything that was observed is stored, or cannot be. */
  close(): Promise<void>
}

/** Changes kept while PostgreSQL is away; beyond it new ones wait for the phone’s next request. */
const maxObservations = 20_000
const retryMs = 1_000

export function createPhoneRegistry(parts: {
  database: Database<DevicesSchema>
  directory: DeviceDirectory
  /** Puts a device that was written into the read model at once. */
  applyLocal: (device: Device) => void
  get: (id: string) => Device | undefined
  /** What is chosen for a phone of which no more is known than of this device. */
  pluginFor: (device: Device) => string | undefined
  policies: { get(tenant: string): StoredPolicy | undefined }
  maxWaiting: number
  newPhones: NewPhones
  clock: Clock
  log: Log
}): PhoneRegistry {
  const { database, directory, applyLocal, get, pluginFor, policies, maxWaiting, newPhones, clock, log } = parts
  const fetched = new Map<string, string>()
  const sharedAddresses = createSharedAddresses(clock.monotonicMs, (address) =>
    log.warn({ address }, 'many phones are at this address: their tenant’s policy should say that it is behind NAT'),
  )
  const creating = new Map<string, Promise<Device>>()
  const observed = new Map<string, Observation>()
  let storing: Promise<void> | undefined
  let closing = false

  const creations: Batches<UnknownPhone, Device> = createBatches({
    maxBatch: 256,
    maxWaiting,
    async perform(phones) {
      const results = await createDevices(database, phones, new Date(clock.now()).toISOString())
      results.forEach(({ device, created }, index) => {
        applyLocal(device)
        if (created) newPhones.created()
        else newPhones.wasKnown(phones[index]?.address ?? '')
      })
      return results.map(({ device }) => device)
    },
    tooMany: () => new Fault('unavailable', { detail: 'Too many unknown phones wait at once' }),
  })

  const policyOf = (tenant: string): Policy => wholePolicy(policies.get(tenant), tenant)

  async function storeObserved(): Promise<void> {
    while (observed.size > 0) {
      const batch = [...observed.values()].slice(0, 256)
      try {
        for (const device of await observeDevices(database, batch)) applyLocal(device)
      } catch (error) {
        log.warn({ error, waiting: observed.size }, 'what phones told could not be stored; tried again')
        if (closing) break
        await clock.sleep(retryMs)
        continue
      }
      for (const observation of batch) {
        if (observed.get(observation.id) === observation) observed.delete(observation.id)
      }
    }
    storing = undefined
  }

  function present(device: Device): Device {
    const waiting = observed.get(device.id)
    return waiting === undefined ? device : withChange(device, waiting.change)
  }

  function remember(device: Device, change: ObservedChange, moved?: Observation['moved']): void {
    const waiting = observed.get(device.id)
    if (waiting === undefined && observed.size >= maxObservations) return
    const last = moved ?? waiting?.moved
    observed.set(device.id, {
      id: device.id,
      tenant: device.tenant,
      change: { ...waiting?.change, ...change },
      ...(last === undefined ? {} : { moved: last }),
    })
    storing ??= Promise.resolve().then(storeObserved)
  }

  const isOther = (keeper: string | undefined) => (other: Device) => other.id !== keeper && !policyOf(other.tenant).nat

  /** One device an address: the others lose it, unless tenants behind NAT share it, or many phones evidently do. */
  function claimAddress(device: Device, address: string): void {
    if (policyOf(device.tenant).nat || !directory.someAt(address, isOther(device.id))) return
    if (!sharedAddresses.noteHandOver(address)) takeAddress(address, device.id)
  }

  function takeAddress(address: string, keeper: string | undefined): void {
    for (const other of directory.at(address).filter(isOther(keeper))) remember(other, { ip: null })
  }

  return {
    get,
    present,
    find(identity, address) {
      return directory.find(identity, address)
    },
    async create(identity, address, { isProved, tenant }) {
      const key = JSON.stringify([identity.mac, identity.uuid, identity.vendor, identity.sn, address, tenant])
      let creation = creating.get(key)
      if (creation === undefined) {
        newPhones.admit(address)
        creation = creations
          .add({ id: newId(), identity, address, isProved, tenant })
          .catch((error: unknown) => {
            newPhones.wasKnown(address)
            throw error
          })
          .finally(() => creating.delete(key))
        creating.set(key, creation)
        return creation.then((device) => {
          claimAddress(device, address)
          return device
        })
      }
      return creation
    },
    observe(device, identity, address, { proof, begins }) {
      const current = present(device)
      const told = observedChange(current, identity, address, pluginFor)
      if (told === undefined && begins === undefined) return current
      const change = { ...told, ...(begins === undefined ? {} : { firstBoot: begins }) }
      const { ip: from } = current
      const hasMoved = change.ip !== undefined && from !== undefined
      const at = () => new Date(clock.now()).toISOString()
      remember(device, change, hasMoved ? { from, to: address, proof, at: at() } : undefined)
      if (change.ip !== undefined) claimAddress(device, address)
      return withChange(current, change)
    },
    isOthersAddress(device, address) {
      if (policyOf(device.tenant).nat) return false
      const isThere = isOther(device.id)
      return directory.someAt(address, (other) => isThere(other) && present(other).ip === address)
    },
    vacate(address) {
      takeAddress(address, undefined)
    },
    policyOf,
    hasFetched: (device) => fetched.has(device),
    noteFetched(fetches) {
      for (const { device, address } of fetches) {
        const known = get(device)
        // The texts that are held already, where they are the same.
        if (known) fetched.set(known.id, known.ip === address ? known.ip : address)
      }
    },
    // Rarely asked, and then about one address: an index would cost more than it saves.
    fetchedFrom: (address) => [...fetched].flatMap(([id, from]) => (from === address ? (get(id) ?? []) : [])),
    async settled(waitMs) {
      if (storing === undefined) return
      const waiting = new AbortController()
      await Promise.race([storing, clock.sleep(waitMs, waiting.signal).catch(() => {})])
      waiting.abort()
    },
    async close() {
      closing = true
      await creations.drain()
      await storing
    },
  }
}
