import { createAllowanceCounters } from '@strowger/rating'
import { Fault, type RatingSource } from '@strowger/schema'
import type { Clock } from '@strowger/service'
import type { Engines } from '../configuration/engines.ts'
import type { KnownFormats } from '../sources/formats.ts'
import type { CallRow } from '../store/calls.ts'
import { createNativeReader } from './native-reader.ts'

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
      const source = knowledge.items.find(
        (item) => item.kind === 'source' && item.id === call.source && item.tenant === tenant,
      )
      if (source === undefined) continue
      try {
        const record = createNativeReader(formats, source.data as unknown as RatingSource)(native)
        if (record === undefined) return []
        const options = { nowMs: clock.now(), counters: createAllowanceCounters() }
        const { call: rated, steps } = knowledge.engine.explain(record, `${tenant}/${source.id}`, options)
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
