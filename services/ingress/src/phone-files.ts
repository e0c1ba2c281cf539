import { Fault, type PhoneEvidence } from '@strowger/schema'
import type { Clock, Log } from '@strowger/service'
import type { Answer, AnswerCache } from './answer-cache.ts'

/** Asks identification; rendering answers. Rejects with a Fault when nobody did in time. */
export type AskIdentification = (evidence: PhoneEvidence, timeoutMs: number) => Promise<Answer>

/**
 * A forward to a service that has just gone is silent, so a lost question is asked again after this time, and then
 * after twice as long each time: a house that is merely slow must not be given every question eight times.
 */
const askAgainMs = 250

const empty = new Uint8Array(0)

/**
 * The one way to a file, for both protocols: from the cache, else from identification and rendering (one question at
 * a time for equal requests), else the last good bytes, else `unavailable`.
 */
export function createPhoneFiles(parts: {
  cache: AnswerCache
  ask: AskIdentification
  waitMs: number
  clock: Pick<Clock, 'monotonicMs' | 'sleep'>
  log: Log
}) {
  const { cache, ask, waitMs, clock, log } = parts
  const flights = new Map<string, Promise<Answer>>()

  /** Asks, and asks again while nobody has answered; whichever question is answered first, that answer counts. */
  async function askUntilAnswered(evidence: PhoneEvidence): Promise<Answer | undefined> {
    const deadlineMs = clock.monotonicMs() + waitMs
    let settle: (answer: Answer | undefined) => void = () => {}
    let fail: (error: unknown) => void = () => {}
    const answered = new Promise<Answer | undefined>((resolve, reject) => {
      settle = resolve
      fail = reject
    })
    const over = new AbortController()

    async function askOnce(timeoutMs: number): Promise<void> {
      try {
        const answer = await ask(evidence, timeoutMs)
        if (answer.outcome !== 'unavailable') settle(answer)
      } catch (error) {
        if (error instanceof Fault && error.code === 'too-many-requests') {
          settle({ outcome: 'unavailable', reason: error.message, body: empty })
        } else if (!(error instanceof Fault) || error.code === 'internal' || error.code === 'invalid-input') fail(error)
      }
    }

    async function askAgainAndAgain(): Promise<void> {
      for (let pauseMs = askAgainMs; !over.signal.aborted; pauseMs *= 2) {
        const leftMs = deadlineMs - clock.monotonicMs()
        if (leftMs <= 0) return settle(undefined)
        void askOnce(leftMs)
        await clock.sleep(Math.min(pauseMs, leftMs), over.signal).catch(() => {})
      }
    }
    void askAgainAndAgain()
    return answered.finally(() => over.abort())
  }

  async function fetch(key: string, evidence: PhoneEvidence): Promise<Answer> {
    let answer: Answer | undefined
    try {
      answer = await askUntilAnswered(evidence)
    } catch (error) {
      log.error({ error, address: evidence.address }, 'a phone could not be answered')
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
    get(key: string, evidence: PhoneEvidence): Promise<Answer> {
      const flying = flights.get(key)
      if (flying) return flying
      const flight = fetch(key, evidence).finally(() => flights.delete(key))
      flights.set(key, flight)
      return flight
    },
    get inFlight() {
      return flights.size
    },
  }
}
export type PhoneFiles = ReturnType<typeof createPhoneFiles>
