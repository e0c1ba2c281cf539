import type { Clock, Timer } from '@strowger/service'

/** Tries again what was refused, after growing pauses. */
export interface Retries {
  /** How often this has failed in a row; schedules the next attempt. */
  failed(key: string): number
  succeeded(key: string): void
  readonly size: number
  clear(): void
}

const pauses = { firstMs: 1_000, mostMs: 300_000 }

export function createRetries(clock: Clock, again: (key: string) => void): Retries {
  const failures = new Map<string, { attempts: number; timer: Timer }>()
  return {
    failed(key) {
      const before = failures.get(key)
      before?.timer.cancel()
      const attempts = (before?.attempts ?? 0) + 1
      const pauseMs = Math.min(pauses.mostMs, pauses.firstMs * 2 ** (attempts - 1))
      failures.set(key, { attempts, timer: clock.after(pauseMs, () => again(key)) })
      return attempts
    },
    succeeded(key) {
      failures.get(key)?.timer.cancel()
      failures.delete(key)
    },
    get size() {
      return failures.size
    },
    clear() {
      for (const { timer } of failures.values()) timer.cancel()
      failures.clear()
    },
  }
}
