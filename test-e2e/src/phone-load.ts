import { setMaxListeners } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { createPhone, type HousePorts, type Phone } from '@strowger/testkit'

/** The n-th phone of a site: its own mac and its own address of the loopback network. */
export function phoneOfSite(ports: HousePorts, n: number): Phone {
  const hexadecimal = n.toString(16).padStart(6, '0')
  const mac = `00:15:65:${hexadecimal.slice(0, 2)}:${hexadecimal.slice(2, 4)}:${hexadecimal.slice(4)}`
  return createPhone({ ports, mac, address: `127.${1 + (n >> 16)}.${(n >> 8) & 0xff}.${n & 0xff}` })
}

/** All of a site for the first time, twenty at once. */
export async function bootInTurn(phones: readonly Phone[]): Promise<void> {
  const waiting = [...phones]
  const boot = async () => {
    for (let phone = waiting.shift(); phone; phone = waiting.shift()) await phone.fetchHttp()
  }
  await Promise.all(Array.from({ length: 20 }, boot))
}

export interface PhoneLoad {
  /** Lets each phone finish what it is at. */
  stop(): Promise<void>
  readonly problems: readonly string[]
}

/** One fetch in so many shows something new, which no answer is kept for: it goes through every service. */
const newRequestEvery = 3

/**
 * Every phone fetches its file again and again, one in four over TFTP, at `pauseMs` between two fetches; what a phone
 * gives up is noted in `problems`.
 */
export function startPhoneLoad(phones: readonly Phone[], pauseMs: number): PhoneLoad {
  const stopping = new AbortController()
  // Each phone that rests between two fetches is one.
  setMaxListeners(phones.length, stopping.signal)
  const problems: string[] = []

  async function fetchOver(phone: Phone, index: number): Promise<void> {
    // Spread over the pause, as phones of a site are.
    await delay((pauseMs * index) / phones.length, undefined, { signal: stopping.signal })
    for (let round = 0; !stopping.signal.aborted; round += 1) {
      if (index % 4 === 0) await phone.fetchTftp()
      else await phone.fetchHttp(round % newRequestEvery === 0 ? { query: `round=${round}` } : {})
      await delay(pauseMs, undefined, { signal: stopping.signal })
    }
  }

  const running = phones.map(async (phone, index) => {
    while (!stopping.signal.aborted) {
      try {
        await fetchOver(phone, index)
      } catch (error) {
        if (!stopping.signal.aborted || phone.counts.failures > 0) problems.push(String(error))
      }
    }
  })
  return {
    problems,
    async stop() {
      stopping.abort()
      await Promise.all(running)
    },
  }
}
