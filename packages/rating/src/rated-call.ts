import type { CallStatus, Reason } from './reason.ts'
import type { Direction } from './record.ts'

/** One price of a call: a vendor's, or that of one level of customers. */
export interface RatedRun {
  readonly kind: 'cost' | 'income'
  /** 0 the customer, 1 its reseller, ... ; 0 for cost. */
  readonly level: number
  /** Vendor of a cost run, billable node of an income run. */
  readonly party: string
  readonly plan: string
  readonly deck: string
  /** Row of the deck, as it was built; -1: none was needed (a call of 0 s). */
  readonly row: number
  readonly prefix: string
  readonly currency: string
  /** Integer at `scale`. */
  readonly amount: number
  readonly scale: number
  readonly billedS: number
  /** Of them, free by allowances. */
  readonly includedS: number
}

/** A call with everything that was concluded from its record. */
export interface RatedCall {
  readonly status: Extract<CallStatus, 'rated' | 'error' | 'ignored'>
  readonly reason: Reason | ''
  /** By what problems are grouped: the number, the account, the prefix. */
  readonly part: string
  readonly flags: number
  readonly direction: Direction | ''
  readonly owner: string
  readonly billable: string
  /** Normalised. */
  readonly caller: string
  readonly called: string
  /** As dialled where the call was rated by its ported number. */
  readonly dialled: string
  /** Answer, or start where there was none. */
  readonly atMs: number
  readonly answeredS: number
  readonly runs: readonly RatedRun[]
  /** Income of level 0 minus cost, integer at `marginScale` in the currency of the income; null without both. */
  readonly margin: number | null
  readonly marginScale: number
}
