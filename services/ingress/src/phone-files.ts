import { Fault, type PhoneEvidence } from '@strowger/schema'
import type { Clock, Log } from '@strowger/service'
import type { Answer, AnswerCache } from './answer-cache.ts'

/** Asks identification; rendering answers. Rejects with a Fault when nobody did in time. */
export type AskIdentification = (evidence: PhoneEvidence, timeoutMs: number) => Promise<Answer>

/** A forward to a service that has just gone is silent, so a lost question is asked again after this time. */
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

  async function askUntilAnswered(evidence: PhoneEvidence): Promise<Answer | undefined> {
    const deadlineMs = clock.monotonicMs() + waitMs
    for (;;) {
      const leftMs = deadlineMs - clock.monotonicMs()
      if (leftMs <= 0) return undefined
      const timeoutMs = Math.min(askAgainMs, leftMs)
      const askedAtMs = clock.monotonicMs()
      try {
        const answer = await ask(evidence, timeoutMs)
        if (answer.outcome !== 'unavailable') return answer
      } catch (error) {
        if (error instanceof Fault && error.code === 'too-many-requests') {
          return { outcome: 'unavailable', reason: error.message, body: empty }
        }
        if (!(error instanceof Fault) || error.code === 'internal' || error.code === 'invalid-input') throw error
      }
      const restMs = Math.min(askedAtMs + timeoutMs, deadlineMs) - clock.monotonicMs()
      if (restMs > 0) await clock.sleep(restMs)
    }
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
