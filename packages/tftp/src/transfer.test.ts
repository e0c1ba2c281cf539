import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  advanceTransfer,
  blockCount,
  createTransfer,
  type TransferAction,
  type TransferEvent,
  type TransferOutcome,
  type TransferPlan,
} from './transfer.ts'

const retransmission = { unansweredMs: [1000, 2000, 4000], answeredMs: [1000, 2000, 4000, 8000, 8000] }

function planFor(plan: Partial<TransferPlan>): TransferPlan {
  return { byteLength: 1000, blockSize: 512, windowSize: 1, acknowledgesOptions: false, retransmission, ...plan }
}

/** Feeds events in and collects what is asked for. */
function drive(plan: TransferPlan, ...events: TransferEvent[]): TransferAction[][] {
  let state = createTransfer(plan)
  return events.map((event) => {
    const step = advanceTransfer(state, event)
    state = step.state
    return [...step.actions]
  })
}

const start = { kind: 'start' } as const
const timeout = { kind: 'timeout' } as const
const ack = (block: number) => ({ kind: 'ack', block }) as const
const blocks = (first: number, last = first) => ({ kind: 'send-blocks', first, last })
const wait = (delayMs: number) => ({ kind: 'wait', delayMs })
const sent = { kind: 'end', outcome: { kind: 'sent' } }

describe('a transfer in lock step', () => {
  it('sends block after block, each once', () => {
    expect(drive(planFor({}), start, ack(1), ack(2))).toEqual([
      [blocks(1), wait(1000)],
      [{ kind: 'first-ack' }, blocks(2), wait(1000)],
      [sent],
    ])
  })

  it('ends an empty file with one empty block', () => {
    expect(drive(planFor({ byteLength: 0 }), start, ack(1))[1]).toEqual([{ kind: 'first-ack' }, sent])
  })

  it('ends a file of exactly two blocks with an empty third', () => {
    expect(blockCount(planFor({ byteLength: 1024 }))).toBe(3)
  })

  it('never sends data again for a duplicate ACK (RFC 1123 §4.2.3.1)', () => {
    const plan = planFor({ byteLength: 5000 })
    expect(drive(plan, start, ack(1), ack(1), ack(1), ack(0)).slice(2)).toEqual([[], [], []])
  })

  it('waits for ACK 0 after an OACK', () => {
    const plan = planFor({ acknowledgesOptions: true })
    expect(drive(plan, start, ack(1), ack(0), ack(0))).toEqual([
      [{ kind: 'send-option-ack' }, wait(1000)],
      [],
      [{ kind: 'first-ack' }, blocks(1), wait(1000)],
      [],
    ])
  })

  it('repeats an unanswered first packet twice, with growing patience, and gives up', () => {
    expect(drive(planFor({}), start, timeout, timeout, timeout, timeout)).toEqual([
      [blocks(1), wait(1000)],
      [blocks(1), wait(2000)],
      [blocks(1), wait(4000)],
      [{ kind: 'end', outcome: { kind: 'timed-out', answered: false } }],
      [],
    ])
  })

  it('is patient again after each ACK', () => {
    const actions = drive(planFor({ byteLength: 5000 }), start, timeout, ack(1), timeout)
    expect(actions[3]).toEqual([blocks(2), wait(2000)])
  })

  it('goes on when the block number rolls over from 65535 to 0', () => {
    const plan = planFor({ byteLength: 70_000 * 8, blockSize: 8 })
    let state = advanceTransfer(createTransfer(plan), start).state
    for (let block = 1; block <= 70_000; block++) {
      const step = advanceTransfer(state, ack(block & 0xffff))
      const action = step.actions.at(-2)
      if (action?.kind !== 'send-blocks' || action.first !== block + 1)
        expect.unreachable(`no block after ACK ${block}`)
      state = step.state
    }
    expect(advanceTransfer(state, ack(70_001 & 0xffff)).actions).toEqual([sent])
  })

  it('ends when the client says so, and does not answer', () => {
    const actions = drive(planFor({}), start, { kind: 'peer-error', code: 8, message: 'no' }, ack(1))
    expect(actions[1]).toEqual([{ kind: 'end', outcome: { kind: 'aborted', code: 8, message: 'no' } }])
    expect(actions[2]).toEqual([])
  })

  it('answers a packet that has no place in a read with error 4', () => {
    expect(drive(planFor({}), start, { kind: 'unexpected' })[1]).toEqual([
      { kind: 'send-illegal-operation' },
      { kind: 'end', outcome: { kind: 'protocol-error' } },
    ])
  })
})

