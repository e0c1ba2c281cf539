import type { RatedCall } from './rated-call.ts'
import type { Reason } from './reason.ts'

/** Records that have the same problem: what a person is shown, and what is tried again together. */
export interface ProblemGroup {
  readonly reason: Reason
  /** The number, account, trunk or prefix it is about. */
  readonly part: string
  readonly count: number
  /** Instants of the first and last call, milliseconds UTC. */
  readonly firstMs: number
  readonly lastMs: number
  readonly answeredS: number
}

/** Groups calls with an error (d12), the most frequent first. */
export function problemGroups(calls: Iterable<RatedCall>): readonly ProblemGroup[] {
  const groups = new Map<string, { -readonly [Key in keyof ProblemGroup]: ProblemGroup[Key] }>()
  for (const call of calls) {
    if (call.status !== 'error' || call.reason === '') continue
    const key = `${call.reason} ${call.part}`
    const group = groups.get(key)
    if (group === undefined) {
      const { reason, part, atMs, answeredS } = call
      groups.set(key, { reason, part, count: 1, firstMs: atMs, lastMs: atMs, answeredS })
      continue
    }
    group.count += 1
    group.firstMs = Math.min(group.firstMs, call.atMs)
    group.lastMs = Math.max(group.lastMs, call.atMs)
    group.answeredS += call.answeredS
  }
  return [...groups.values()].sort((a, b) => b.count - a.count || (a.reason + a.part < b.reason + b.part ? -1 : 1))
}

/** What a change may mend: records with these reasons are tried again when one of it changes. */
export const mendedBy: Readonly<
  Record<'deck' | 'plan' | 'organisation' | 'vendor' | 'provider' | 'rate' | 'allowance' | 'ported', readonly Reason[]>
> = {
  deck: ['no_rate', 'destination_closed', 'limit_exceeded'],
  plan: ['no_plan', 'no_rate'],
  organisation: ['no_owner', 'ambiguous_owner', 'no_plan', 'bad_number'],
  vendor: ['no_vendor', 'no_rate'],
  provider: ['parse_error', 'bad_times', 'implausible_duration', 'future_time', 'bad_number', 'no_owner', 'no_vendor'],
  rate: ['currency_missing'],
  allowance: ['bundle_conflict'],
  ported: ['no_rate', 'destination_closed'],
}

/** Income that a group would have, at the mean income of a second of the calls that are rated; null without any. */
export function estimateOf(
  answeredS: number,
  rated: { readonly units: bigint; readonly answeredS: number },
): bigint | null {
  return rated.answeredS <= 0
    ? null
    : (rated.units * BigInt(Math.round(answeredS))) / BigInt(Math.round(rated.answeredS))
}
