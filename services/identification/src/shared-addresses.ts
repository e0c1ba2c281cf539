import { createOldestFirst } from '@strowger/service'

/**
 * Notices addresses behind which many phones evidently are though nobody said so (NAT off): there the phones take the
 * address from each other with every request, and each time two devices would be written and told of. From then on
 * they all keep it.
 */
export interface SharedAddresses {
  /** One device has taken the address from another, or would have. Answers whether it is shared by now. */
  noteHandOver(address: string): boolean
}

/** A desk phone that is exchanged for another takes its address once; so often in a minute it is many phones. */
const mostHandOvers = 8
const withinMs = 60_000
/** So long after the last one an address is nobody's but its last user's again. */
const sharedForMs = 600_000
const maxAddresses = 16_384

interface HandOvers {
  count: number
  sinceMs: number
  sharedUntilMs: number
}

export function createSharedAddresses(monotonicMs: () => number, onShared: (address: string) => void): SharedAddresses {
  const addresses = new Map<string, HandOvers>()
  const oldest = createOldestFirst(addresses)

  function handOversAt(address: string, nowMs: number): HandOvers {
    const known = addresses.get(address)
    if (known) return known
    if (addresses.size >= maxAddresses) addresses.delete(oldest() ?? '')
    const fresh = { count: 0, sinceMs: nowMs, sharedUntilMs: Number.NEGATIVE_INFINITY }
    addresses.set(address, fresh)
    return fresh
  }

  return {
    noteHandOver(address) {
      const nowMs = monotonicMs()
      const handOvers = handOversAt(address, nowMs)
      const wasShared = nowMs < handOvers.sharedUntilMs
      if (nowMs - handOvers.sinceMs > withinMs) Object.assign(handOvers, { count: 0, sinceMs: nowMs })
      handOvers.count += 1
      if (!wasShared && handOvers.count <= mostHandOvers) return false
      handOvers.sharedUntilMs = nowMs + sharedForMs
      if (!wasShared) onShared(address)
      return true
    },
  }
}
