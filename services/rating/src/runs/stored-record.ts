import type { CdrRecord } from '@strowger/rating'
import { directions } from '../import/call-row.ts'

/** What of a stored call its price depends on, and what it is rated to at present. */
export interface StoredCall {
  readonly key: string
  readonly revision: number
  readonly at: Date
  readonly source: string
  readonly answered_at: Date | null
  readonly duration_ms: number
  readonly caller: string | null
  readonly raw_caller: string | null
  readonly called: string | null
  readonly dialled: string | null
  readonly account: string | null
  readonly channel: string | null
  readonly trunk: string | null
  readonly context: string | null
  readonly ported: string | null
  readonly linked: string | null
  readonly stated_ms: number | null
  readonly is_answered: boolean
  readonly stated_direction: number
  readonly disposition: string | null
  readonly flags: number
  readonly status: number
  readonly reason: number
  readonly node: string | null
  readonly billable_node: string | null
  readonly currency: string | null
  /** Whole numbers of 0.00000001, as text beyond 2^53. */
  readonly income: number | string | null
  readonly cost: number | string | null
  /** Of an allowance. */
  readonly free_ms: number | null
  /** Asked for; else it is read only as it uses the same allowances. */
  readonly in_scope: boolean
}

/** Flags that the record itself has, and not its rating: what its local times left open, and what was cut. */
const ownFlags = 1 | 2 | 32

/** The record as its source gave it, as far as its price depends on it. */
export function recordFrom(call: StoredCall): CdrRecord {
  const startMs = new Date(call.at).getTime()
  return {
    key: call.key,
    link: call.linked ?? '',
    caller: call.raw_caller ?? call.caller ?? '',
    called: call.dialled ?? call.called ?? '',
    ported: call.ported ?? '',
    account: call.account ?? '',
    trunkIn: call.channel ?? '',
    trunkOut: call.trunk ?? '',
    context: call.context ?? '',
    startMs,
    answerMs: call.answered_at === null ? Number.NaN : new Date(call.answered_at).getTime(),
    endMs: startMs + Number(call.duration_ms),
    answeredMs: call.stated_ms === null ? Number.NaN : Number(call.stated_ms),
    isAnswered: call.is_answered,
    disposition: call.disposition ?? '',
    expectedCost: '',
    direction: directions[call.stated_direction] ?? '',
    flags: call.flags & ownFlags,
    native: '',
    line: 0,
  }
}
