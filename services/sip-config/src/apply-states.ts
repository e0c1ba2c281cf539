import type { SipApplied } from '@strowger/schema'
import type { Clock } from '@strowger/service'
import type { ApplyOutcome, ApplyStates } from './desired-object.ts'
import type { Placement } from './desired-state.ts'

export interface KnownStates extends ApplyStates {
  /** How what a configuration is to be stands in each Asterisk; empty: none has told of it. */
  of(configuration: string): SipApplied[]
  /** Resolves to that when nothing is waiting any more, or after this time. */
  untilSettled(configuration: string, timeoutMs: number): Promise<SipApplied[]>
}

/** How the objects of each configuration were applied, against what they are to be now. */
export function createApplyStates(
  desired: { placementOf(configuration: string): Placement | undefined },
  clock: Pick<Clock, 'after'>,
): KnownStates {
  const outcomes = new Map<string, Map<string, ApplyOutcome>>()
  const listeners = new Set<() => void>()

  function of(configuration: string): SipApplied[] {
    const known = outcomes.get(configuration)
    const placement = desired.placementOf(configuration)
    if (known === undefined || placement === undefined) return []
    const asterisks = new Set([...known.values()].map(({ asteriskId }) => asteriskId))
    if (placement.asteriskId !== undefined) asterisks.add(placement.asteriskId)
    return [...asterisks]
      .filter((asteriskId) => placement.asteriskId === undefined || placement.asteriskId === asteriskId)
      .map((asteriskId) => stateIn(asteriskId, known, placement))
  }

  function stateIn(asteriskId: string, known: ReadonlyMap<string, ApplyOutcome>, placement: Placement): SipApplied {
    let at: string | undefined
    let waiting: string | undefined
    for (const { type, id, digest } of placement.objects) {
      const outcome = known.get(`${asteriskId}/${type}/${id}`)
      if (outcome?.object.digest !== digest) waiting = `${type} ${id}`
      else if (outcome.state === 'failed')
        return {
          asterisk_id: asteriskId,
          state: 'failed',
          at: outcome.at,
          reason: `${type} ${id}: ${outcome.reason ?? ''}`,
        }
      if (outcome && (at === undefined || outcome.at > at)) at = outcome.at
    }
    if (waiting !== undefined) return { asterisk_id: asteriskId, state: 'waiting', reason: waiting }
    return { asterisk_id: asteriskId, state: 'applied', ...(at === undefined ? {} : { at }) }
  }

  return {
    of,
    record(recorded) {
      for (const outcome of recorded) {
        const { asteriskId, object } = outcome
        const known = outcomes.get(object.configuration) ?? new Map<string, ApplyOutcome>()
        outcomes.set(object.configuration, known.set(`${asteriskId}/${object.type}/${object.id}`, outcome))
      }
      for (const listener of listeners) listener()
    },
    async untilSettled(configuration, timeoutMs) {
      const isSettled = () => {
        const states = of(configuration)
        return states.length === 0 || states.every(({ state }) => state !== 'waiting')
      }
      if (!isSettled())
        await new Promise<void>((resolve) => {
          const patience = clock.after(timeoutMs, done)
          function done(): void {
            patience.cancel()
            listeners.delete(look)
            resolve()
          }
          function look(): void {
            if (isSettled()) done()
          }
          listeners.add(look)
        })
      return of(configuration)
    },
  }
}
