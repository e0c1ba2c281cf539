import { type Device, type FloodLimits, rootTenantId } from '@strowger/schema'
import { createSourceCounts, networkOf } from '@strowger/service'

/** What an address is to us: the place of known phones, or one that tries phones and files out. */
export interface Standing {
  readonly known: boolean
  readonly devices: number
  readonly newDevices: number
  readonly refused: number
  readonly why: string
}

export interface SourceStanding {
  /** An unknown phone came from there, and is proven to be there: a connection, or a transfer that was acknowledged. */
  noteNew(address: string): void
  /** What was asked for from there is not for who asks. */
  noteRefused(address: string): void
  of(address: string): Standing
}

/**
 * Known phones are at an address when a device is there that somebody has claimed or configured, or that has taken its
 * configuration. But who tries addresses out soon has some device, too: an address from which many new ones or refused
 * requests have come of late does not count, whoever else is there.
 */
export function createSourceStanding(parts: {
  directory: { at(address: string): readonly Device[] }
  /** The config in use, as rendering says. */
  configOf: (device: string) => string | undefined
  /** Devices that took their configuration from there the last time they did. */
  fetchedFrom: (address: string) => readonly Device[]
  limits: () => FloodLimits
  monotonicMs: () => number
}): SourceStanding {
  const { directory, configOf, fetchedFrom, limits, monotonicMs } = parts
  const window = { windowMs: () => limits().banFindTimeS * 1_000, monotonicMs }
  const created = createSourceCounts(window)
  const refusals = createSourceCounts(window)

  function isEstablished({ id, tenant, added, config }: Device): boolean {
    if (tenant !== rootTenantId || added === 'api' || config !== undefined) return true
    return configOf(id)?.startsWith('autoprov') === false
  }

  return {
    noteNew: (address) => void created.add(networkOf(address)),
    noteRefused: (address) => void refusals.add(networkOf(address)),
    of(address) {
      const { banMaxNew, banMaxRefused } = limits()
      // Not the address alone: without NAT the last one that asked has it, and datagrams can be forged.
      const present = [...directory.at(address).filter(isEstablished), ...fetchedFrom(address)]
      const devices = new Set(present.map(({ id }) => id)).size
      const newDevices = created.count(networkOf(address))
      const refused = refusals.count(networkOf(address))
      const numbers = { devices, newDevices, refused }
      if (devices === 0) return { known: false, ...numbers, why: 'no known phone is there' }
      if (refused >= banMaxRefused) return { known: false, ...numbers, why: `${refused} requests were refused of late` }
      if (newDevices >= banMaxNew) return { known: false, ...numbers, why: `${newDevices} new phones came of late` }
      return {
        known: true,
        ...numbers,
        why: devices === 1 ? 'a known phone is there' : `${devices} known phones are there`,
      }
    },
  }
}
