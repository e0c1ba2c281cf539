/** A request, or a transfer that its client has not acknowledged yet: its address may be forged. */
export interface Unproven {
  readonly source: string
  /** Ends it, at once. */
  stop(): void
}

/**
 * Transfers that nobody has acknowledged yet, oldest first. When the caps are reached the oldest of them makes room:
 * else a few thousand forged requests would keep every phone out until the last of them has been given up.
 */
export interface UnprovenTransfers {
  add(transfer: Unproven): void
  /** It is acknowledged, or has ended. */
  remove(transfer: Unproven): void
  /** The oldest, of one source or of all; undefined when every transfer is proven. */
  oldest(source?: string): Unproven | undefined
}

export function createUnprovenTransfers(): UnprovenTransfers {
  const all = new Set<Unproven>()
  const bySource = new Map<string, Set<Unproven>>()

  return {
    add(transfer) {
      all.add(transfer)
      const own = bySource.get(transfer.source)
      if (own) own.add(transfer)
      else bySource.set(transfer.source, new Set([transfer]))
    },
    remove(transfer) {
      if (!all.delete(transfer)) return
      const own = bySource.get(transfer.source)
      own?.delete(transfer)
      if (own?.size === 0) bySource.delete(transfer.source)
    },
    oldest(source) {
      const transfers = source === undefined ? all : bySource.get(source)
      return transfers?.values().next().value
    },
  }
}
