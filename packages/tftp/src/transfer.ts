/**
 * The sending side of one TFTP read as a pure state machine: no socket, no clock. Whoever drives it feeds events in
 * and carries the actions out. Blocks are counted from 1 without limit; only on the wire do they roll over to 0.
 */

export interface TransferPlan {
  /** Length of the file as it is sent. */
  readonly byteLength: number
  readonly blockSize: number
  /** Blocks sent for one ACK (RFC 7440); 1 is lock step. */
  readonly windowSize: number
  /** True when an OACK goes first and is answered by ACK 0. */
  readonly acknowledgesOptions: boolean
  readonly retransmission: RetransmissionPlan
}

/** Milliseconds to wait after each sending of the same thing; the length is how often it is sent at most. */
export interface RetransmissionPlan {
  /** Before the client has acknowledged anything: short, since the address may be forged. */
  readonly unansweredMs: readonly number[]
  readonly answeredMs: readonly number[]
}

export interface TransferState {
  readonly plan: TransferPlan
  /** Has the client acknowledged anything yet? */
  readonly answered: boolean
  /** Blocks acknowledged, from 0. */
  readonly acknowledged: number
  /** The highest block sent. */
  readonly sent: number
  /** How often what is awaited has been sent, less one. */
  readonly repeats: number
  /** The block at which a duplicate ACK last made a window start again; -1 for never. */
  readonly restartedAt: number
  readonly retransmissions: number
  readonly ended: boolean
}

export type TransferEvent =
  | { readonly kind: 'start' }
  | { readonly kind: 'ack'; readonly block: number }
  | { readonly kind: 'peer-error'; readonly code: number; readonly message: string }
  /** A packet that has no place in a read, from the right peer. */
  | { readonly kind: 'unexpected' }
  | { readonly kind: 'timeout' }
  /** The server gives the transfer up. */
  | { readonly kind: 'stop' }

export type TransferOutcome =
  | { readonly kind: 'sent' }
  | { readonly kind: 'timed-out'; readonly answered: boolean }
  | { readonly kind: 'aborted'; readonly code: number; readonly message: string }
  | { readonly kind: 'protocol-error' }
  /** The server was closed, its socket failed, or the client began anew. */
  | { readonly kind: 'stopped' }

export type TransferAction =
  | { readonly kind: 'send-option-ack' }
  /** Send these blocks, both ends included. */
  | { readonly kind: 'send-blocks'; readonly first: number; readonly last: number }
  /** Feed a `timeout` in after this time unless another `wait` comes first. */
  | { readonly kind: 'wait'; readonly delayMs: number }
  | { readonly kind: 'first-ack' }
  | { readonly kind: 'send-illegal-operation' }
  | { readonly kind: 'end'; readonly outcome: TransferOutcome }

export interface TransferStep {
  readonly state: TransferState
  readonly actions: readonly TransferAction[]
}

/** RFC 1350 §6: a block shorter than the block size ends the file, so an exact multiple ends with an empty block. */
export function blockCount(plan: TransferPlan): number {
  return Math.floor(plan.byteLength / plan.blockSize) + 1
}

export function createTransfer(plan: TransferPlan): TransferState {
  return {
    plan,
    answered: false,
    acknowledged: 0,
    sent: 0,
    repeats: 0,
    restartedAt: -1,
    retransmissions: 0,
    ended: false,
  }
}

/** One step. An event after the end changes nothing and asks for nothing. */
export function advanceTransfer(state: TransferState, event: TransferEvent): TransferStep {
  if (state.ended) return { state, actions: [] }
  switch (event.kind) {
    case 'start':
      return awaitAnswer(state)
    case 'ack':
      return acknowledge(state, event.block)
    case 'timeout':
      return retransmit(state)
    case 'peer-error':
      return end(state, { kind: 'aborted', code: event.code, message: event.message })
    case 'unexpected':
      return end(state, { kind: 'protocol-error' }, { kind: 'send-illegal-operation' })
    case 'stop':
      return end(state, { kind: 'stopped' })
  }
}

