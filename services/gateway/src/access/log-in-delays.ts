import { Fault } from '@strowger/schema'
import type { Clock } from '@strowger/service'

/** An address waits ever longer, in turn, so that many connections do not help it. */
const address = { firstMs: 250, longestMs: 30_000, refusedBeyondMs: 8_000 }
/** An account waits a little and never in turn: whoever attacks it from elsewhere must not lock its owner out. */
const account = { firstMs: 100, longestMs: 2_000 }
const forgottenAfterMs = 15 * 60_000
const maxKeys = 10_000

interface Failures {
  count: number
  lastMs: number
  /** When the next attempt may begin. */
  freeAtMs: number
}

export interface LogInDelays {
  /** Waits as long as earlier failures demand. Fault `too-many-requests` when that would be too long to hold the request. */
  wait(login: string, from: string): Promise<void>
  failed(login: string, from: string): void
  succeeded(login: string, from: string): void
}

/** Growing delays after failed log-ins, by account and by address; nothing is ever locked. In memory, a replica each. */
export function createLogInDelays(clock: Clock): LogInDelays {
  const byAddress = new Map<string, Failures>()
  const byAccount = new Map<string, Failures>()

  function of(map: Map<string, Failures>, key: string): Failures | undefined {
    const found = map.get(key)
    if (found && clock.monotonicMs() - found.lastMs > forgottenAfterMs) {
      map.delete(key)
      return undefined
    }
    return found
  }

  function note(map: Map<string, Failures>, key: string): void {
    const nowMs = clock.monotonicMs()
    const found = of(map, key) ?? { count: 0, lastMs: nowMs, freeAtMs: nowMs }
    found.count += 1
    found.lastMs = nowMs
    if (map.size >= maxKeys && !map.has(key)) map.delete(map.keys().next().value ?? '')
    map.set(key, found)
  }

  const delayMs = (limits: { firstMs: number; longestMs: number }, failures: Failures | undefined) =>
    failures === undefined ? 0 : Math.min(limits.firstMs * 2 ** (failures.count - 1), limits.longestMs)

  return {
    async wait(login, from) {
      const nowMs = clock.monotonicMs()
      const failures = of(byAddress, from)
      let waitMs = delayMs(account, of(byAccount, login))
      if (failures) {
        const startMs = Math.max(nowMs, failures.freeAtMs)
        const turnMs = startMs - nowMs + delayMs(address, failures)
        if (turnMs > address.refusedBeyondMs && startMs > nowMs) {
          throw new Fault('too-many-requests', { detail: 'Too many failed log-ins from this address' })
        }
        failures.freeAtMs = nowMs + turnMs
        waitMs = Math.max(waitMs, turnMs)
      }
      if (waitMs > 0) await clock.sleep(waitMs)
    },
    failed(login, from) {
      note(byAddress, from)
      note(byAccount, login)
    },
    succeeded(login, from) {
      byAddress.delete(from)
      byAccount.delete(login)
    },
  }
}
