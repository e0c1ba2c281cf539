import { type AllowanceCounters, createPinnedCounters } from '@strowger/rating'
import { Fault, type RatingSource } from '@strowger/schema'
import type { Clock } from '@strowger/service'
import type { Engines } from '../configuration/engines.ts'
import type { KnownFormats } from '../sources/formats.ts'
import type { CallRow } from '../store/calls.ts'
import { createNativeReader } from './native-reader.ts'
import { amountsOf } from './run-sums.ts'

export type Explanations = (
  call: CallRow,
  native: string,
  holders: readonly string[],
) => Promise<{ run: string; steps: unknown[] }[]>

/** How the price of a stored call comes about by what is known now, step by step. */
export function createExplanations(parts: { engines: Engines; formats: KnownFormats; clock: Clock }): Explanations {
  const { engines, formats, clock } = parts
  return async (call, native, holders) => {
    const knowledge = await engines.of(call.tenant_id)
    for (const tenant of holders) {
      const source = knowledge.items.at(tenant, 'source', call.source)
      if (source === undefined) continue
      try {
        const record = createNativeReader(formats, source.data as unknown as RatingSource)(native)
        if (record === undefined) return []
        const explained = (counters: AllowanceCounters) =>
          knowledge.engine.explain(record, `${tenant}/${source.id}`, { nowMs: clock.now(), counters })
        const seconds = Number(call.free_ms ?? 0) / 1_000
        const calls = seconds > 0 && call.free_ms === call.billed_ms ? 1 : 0
        const withTime = explained(createPinnedCounters({ seconds, calls, money: 0 }))
        // What is missing then was paid by an allowance of money.
        const money = Number(amountsOf(withTime.call).income ?? 0) - Number(call.income ?? 0)
        const { call: rated, steps } = money > 0 ? explained(createPinnedCounters({ seconds, calls, money })) : withTime
        return rated.runs.map(({ kind, party }, place) => ({
          run: `${kind} ${knowledge.names.plain(party)}`,
          steps: [...(steps[place] ?? [])],
        }))
      } catch (error) {
        if (error instanceof Fault) return []
        throw error
      }
    }
    return []
  }
}
