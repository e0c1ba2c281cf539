import type { Ban } from '@strowger/schema'

/** Moments in numbers, so that admission compares numbers and parses no dates. */
export function createBanList(bans: {
  entries(): Iterable<[string, Ban]>
  subscribe(listener: (key: string, ban: Ban | undefined) => void): unknown
}): { untilMs(address: string): number | undefined } {
  const untilMs = new Map<string, number>()
  const take = (address: string, ban: Ban | undefined) => {
    if (ban === undefined) untilMs.delete(address)
    else untilMs.set(address, Date.parse(ban.until))
  }
  for (const [address, ban] of bans.entries()) take(address, ban)
  bans.subscribe(take)
  return { untilMs: (address) => untilMs.get(address) }
}