describe('a transfer with a window', () => {
  const plan = planFor({ byteLength: 512 * 10, windowSize: 4, acknowledgesOptions: true })

  it('sends a window for each ACK', () => {
    expect(drive(plan, start, ack(0), ack(4), ack(8), ack(11)).map((actions) => actions.at(-2))).toEqual([
      { kind: 'send-option-ack' },
      blocks(1, 4),
      blocks(5, 8),
      blocks(9, 11),
      undefined,
    ])
  })

  it('starts again behind the last block that arrived (RFC 7440 §4)', () => {
    expect(drive(plan, start, ack(0), ack(2)).at(-1)).toEqual([blocks(3, 6), wait(1000)])
  })

  it('takes a duplicate ACK as the loss of the first block, once', () => {
    const actions = drive(plan, start, ack(0), ack(4), ack(4), ack(4), ack(8), ack(8))
    expect(actions.slice(3).map((each) => each[0])).toEqual([blocks(5, 8), undefined, blocks(9, 11), undefined])
  })
})

/** A network that drops, doubles and reorders, as told by a list of numbers, until the list is used up. */
function carry(plan: TransferPlan, chaos: readonly number[]) {
  let state = createTransfer(plan)
  let outcome: TransferOutcome | undefined
  const received = new Set<number>()
  let expected = plan.acknowledgesOptions ? -1 : 0
  let sinceAck = 0
  let dataPackets = 0
  const toServer: TransferEvent[] = [start]
  const toClient: number[] = []
  const pending = [...chaos]
  const fate = () => pending.shift() ?? 0

  const put = <Item>(queue: Item[], item: Item) => {
    const what = fate()
    if (what === 1) return
    queue.push(item)
    if (what === 2) queue.push(item)
    if (what === 3 && queue.length > 1) queue.unshift(...queue.splice(-1))
  }
  const acknowledge = () => put(toServer, ack(expected & 0xffff))

  for (let turn = 0; turn < 20_000 && outcome === undefined; turn++) {
    const event = toServer.shift()
    if (event !== undefined || toClient.length === 0) {
      const step = advanceTransfer(state, event ?? timeout)
      state = step.state
      for (const action of step.actions) {
        if (action.kind === 'send-option-ack') put(toClient, -1)
        if (action.kind === 'end') outcome = action.outcome
        if (action.kind !== 'send-blocks') continue
        for (let block = action.first; block <= action.last; block++) {
          dataPackets++
          put(toClient, block)
        }
      }
    }
    const block = toClient.shift()
    if (block === undefined) continue
    if (block === -1) {
      expected = Math.max(expected, 0)
      acknowledge()
    } else if (block === expected + 1 && expected >= 0) {
      expected = block
      received.add(block)
      sinceAck++
      if (sinceAck === plan.windowSize || block === blockCount(plan)) {
        sinceAck = 0
        acknowledge()
      }
    } else if (block > expected + 1 || block === expected) {
      sinceAck = 0
      acknowledge()
    }
  }
  return { outcome, received: received.size, dataPackets, retransmissions: state.retransmissions }
}

describe('any transfer over a bad network', () => {
  const plans = fc.record({
    byteLength: fc.integer({ min: 0, max: 30_000 }),
    blockSize: fc.integer({ min: 8, max: 1428 }),
    windowSize: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 20 })),
    acknowledgesOptions: fc.boolean(),
  })

  it('ends, and when it says sent the client has every block', () => {
    const chaos = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 400 })
    fc.assert(
      fc.property(plans, chaos, (parts, fates) => {
        const plan = planFor(parts)
        const { outcome, received } = carry(plan, fates)
        expect(outcome).toBeDefined()
        if (outcome?.kind === 'sent') expect(received).toBe(blockCount(plan))
      }),
    )
  })

  it('sends each block exactly once when nothing is lost, even if every packet is doubled in lock step', () => {
    fc.assert(
      fc.property(plans, fc.constantFrom(0, 2), (parts, fate) => {
        const plan = planFor({ ...parts, windowSize: fate === 2 ? 1 : parts.windowSize })
        const { outcome, dataPackets } = carry(plan, new Array(20_000).fill(fate))
        expect(outcome).toEqual({ kind: 'sent' })
        expect(dataPackets).toBe(blockCount(plan))
      }),
    )
  })
})