/** Sends what the client must answer next: the OACK, or the window after the last acknowledged block. */
function awaitAnswer(state: TransferState): TransferStep {
  const { plan, acknowledged } = state
  const { unansweredMs, answeredMs } = plan.retransmission
  const delayMs = (state.answered ? answeredMs : unansweredMs)[state.repeats] ?? 0
  const wait = { kind: 'wait', delayMs } as const
  if (plan.acknowledgesOptions && !state.answered) return { state, actions: [{ kind: 'send-option-ack' }, wait] }
  const last = Math.min(acknowledged + plan.windowSize, blockCount(plan))
  return {
    state: { ...state, sent: last },
    actions: [{ kind: 'send-blocks', first: acknowledged + 1, last }, wait],
  }
}

function acknowledge(state: TransferState, wireBlock: number): TransferStep {
  const { plan, acknowledged } = state
  // Distance on the circle of 16-bit block numbers; a window is always shorter than the circle.
  const progress = (wireBlock - acknowledged) & 0xffff
  const answersOptions = plan.acknowledgesOptions && !state.answered
  if (answersOptions ? wireBlock !== 0 : progress > state.sent - acknowledged) return { state, actions: [] }
  if (progress === 0 && !answersOptions) return acknowledgeAgain(state)

  const reached = acknowledged + progress
  const blocks = blockCount(plan)
  // Written out, once for each ACK: copying the state with spreads was a tenth of the time of a transfer.
  const next: TransferState = {
    plan,
    answered: true,
    acknowledged: reached,
    sent: Math.min(reached + plan.windowSize, blocks),
    repeats: 0,
    restartedAt: state.restartedAt,
    retransmissions: state.retransmissions,
    ended: reached === blocks,
  }
  if (next.ended) return firstAckThen(state, { state: next, actions: sentActions })
  const delayMs = plan.retransmission.answeredMs[0] ?? 0
  return firstAckThen(state, {
    state: next,
    actions: [
      { kind: 'send-blocks', first: reached + 1, last: next.sent },
      { kind: 'wait', delayMs },
    ],
  })
}

const sentActions: readonly TransferAction[] = [{ kind: 'end', outcome: { kind: 'sent' } }]

/**
 * In lock step a duplicate ACK never sends data again, or every packet would be doubled to the end of the file
 * (RFC 1123 §4.2.3.1). With a window it is also how a client says that it lost the first block (RFC 7440 §4), so the
 * window starts again, but not when the window before it did so too: doubled ACKs cannot keep doubling the data.
 */
function acknowledgeAgain(state: TransferState): TransferStep {
  const { plan, acknowledged, restartedAt } = state
  const nothingSent = state.sent === acknowledged
  const restartedLately = restartedAt >= 0 && acknowledged - restartedAt <= plan.windowSize
  if (plan.windowSize === 1 || nothingSent || !state.answered || restartedLately) return { state, actions: [] }
  const repeated = state.sent - acknowledged
  return awaitAnswer({
    ...state,
    restartedAt: acknowledged,
    retransmissions: state.retransmissions + repeated,
  })
}

function retransmit(state: TransferState): TransferStep {
  const { unansweredMs, answeredMs } = state.plan.retransmission
  const attempts = state.answered ? answeredMs.length : unansweredMs.length
  if (state.repeats + 1 >= attempts) return end(state, { kind: 'timed-out', answered: state.answered })
  const repeated = Math.max(1, state.sent - state.acknowledged)
  return awaitAnswer({
    ...state,
    repeats: state.repeats + 1,
    retransmissions: state.retransmissions + repeated,
  })
}

function firstAckThen(before: TransferState, step: TransferStep): TransferStep {
  if (before.answered) return step
  return { state: step.state, actions: [{ kind: 'first-ack' }, ...step.actions] }
}

function end(state: TransferState, outcome: TransferOutcome, ...before: TransferAction[]): TransferStep {
  return { state: { ...state, ended: true }, actions: [...before, { kind: 'end', outcome }] }
}
