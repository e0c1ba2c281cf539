export interface TransferLimits {
  /** Transfers at once, those whose answer is still awaited included. */
  readonly maxTransfers: number
  /** The same for one source address. A site behind address translation is one source. */
  readonly maxTransfersPerSource: number
}

export interface Admission {
  /** Takes a place; else says whether this source has too many, or all have. */
  enter(source: string): 'entered' | 'source-full' | 'full'
  leave(source: string): void
  readonly count: number
}

export const defaultTransferLimits: TransferLimits = { maxTransfers: 4096, maxTransfersPerSource: 1024 }

/** Counts transfers in all and per source. */
export function createAdmission({ maxTransfers, maxTransfersPerSource }: TransferLimits): Admission {
  const bySource = new Map<string, number>()
  let count = 0
  return {
    enter(source) {
      const own = bySource.get(source) ?? 0
      if (own >= maxTransfersPerSource) return 'source-full'
      if (count >= maxTransfers) return 'full'
      count++
      bySource.set(source, own + 1)
      return 'entered'
    },
    leave(source) {
      const own = bySource.get(source)
      if (own === undefined) return
      count--
      if (own === 1) bySource.delete(source)
      else bySource.set(source, own - 1)
    },
    get count() {
      return count
    },
  }
}
