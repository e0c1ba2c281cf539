import { Fault, type FloodLimits } from '@strowger/schema'
import {
  type Clock,
  createSparseWarnings,
  createTokenBuckets,
  type Log,
  type Metrics,
  networkOf,
  type SparseWarnings,
} from '@strowger/service'

/** How many unknown phones may become devices: per source and in all, counted by each replica for itself. */
export interface NewPhones {
  /** Fault `too-many-requests` when it is too many. */
  admit(address: string): void
  /** It was none after all: another replica had made it a device. */
  wasKnown(address: string): void
  created(): void
  state(): { newPhonesLeft: number; sources: number; created: number; refusedPerSource: number; refusedInAll: number }
}

const all = 'all'

export function createNewPhones(parts: {
  limits: () => FloodLimits
  clock: Clock
  log: Log
  metrics: Metrics
}): NewPhones {
  const { limits, clock, metrics } = parts
  const { monotonicMs } = clock
  const warnings: SparseWarnings = createSparseWarnings(parts.log, clock)
  const perSource = createTokenBuckets({
    rate: () => ({ burst: limits().newPhonesPerSource, ratePerS: limits().newPhonesPerSourcePerHour / 3_600 }),
    monotonicMs,
  })
  const inAll = createTokenBuckets({
    rate: () => ({ burst: limits().newPhones, ratePerS: limits().newPhonesPerHour / 3_600 }),
    monotonicMs,
  })
  const counted = metrics.counter({
    name: 'new_phones_total',
    help: 'Unknown phones that became devices, or were refused because too many came',
    labels: ['outcome'],
  })
  const series = {
    created: counted.of({ outcome: 'created' }),
    source: counted.of({ outcome: 'refused-per-source' }),
    all: counted.of({ outcome: 'refused-in-all' }),
  }
  const counts = { created: 0, refusedPerSource: 0, refusedInAll: 0 }
  metrics.observedGauge({ name: 'new_phones_left', help: 'Unknown phones that may become devices at once now' }, () =>
    inAll.left(all),
  )

  return {
    admit(address) {
      const source = networkOf(address)
      if (!perSource.take(source)) {
        counts.refusedPerSource += 1
        series.source.add()
        warnings.warn('source', { address }, 'too many unknown phones from one source; further ones are refused')
        throw new Fault('too-many-requests', { detail: 'Too many unknown phones from this source' })
      }
      if (inAll.take(all)) return
      perSource.giveBack(source)
      counts.refusedInAll += 1
      series.all.add()
      warnings.warn('all', { address }, 'too many unknown phones in all; further ones are refused')
      throw new Fault('too-many-requests', { detail: 'Too many unknown phones' })
    },
    wasKnown(address) {
      perSource.giveBack(networkOf(address))
      inAll.giveBack(all)
    },
    created() {
      counts.created += 1
      series.created.add()
    },
    state: () => ({ ...counts, newPhonesLeft: inAll.left(all), sources: perSource.sources }),
  }
}
