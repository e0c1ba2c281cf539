import { Fault } from '@strowger/schema'
import type { Clock, Timer } from '@strowger/service'

/**
 * Bounds how many questions are open in the house at once. When all phones of a site start together the others wait
 * here, in their order: a question costs its time-out only once it can be answered, and the house is not slower for
 * having ten thousand of them.
 */
export interface QuestionLine {
  /** Runs `ask` when its turn comes; rejects with Fault `unavailable` when that took longer than the phone can wait. */
  run<Answer>(ask: () => Promise<Answer>): Promise<Answer>
  readonly waiting: number
}

interface Waiting {
  begin(): void
  giveUp(): void
  readonly timer: Timer
}

/** A phone that waits in line holds a connection and some hundred bytes; beyond this it is told to come back. */
const maxWaiting = 50_000

export function createQuestionLine(options: {
  maxOpen: number
  patienceMs: number
  clock: Pick<Clock, 'after'>
}): QuestionLine {
  const { maxOpen, patienceMs, clock } = options
  const line = new Set<Waiting>()
  let open = 0

  function turn(): Promise<void> {
    if (open < maxOpen) {
      open++
      return Promise.resolve()
    }
    if (line.size >= maxWaiting) return Promise.reject(tooLong())
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        begin: () => {
          line.delete(waiting)
          waiting.timer.cancel()
          resolve()
        },
        giveUp: () => {
          line.delete(waiting)
          reject(tooLong())
        },
        timer: clock.after(patienceMs, () => waiting.giveUp()),
      }
      line.add(waiting)
    })
  }

  /** The place that became free is the next one’s. */
  function leave(): void {
    for (const next of line) return next.begin()
    open--
  }

  return {
    async run(ask) {
      await turn()
      try {
        return await ask()
      } finally {
        leave()
      }
    },
    get waiting() {
      return line.size
    },
  }
}

function tooLong(): Fault {
  return new Fault('unavailable', { detail: 'Too many phones ask at once' })
}
