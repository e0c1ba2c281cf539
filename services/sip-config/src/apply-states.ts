import type { SipApplied } from '@strowger/schema'
import type { ApplyOutcome, ApplyStates } from './desired-object.ts'

/** How the objects of each configuration were applied, to be shown with it. */
export function createApplyStates(): ApplyStates & { of(configuration: string): SipApplied[] } {
  const outcomes = new Map<string, Map<string, ApplyOutcome>>()
  return {
    record(recorded) {
      for (const outcome of recorded) {
        const { asteriskId, object } = outcome
        const known = outcomes.get(object.configuration) ?? new Map<string, ApplyOutcome>()
        outcomes.set(object.configuration, known.set(`${asteriskId}/${object.type}/${object.id}`, outcome))
      }
    },
    of(configuration) {
      const byAsterisk = new Map<string, SipApplied>()
      for (const { asteriskId, object, state, reason, at } of outcomes.get(configuration)?.values() ?? []) {
        if (state === 'applied' && byAsterisk.get(asteriskId)?.state === 'failed') continue
        const told = reason === undefined ? {} : { reason: `${object.type} ${object.id}: ${reason}` }
        byAsterisk.set(asteriskId, { asterisk_id: asteriskId, state, at, ...told })
      }
      return [...byAsterisk.values()]
    },
  }
}
