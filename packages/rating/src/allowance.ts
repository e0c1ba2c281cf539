import { periodAt } from './allowance-period.ts'
import { unitsFrom } from './amount.ts'
import { ConfigurationFault } from './configuration-fault.ts'
import type { Allowance } from './organisation.ts'
import { storedDigits } from './rounding.ts'
import type { Zone } from './zone.ts'

/** What is left and used of allowances, by node, allowance and period; changed as calls are rated in order. */
export interface AllowanceCounters {
  /** For storing: one row a counter. */
  entries(): readonly AllowanceCounter[]
  /** The counters that calls have taken from since this was last asked. */
  touched(): readonly AllowanceCounter[]
  /** The counter of a period, made when it is new. */
  at(grant: Grant): AllowanceCounter
  take(counter: AllowanceCounter, amount: number, atMs: number): void
}

export interface AllowanceCounter {
  readonly node: string
  readonly allowance: string
  /** [from, to) of the period, milliseconds UTC. */
  readonly fromMs: number
  readonly toMs: number
  /** Granted with what rolled over, what of it rolled over, and used: seconds, calls, or money at 8 digits. */
  readonly granted: number
  readonly rolled: number
  readonly used: number
  /** Answer instant of the last call that took from it; -Infinity: none. */
  readonly lastMs: number
}

/** Of what a counter is made: whose, which, when, and since when the plan has been the node's. */
export interface Grant {
  readonly node: string
  readonly allowance: CompiledAllowance
  readonly zone: Zone
  readonly atMs: number
  readonly sinceMs: number
}

/** An allowance with its amounts as integers. */
export interface CompiledAllowance {
  readonly source: Allowance
  readonly id: string
  readonly amount: number
  readonly rollOver: number
  /** Around it, the nearest first. */
  readonly around: readonly CompiledAllowance[]
}

/** Throws ConfigurationFault: an amount that is none, a limit around it that does not exist or goes in a circle. */
export function compileAllowances(allowances: readonly Allowance[]): ReadonlyMap<string, CompiledAllowance> {
  const compiled = new Map<string, CompiledAllowance & { around: CompiledAllowance[] }>()
  for (const source of allowances) {
    const units = (text: string, name: string): number => {
      try {
        const amount = Number(unitsFrom(text, source.unit === 'money' ? storedDigits : 0))
        if (amount >= 0 && Number.isSafeInteger(amount)) return amount
      } catch {}
      throw new ConfigurationFault(
        'allowance',
        source.id,
        `${name}: "${text.slice(0, 40)}" must be a number of ${source.unit}`,
      )
    }
    const { startDay = 1, period } = source
    const last = period === 'week' ? 7 : 28
    if (!Number.isInteger(startDay) || startDay < 1 || startDay > last) {
      throw new ConfigurationFault('allowance', source.id, `startDay must be 1 to ${last}`)
    }
    const rollOver = source.rollOver === undefined ? 0 : units(source.rollOver, 'rollOver')
    compiled.set(source.id, { source, id: source.id, amount: units(source.amount, 'amount'), rollOver, around: [] })
  }
  for (const one of compiled.values()) {
    let outer = one.source.within
    while (outer !== undefined) {
      const found = compiled.get(outer)
      if (!found) throw new ConfigurationFault('allowance', one.id, `there is no allowance "${outer}"`)
      if (found === one || one.around.includes(found))
        throw new ConfigurationFault('allowance', one.id, 'is within itself')
      if (found.source.unit !== one.source.unit)
        throw new ConfigurationFault('allowance', one.id, `counts another unit than "${outer}"`)
      one.around.push(found)
      outer = found.source.within
    }
  }
  return compiled
}

/**
 * `stored`: what has been counted so far. `closed`: counters of periods that are over, which calls that are rated again
 * do not take from a second time; what rolls over comes from them. They are not among the entries.
 */
export function createAllowanceCounters(
  stored: readonly AllowanceCounter[] = [],
  closed: readonly AllowanceCounter[] = [],
): AllowanceCounters {
  const counters = new Map<string, AllowanceCounter & { used: number; lastMs: number }>()
  const keyOf = (node: string, allowance: string, fromMs: number): string => `${node} ${allowance} ${fromMs}`
  for (const one of [...closed, ...stored]) counters.set(keyOf(one.node, one.allowance, one.fromMs), { ...one })
  const closedKeys = new Set(closed.map((one) => keyOf(one.node, one.allowance, one.fromMs)))
  const fresh = new Set<AllowanceCounter>()

  const at = (grant: Grant): AllowanceCounter & { used: number; lastMs: number } => {
    const { node, allowance, zone, atMs, sinceMs } = grant
    const period = periodAt(allowance.source, zone, atMs)
    const key = keyOf(node, allowance.id, period.fromMs)
    const known = counters.get(key)
    if (known) return known
    const own = ownGrant(allowance, period, sinceMs)
    const rolled = allowance.rollOver === 0 ? 0 : rolledInto({ ...grant, atMs: period.fromMs - 1 })
    const counter = {
      node,
      allowance: allowance.id,
      ...period,
      granted: own + rolled,
      rolled,
      used: 0,
      lastMs: Number.NEGATIVE_INFINITY,
    }
    counters.set(key, counter)
    return counter
  }

  /** Unused seconds move once: what had itself rolled in is used first, and does not move again. */
  const rolledInto = (before: Grant): number => {
    const { allowance, sinceMs } = before
    const period = periodAt(allowance.source, before.zone, before.atMs)
    if (period.toMs <= sinceMs) return 0
    const known = counters.get(keyOf(before.node, allowance.id, period.fromMs))
    const own = known === undefined ? ownGrant(allowance, period, sinceMs) : known.granted - known.rolled
    const usedOfOwn = known === undefined ? 0 : Math.max(0, known.used - known.rolled)
    return Math.min(allowance.rollOver, Math.max(0, own - usedOfOwn))
  }

  return {
    entries: () => [...counters].filter(([key]) => !closedKeys.has(key)).map(([, counter]) => counter),
    touched() {
      const list = [...fresh]
      fresh.clear()
      return list
    },
    at,
    take(counter, amount, atMs) {
      const key = keyOf(counter.node, counter.allowance, counter.fromMs)
      const own = counters.get(key)
      if (!own || closedKeys.has(key)) return
      own.used = Math.min(own.granted, own.used + amount)
      own.lastMs = Math.max(own.lastMs, atMs)
      fresh.add(own)
    },
  }
}

/** What a period gives by itself: in the first one the part of it that is left, when the allowance says so. */
function ownGrant(allowance: CompiledAllowance, period: { fromMs: number; toMs: number }, sinceMs: number): number {
  const isFirst = sinceMs > period.fromMs && sinceMs < period.toMs
  if (!isFirst || allowance.source.proRata !== true) return allowance.amount
  const part = BigInt(Math.round(period.toMs - sinceMs))
  const whole = BigInt(Math.round(period.toMs - period.fromMs))
  return Number((BigInt(allowance.amount) * part + whole - 1n) / whole)
}
