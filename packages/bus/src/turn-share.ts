import type { Clock } from '@strowger/service'

/**
 * How long messages that nobody waits for may be worked on in one turn of the event loop. Ten thousand changes come in
 * one piece, and the questions of people and phones behind them on the same connection: those would wait for all.
 */
export interface TurnShare {
  /** Does what has to be done, and counts the time until it is done or has to wait. */
  timed<Result>(work: () => Result): Result
  isUsedUp(): boolean
  /** Resolves in the next turn, in which there is time again. */
  nextTurn(): Promise<void>
}

/** With it ten thousand changes are a few hundred turns; a question waits for one of them. */
const shareMs = 4

export function createTurnShare(clock: Pick<Clock, 'monotonicMs'>): TurnShare {
  let usedMs = 0
  let next: Promise<void> | undefined

  function nextTurn(): Promise<void> {
    next ??= new Promise((resolve) => {
      setImmediate(() => {
        next = undefined
        usedMs = 0
        resolve()
      })
    })
    return next
  }

  return {
    timed(work) {
      const begunMs = clock.monotonicMs()
      try {
        return work()
      } finally {
        usedMs += clock.monotonicMs() - begunMs
        void nextTurn()
      }
    },
    isUsedUp: () => usedMs >= shareMs,
    nextTurn,
  }
}
