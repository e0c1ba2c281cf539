import { createOldestFirst } from '@strowger/service'

/** Addresses remembered at most. */
const maxSources = 65_536

/**
 * Addresses that have acknowledged a transfer: what comes from there is not forged, or forged by who knows a phone's
 * address. Phones that were served before are so told apart from a flood of datagrams that anybody may send.
 */
export interface ProvenSources {
  add(address: string): void
  has(address: string): boolean
}

export function createProvenSources(): ProvenSources {
  const sources = new Map<string, true>()
  const oldest = createOldestFirst(sources)
  return {
    add(address) {
      if (sources.has(address)) return
      const first = sources.size >= maxSources ? oldest() : undefined
      if (first !== undefined) sources.delete(first)
      sources.set(address, true)
    },
    has: (address) => sources.has(address),
  }
}
