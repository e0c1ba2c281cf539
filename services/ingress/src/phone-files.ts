import { Fault, type PhoneEvidence } from '@strowger/schema'
import type { Clock, Log, Timer } from '@strowger/service'
import type { Answer, AnswerCache } from './answer-cache.ts'
import { createPatience } from './patience.ts'
import type { QuestionLine } from './question-line.ts'

/** Asks identification; rendering answers. Rejects with a Fault when nobody did in time. */
export type AskIdentification = (evidence: PhoneEvidence, timeoutMs: number) => Promise<Answer>

/** An answer takes some milliseconds when nothing is wrong. */
const lastMs = 250

const empty = new Uint8Array(0)

/**
 * The one way to a file, for both protocols: from the cache, else from identification and rendering (one question at
 * a time for equal requests), else the last good bytes, else `unavailable`.
 */
export function createPhoneFiles(parts: {
  cache: AnswerCache
  ask: AskIdentification
  waitMs: number
  line: QuestionLine
  /** For questions of those whose address may be forged: a flood of them waits here, and leaves the others their places. Default: the same line. */
  forgeableLine?: QuestionLine
  clock: Pick<Clock, 'monotonicMs' | 'after'>
  log: Log
}) {
  const { cache, ask, waitMs, line, forgeableLine = line, clock, log } = parts
  const flights = new Map<string, Promise<Answer>>()
  const patience = createPatience()

  /**
   * Asks, and asks again while nobody answers. An earlier question stays open: when the house is slow, and not away, a
   * late answer is as good, and to throw it away would only make more questions.
   */
  function askUntilAnswered(evidence: PhoneEvidence): Promise<Answer | undefined> {
    return new Promise((resolve, reject) => {
      const begunMs = clock.monotonicMs()
      const deadlineMs = begunMs + waitMs
      let again: Timer | undefined

      function settle(answer: Answer | undefined): void {
        again?.cancel()
        resolve(answer)
      }

      function question(pauseMs: number): void {
        const leftMs = deadlineMs - clock.monotonicMs()
        if (leftMs <= 0) return settle(undefined)
        // The last time shortly before the phone is told to come back: who was away may be there again by then.
        const untilLastMs = leftMs - lastMs
        const nextMs = untilLastMs > 0 ? Math.min(pauseMs, untilLastMs) : leftMs
        again = clock.after(nextMs, () => question(pauseMs * 2))
        ask(evidence, leftMs).then(
          (answer) => {
            if (answer.outcome === 'unavailable') return
            patience.answered(clock.monotonicMs() - begunMs)
            settle(answer)
          },
          (error: unknown) => {
            const code = error instanceof Fault ? error.code : 'internal'
            if (code === 'too-many-requests') settle({ outcome: 'too-many', reason: code, body: empty })
            if (code !== 'internal' && code !== 'invalid-input') return
            again?.cancel()
            reject(error)
          },
        )
      }

      question(patience.askAgainMs)
    })
  }

  async function fetch(key: string, evidence: PhoneEvidence, isForgeable: boolean): Promise<Answer> {
    let answer: Answer | undefined
    try {
      answer = await (isForgeable ? forgeableLine : line).run(() => askUntilAnswered(evidence))
    } catch (error) {
      const isCrowded = error instanceof Fault && error.code === 'unavailable'
      if (!isCrowded) log.error({ error, address: evidence.address }, 'a phone could not be answered')
    }
    if (answer === undefined) {
      const last = cache.lastGood(key)
      return last ?? { outcome: 'unavailable', reason: 'no answer in time', body: empty }
    }
    if (answer.keep) cache.keep(key, answer)
    else if (answer.outcome === 'refused') cache.forget(key)
    return answer
  }

  return {
    /** From the cache, without waiting; the busiest way through the house. */
    cached: (key: string): Answer | undefined => cache.get(key),
    /** Never rejects. */
    get(key: string, evidence: PhoneEvidence, isForgeable = false): Promise<Answer> {
      const flying = flights.get(key)
      if (flying) return flying
      const flight = fetch(key, evidence, isForgeable).finally(() => flights.delete(key))
      flights.set(key, flight)
      return flight
    },
    get inFlight() {
      return flights.size
    },
    /** Those of them that wait until fewer questions are open. */
    get waiting() {
      return line.waiting + forgeableLine.waiting
    },
  }
}
export type PhoneFiles = ReturnType<typeof createPhoneFiles>
