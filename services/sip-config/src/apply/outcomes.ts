import type { Clock } from '@strowger/service'
import type { ApplyOutcome, ApplyStates } from '../desired-object.ts'

/** Takes what came of each object and hands it on, many at once. */
export interface Outcomes {
  add(outcome: Omit<ApplyOutcome, 'at' | 'asteriskId'>): void
  /** Hands on what has gathered. */
  flush(): void
}

const gatherMs = 10
const atMost = 500

export function createOutcomes(states: ApplyStates, asteriskId: string, clock: Clock): Outcomes {
  let gathered: ApplyOutcome[] = []
  let isDue = false
  let now = { ms: 0, text: '' }
  /** Many come in one millisecond. */
  const instant = () => {
    const ms = clock.now()
    if (ms !== now.ms) now = { ms, text: new Date(ms).toISOString() }
    return now.text
  }
  function flush(): void {
    isDue = false
    const told = gathered
    gathered = []
    if (told.length > 0) states.record(told)
  }
  return {
    add(outcome) {
      gathered.push({ ...outcome, asteriskId, at: instant() })
      if (gathered.length >= atMost) return flush()
      if (isDue) return
      isDue = true
      clock.after(gatherMs, flush)
    },
    flush,
  }
}
