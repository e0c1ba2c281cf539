import type { AllowanceCounter, AllowanceCounters } from './allowance.ts'

/**
 * Counters of which exactly so much is left for one call, whichever allowances it may use: what a call that was rated
 * before had of them, to explain it once more. `money` at 8 digits.
 */
export function createPinnedCounters(left: { seconds: number; calls: number; money: number }): AllowanceCounters {
  const counters = new Map<string, AllowanceCounter & { used: number }>()
  return {
    entries: () => [...counters.values()],
    touched: () => [],
    at({ node, allowance, atMs }) {
      const { unit } = allowance.source
      const known = counters.get(unit)
      if (known !== undefined) return known
      const period = { fromMs: atMs, toMs: atMs + 1, rolled: 0, lastMs: Number.NEGATIVE_INFINITY }
      const counter = { node, allowance: allowance.id, ...period, granted: left[unit], used: 0 }
      counters.set(unit, counter)
      return counter
    },
    take(counter, amount) {
      for (const own of counters.values()) if (own === counter) own.used += amount
    },
  }
}
