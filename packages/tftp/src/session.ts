import type { TftpFile } from './answer.ts'
import { netasciiFrom } from './netascii.ts'
import { negotiateOptions, type OptionLimits } from './options.ts'
import {
  encodeBlock,
  encodeBlockHead,
  encodePacket,
  type TftpOption,
  type TftpPacket,
  tftpErrorCode,
} from './packet.ts'
import type { TftpCounters } from './stats.ts'
import {
  advanceTransfer,
  createTransfer,
  type RetransmissionPlan,
  type TransferEvent,
  type TransferOutcome,
} from './transfer.ts'

/** One transfer under way: the state machine, the bytes, and the way out. */
export interface Session {
  start(): void
  receive(packet: TftpPacket): void
  /** Looks at the clock: repeats what was sent, or gives up, when its time has come. */
  tick(nowMs: number): void
  stop(): void
  /** The client had answered, and has now been silent for one waiting time or more. */
  readonly hasFallenSilent: boolean
}

export interface SessionParts {
  readonly file: TftpFile
  readonly mode: 'octet' | 'netascii'
  readonly options: readonly TftpOption[]
  readonly limits: OptionLimits
  readonly retransmission: RetransmissionPlan
  readonly counters: TftpCounters
  readonly nowMs: () => number
  /** One datagram, whole or in parts. */
  readonly send: (packet: Buffer | readonly Uint8Array[]) => void
  /** An ACK came, so long after what it acknowledges was sent. */
  readonly onAck: (roundTripMs: number) => void
  /** Called once, when the client has acknowledged something. */
  readonly onFirstAck: () => void
  /** Called once, when the transfer has ended for whatever reason. */
  readonly onEnd: () => void
  readonly onError: (error: unknown) => void
}

/** From this size on two pieces of memory cost less than copying them into one. */
const uncopiedBytes = 16_384

export function createSession(parts: SessionParts): Session {
  const { file, counters, send, onError } = parts
  const bytes = parts.mode === 'netascii' ? netasciiFrom(file.bytes) : file.bytes
  const { accepted, blockSize, windowSize, timeoutMs } = negotiateOptions(parts.options, bytes.length, parts.limits)
  /** An ACK moves it by writing a number: no timer is made or cleared for a packet. */
  let dueMs = Number.POSITIVE_INFINITY
  let sentMs = Number.NEGATIVE_INFINITY
  let state = createTransfer({
    byteLength: bytes.length,
    blockSize,
    windowSize,
    acknowledgesOptions: accepted.length > 0,
    retransmission: retransmissionFor(parts.retransmission, timeoutMs),
  })

  function advance(event: TransferEvent): void {
    const { state: next, actions } = advanceTransfer(state, event)
    counters.retransmissions += next.retransmissions - state.retransmissions
    state = next
    for (const action of actions) {
      switch (action.kind) {
        case 'send-option-ack':
          send(encodePacket({ kind: 'option-ack', options: accepted }))
          break
        case 'send-blocks':
          for (let block = action.first; block <= action.last; block++) sendBlock(block)
          break
        case 'wait':
          sentMs = parts.nowMs()
          dueMs = sentMs + action.delayMs
          break
        case 'first-ack':
          parts.onFirstAck()
          notify(() => file.onFirstAck?.())
          break
        case 'send-illegal-operation':
          send(illegalOperation)
          break
        case 'end':
          end(action.outcome)
      }
    }
  }

  function sendBlock(block: number): void {
    const start = (block - 1) * blockSize
    const data = bytes.subarray(start, start + blockSize)
    counters.bytesSent += data.length
    if (data.length < uncopiedBytes) send(encodeBlock(data, block))
    else send([encodeBlockHead(block), data])
  }

  function end(outcome: TransferOutcome): void {
    counters.ended[outcome.kind]++
    parts.onEnd()
    notify(() => file.onDone?.(outcome))
  }

  /** What the handler's owner does on its news must not reach the transfer. */
  function notify(news: () => void): void {
    try {
      news()
    } catch (error) {
      onError(error)
    }
  }

  return {
    start: () => advance({ kind: 'start' }),
    receive(packet) {
      if (packet.kind === 'ack') {
        parts.onAck(parts.nowMs() - sentMs)
        advance({ kind: 'ack', block: packet.block })
      } else if (packet.kind === 'error') advance({ kind: 'peer-error', code: packet.code, message: packet.message })
      else advance({ kind: 'unexpected' })
    },
    tick(nowMs) {
      if (nowMs >= dueMs) advance({ kind: 'timeout' })
    },
    stop: () => advance({ kind: 'stop' }),
    get hasFallenSilent() {
      return state.answered && state.repeats > 0
    },
  }
}

const illegalOperation = encodePacket({
  kind: 'error',
  code: tftpErrorCode.illegalOperation,
  message: 'Illegal TFTP operation',
})

/** The client's own `timeout` (RFC 2349) replaces the steps, not their number. */
function retransmissionFor(plan: RetransmissionPlan, timeoutMs: number | undefined): RetransmissionPlan {
  if (timeoutMs === undefined) return plan
  return {
    unansweredMs: plan.unansweredMs.map(() => timeoutMs),
    answeredMs: plan.answeredMs.map(() => timeoutMs),
  }
}
