import type { AllowanceCounter, AllowanceCounters, CompiledAllowance } from './allowance.ts'
import { type DeckPrice, type PricedCall, priceCall } from './price-deck.ts'
import { storedDigits } from './rounding.ts'
import type { Zone } from './zone.ts'

/** Whose allowances, and since when. */
export interface AllowanceHolder {
  readonly node: string
  readonly zone: Zone
  /** Since when the plan has been the node's. */
  readonly sinceMs: number
  readonly allowances: readonly CompiledAllowance[]
}

interface Candidate {
  readonly allowance: CompiledAllowance
  /** Its own counter and those around it: all must hold, all are taken from. */
  readonly counters: readonly AllowanceCounter[]
}

/**
 * Takes what allowances give off a price that is found. Order inside a call: earliest expiry, then weight (the higher
 * first), then id. A whole allowance takes all of the call or leaves it; split ones are used one after the other.
 */
export function useAllowances(
  price: DeckPrice,
  call: PricedCall,
  holder: AllowanceHolder,
  counters: AllowanceCounters,
): void {
  const candidates = candidatesOf(price, call, holder, counters)
  if (candidates.length === 0) return
  for (const candidate of candidates) {
    const { policy, unit } = candidate.allowance.source
    const needed = unit === 'calls' ? 1 : unit === 'seconds' ? price.billedS : Number.POSITIVE_INFINITY
    if ((unit === 'calls' || policy === 'whole') && unit !== 'money' && leftOf(candidate) >= needed) {
      priceCall(price, call, 0, true)
      takeFrom(candidate, needed, call.atMs, counters)
      return
    }
  }
  const pools = candidates.filter(
    ({ allowance }) => allowance.source.unit === 'seconds' && allowance.source.policy === 'split',
  )
  const pooled = sharesOf(pools, price.billedS)
  const leftS = pooled.reduce((sum, { share }) => sum + share, 0)
  if (leftS > 0) {
    priceCall(price, call, leftS)
    let rest = price.includedS
    for (const { candidate, share } of pooled) {
      const part = Math.min(share, rest)
      if (part > 0) takeFrom(candidate, part, call.atMs, counters)
      rest -= part
    }
  }
  for (const candidate of candidates)
    if (candidate.allowance.source.unit === 'money') takeMoney(price, candidate, call, counters)
}

function candidatesOf(
  price: DeckPrice,
  call: PricedCall,
  holder: AllowanceHolder,
  counters: AllowanceCounters,
): Candidate[] {
  const found: Candidate[] = []
  for (const allowance of holder.allowances) {
    const { prefixes, onlyPriced } = allowance.source
    if (onlyPriced === true && price.amount === 0) continue
    if (prefixes !== undefined && prefixes.length > 0 && !prefixes.some((prefix) => call.called.startsWith(prefix)))
      continue
    const { node, zone, sinceMs } = holder
    const grants = [allowance, ...allowance.around].map((one) =>
      counters.at({ node, zone, sinceMs, atMs: call.atMs, allowance: one }),
    )
    found.push({ allowance, counters: grants })
  }
  const expiry = (one: Candidate): number => one.counters[0]?.toMs ?? 0
  const weight = (one: Candidate): number => one.allowance.source.weight ?? 0
  return found.sort(
    (a, b) => expiry(a) - expiry(b) || weight(b) - weight(a) || (a.allowance.id < b.allowance.id ? -1 : 1),
  )
}

function leftOf(candidate: Candidate): number {
  return Math.max(0, Math.min(...candidate.counters.map(({ granted, used }) => granted - used)))
}

/** How much each may give, when what stands around several of them is not to be given twice. */
function sharesOf(pools: readonly Candidate[], mostS: number): { candidate: Candidate; share: number }[] {
  const given = new Map<AllowanceCounter, number>()
  let open = mostS
  return pools.map((candidate) => {
    const lefts = candidate.counters.map((counter) => counter.granted - counter.used - (given.get(counter) ?? 0))
    const share = Math.max(0, Math.min(open, ...lefts))
    for (const counter of candidate.counters) given.set(counter, (given.get(counter) ?? 0) + share)
    open -= share
    return { candidate, share }
  })
}

function takeFrom(candidate: Candidate, amount: number, atMs: number, counters: AllowanceCounters): void {
  for (const counter of candidate.counters) counters.take(counter, amount, atMs)
}

/** Money is taken from the rounded price; whole takes it only when all of it is there. */
function takeMoney(price: DeckPrice, candidate: Candidate, call: PricedCall, counters: AllowanceCounters): void {
  if (price.amount <= 0) return
  const unit = 10 ** (storedDigits - price.decimals)
  const left = Math.floor(leftOf(candidate) / unit)
  if (left <= 0 || (candidate.allowance.source.policy === 'whole' && left < price.amount)) return
  const part = Math.min(left, price.amount)
  price.amount -= part
  takeFrom(candidate, part * unit, call.atMs, counters)
}
