import type { NumberClass } from './number.ts'
import type { CallStatus, Reason } from './reason.ts'
import type { Direction } from './record.ts'

/** One price of a call: a vendor's, or that of one level of customers. */
export interface RatedRun {
  readonly kind: 'cost' | 'income'
  /** 0 the customer, 1 its reseller, ... ; 0 for cost. */
  readonly level: number
  /** Vendor of a cost run, billable node of an income run. */
  readonly party: string
  /** Of an income run. */
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
  /** Units of the configuration's currency for one of `currency`, on the local day of the call: `1`, `0.92`, `1/1.087`. */
  readonly fx: string
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
  readonly calledKind: NumberClass
  /** The ported form by which the call was rated; empty: the number itself. */
  readonly ported: string
  /** Answer, or start where there was none. */
  readonly atMs: number
  readonly answeredS: number
  /** With a status `error`: those that could be priced, for an estimate. */
  readonly runs: readonly RatedRun[]
  /** Income of level 0 less cost in the configuration's currency, integer at 8 digits; null without both. */
  readonly margin: number | null
}

type Writable<Type> = { -readonly [Key in keyof Type]: Type[Key] }

/** What is known of a call while it is rated; with what is kept of it for the next call that is rated into it. */
export interface CallDraft extends Writable<Omit<RatedCall, 'runs'>> {
  runs: readonly RatedRun[]
  /** The array of `runs`, and as many runs as a call of before had. */
  readonly held: RatedRun[]
  readonly spare: Writable<RatedRun>[]
}

const noRuns: readonly RatedRun[] = []

export function createDraft(): CallDraft {
  return {
    held: [],
    spare: [],
    status: 'rated',
    reason: '',
    part: '',
    flags: 0,
    direction: '',
    owner: '',
    billable: '',
    caller: '',
    called: '',
    calledKind: 'bad',
    ported: '',
    atMs: 0,
    answeredS: 0,
    runs: noRuns,
    margin: null,
  }
}

/** Forgets the call that was rated into it. */
export function clearDraft(draft: CallDraft): void {
  draft.status = 'rated'
  draft.reason = ''
  draft.part = ''
  draft.flags = 0
  draft.direction = ''
  draft.owner = ''
  draft.billable = ''
  draft.caller = ''
  draft.called = ''
  draft.calledKind = 'bad'
  draft.ported = ''
  draft.atMs = 0
  draft.answeredS = 0
  draft.runs = noRuns
  draft.margin = null
}

/** The run at this place of a draft, to be written over. */
export function spareRun(draft: CallDraft, place: number): Writable<RatedRun> {
  let run = draft.spare[place]
  if (run === undefined) {
    run = {
      kind: 'income',
      level: 0,
      party: '',
      plan: '',
      deck: '',
      row: -1,
      prefix: '',
      currency: '',
      amount: 0,
      scale: 0,
      billedS: 0,
      includedS: 0,
      fx: '',
    }
    draft.spare[place] = run
  }
  return run
}

/** The first so many runs are those of the call. */
export function keepRuns(draft: CallDraft, count: number): void {
  const { held, spare } = draft
  for (let place = 0; place < count; place += 1) held[place] = spare[place] as RatedRun
  if (held.length > count) held.length = count
  draft.runs = held
}
