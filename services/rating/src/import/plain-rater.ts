import { createAllowanceCounters } from '@strowger/rating'
import type { Knowledge } from '../configuration/engines.ts'
import { tenantOfNode } from '../configuration/engines.ts'
import { readCounters, writeCounters } from '../store/allowance-counters.ts'
import { failedRating } from './rated-faults.ts'
import type { Rater } from './rater.ts'

/** Rates by one state of the configuration; with counters of allowances where there are any. */
export function createRater(parts: { knowledge: Knowledge; tenant: string; source: string; nowMs: number }): Rater {
  const { knowledge, tenant, source, nowMs } = parts
  const { engine, configuration, names, tenants } = knowledge
  const provider = `${tenant}/${source}`
  const isOrdered = configuration.allowances.length > 0

  return {
    async begin(tx) {
      const counters = isOrdered ? createAllowanceCounters(await readCounters(tx, tenants)) : undefined
      const options = counters === undefined ? { nowMs } : { nowMs, counters }
      return {
        isOrdered,
        names,
        tenantOf: (owner) => tenantOfNode(owner, tenant),
        rate(record) {
          try {
            return engine.rate(record, provider, options)
          } catch (error) {
            return failedRating(record, error instanceof Error ? error.message.slice(0, 200) : 'unknown')
          }
        },
        async finish(ending) {
          if (counters !== undefined) await writeCounters(ending, counters.touched())
        },
      }
    },
  }
}
