import { setTimeout as delay } from 'node:timers/promises'
import { type Phone, PhoneGaveUp } from '@strowger/testkit'

/** How long a phone goes on asking for its file before it has failed: those of the makes we know go on for minutes. */
const patienceMs = 60_000
/** Between two fetches of a phone. */
const pauseMs = 2_000

/** What came of it. */
interface PatientLoad {
  readonly fetched: number
  readonly longestMs: number
  /** Phones that lost their patience. */
  readonly problems: readonly string[]
}

/**
 * Every phone fetches its file again and again, one in four over TFTP, and asks again while it does not get it. Where
 * one container has the port of phones, nobody listens there while it is restarted.
 */
export function startPatientPhones(phones: readonly Phone[]): { stop(): Promise<PatientLoad> } {
  let isStopping = false
  let fetched = 0
  let longestMs = 0
  const problems: string[] = []

  async function fetchPatiently(phone: Phone, index: number, round: number): Promise<void> {
    const begun = performance.now()
    for (;;) {
      try {
        if (index % 4 === 0) await phone.fetchTftp()
        // One in three shows something new, which no answer is kept for.
        else await phone.fetchHttp(round % 3 === 0 ? { query: `round=${round}` } : {})
        fetched += 1
        longestMs = Math.max(longestMs, performance.now() - begun)
        return
      } catch (error) {
        if (!(error instanceof PhoneGaveUp)) throw error
        if (performance.now() - begun > patienceMs) {
          problems.push(error.message)
          return
        }
      }
    }
  }

  const running = phones.map(async (phone, index) => {
    await delay((pauseMs * index) / phones.length)
    for (let round = 0; !isStopping; round += 1) {
      await fetchPatiently(phone, index, round)
      await delay(pauseMs)
    }
  })
  return {
    async stop() {
      isStopping = true
      await Promise.all(running)
      return { fetched, longestMs, problems }
    },
  }
}
