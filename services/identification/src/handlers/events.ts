import type { Bus, Reader } from '@strowger/bus'
import type { Database } from '@strowger/database'
import {
  type Device,
  deviceLinesChanged,
  Fault,
  type FetchFact,
  fileFetched,
  rootTenantId,
  tenantDeleted,
} from '@strowger/schema'
import { type Clock, createBatches } from '@strowger/service'
import type { PhoneRegistry } from '../phone-registry.ts'
import type { SourceStanding } from '../source-standing.ts'
import { recordFetches } from '../store/fetches.ts'
import type { DevicesSchema } from '../store/tables.ts'
import { tellOfProved } from '../store/unproven-devices.ts'
import { claimDevice, moveDevices } from '../store/write-devices.ts'

/** Nobody waits for it, and a transaction for each message of a busy site would be fifty a second. */
const apartMs = 100

/** Phones took files: the newest fetch of each is kept, for administrators to see. */
export function recordWhatPhonesFetch(
  bus: Bus,
  database: Database<DevicesSchema>,
  clock: Pick<Clock, 'monotonicMs' | 'sleep'>,
  registry: PhoneRegistry,
  standing: SourceStanding,
): Reader {
  const batches = createBatches<{ tenant: string; facts: readonly FetchFact[] }, true>({
    maxBatch: 64,
    maxWaiting: Number.POSITIVE_INFINITY,
    apart: { ms: apartMs, clock },
    tooMany: () => new Fault('too-many-requests'),
    async perform(told) {
      const facts = told.flatMap((each) => each.facts)
      await tellOfProved(
        database,
        facts.filter(({ device }) => !registry.hasFetched(device)),
      )
      await recordFetches(database, told)
      for (const { facts } of told) {
        for (const { confirms, transport, device, address } of facts) {
          if (confirms && transport === 'tftp' && !registry.hasFetched(device)) standing.noteNew(address)
        }
        registry.noteFetched(facts.filter(({ confirms }) => confirms))
      }
      return told.map(() => true)
    },
  })
  return bus.events.consume(
    [fileFetched],
    { durable: 'identification-fetches', concurrency: 128, batch: 128 },
    async ({ tenant, payload }) => {
      await batches.add({ tenant, facts: payload.facts })
    },
  )
}

/** A tenant is gone: its devices are nobody's again. */
export function adoptDevicesOfDeletedTenants(
  bus: Bus,
  database: Database<DevicesSchema>,
  applyLocal: (id: string, device: Device) => void,
): Reader {
  return bus.events.consume(
    [tenantDeleted],
    { durable: 'identification-tenants', concurrency: 1 },
    async ({ payload }) => {
      for (const device of await moveDevices(database, payload.tenant.id, rootTenantId)) applyLocal(device.id, device)
    },
  )
}

/** A device got a line: a phone that nobody has claimed is its tenant’s from now on. */
export function claimDevicesOfLines(
  bus: Bus,
  database: Database<DevicesSchema>,
  devices: { get(id: string): Device | undefined },
  applyLocal: (id: string, device: Device) => void,
): Reader {
  return bus.events.consume(
    [deviceLinesChanged],
    { durable: 'identification-lines', concurrency: 1 },
    async ({ tenant, payload: { device: id, lines } }) => {
      const device = devices.get(id)
      if (lines.length === 0 || device === undefined || device.tenant !== rootTenantId || tenant === rootTenantId)
        return
      try {
        applyLocal(id, await claimDevice(database, [], { kind: 'person', actor: 'sip-config', tenantId: tenant }, id))
      } catch (error) {
        if (!(error instanceof Fault && error.code === 'not-found')) throw error
      }
    },
  )
}
