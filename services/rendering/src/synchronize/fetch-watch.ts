import type { lastFetches } from '@strowger/schema'
import type { Clock, Log } from '@strowger/service'

/** The last time a phone took the file that holds its configuration. */
export type Fetch = Awaited<(typeof lastFetches)['example']['output']>['fetches'][number]

/** Looks again and again at what phones have fetched, for all that wait at once. */
export interface FetchWatch {
  lastOf(device: string): Promise<Fetch | undefined>
  /** Resolves to true once `isIt` says so of a fetch, to false after `timeoutMs`; rejects with the signal’s reason. */
  until(device: string, isIt: (fetch: Fetch) => boolean, timeoutMs: number): Promise<boolean>
}

const lookEveryMs = 1_000
/** As many as one request may name. */
const chunk = 500

export function createFetchWatch(parts: {
  ask: (ids: string[]) => Promise<readonly Fetch[]>
  clock: Pick<Clock, 'monotonicMs' | 'sleep'>
  log: Log
  signal: AbortSignal
}): FetchWatch {
  const { ask, clock, log, signal } = parts
  interface Waiting {
    readonly isIt: (fetch: Fetch) => boolean
    readonly endMs: number
    resolve(came: boolean): void
    reject(reason: unknown): void
  }
  const waiting = new Map<string, Waiting>()
  let looking = false

  async function look(): Promise<void> {
    const ids = [...waiting.keys()]
    for (let start = 0; start < ids.length; start += chunk) {
      for (const fetch of await ask(ids.slice(start, start + chunk))) {
        const entry = waiting.get(fetch.device)
        if (entry?.isIt(fetch)) settle(fetch.device, (found) => found.resolve(true))
      }
    }
  }

  function settle(device: string, how: (entry: Waiting) => void): void {
    const entry = waiting.get(device)
    waiting.delete(device)
    if (entry) how(entry)
  }

  async function lookAgain(): Promise<void> {
    while (waiting.size > 0) {
      try {
        await clock.sleep(lookEveryMs, signal)
        await look()
      } catch (error) {
        // The one that knows may be away for a moment; phones are waited for all the same.
        if (!signal.aborted) log.warn({ error }, 'what phones have fetched could not be asked; tried again')
      }
      const nowMs = clock.monotonicMs()
      for (const [device, { endMs }] of waiting) {
        if (signal.aborted) settle(device, (entry) => entry.reject(signal.reason))
        else if (nowMs >= endMs) settle(device, (entry) => entry.resolve(false))
      }
    }
    looking = false
  }

  return {
    lastOf: async (device) => (await ask([device]))[0],
    until: (device, isIt, timeoutMs) =>
      new Promise((resolve, reject) => {
        waiting.set(device, { isIt, endMs: clock.monotonicMs() + timeoutMs, resolve, reject })
        if (looking) return
        looking = true
        void lookAgain()
      }),
  }
}
