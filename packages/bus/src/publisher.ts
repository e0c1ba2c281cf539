import { headers, type Msg, type MsgHdrs } from '@nats-io/nats-core'
import { Fault } from '@strowger/schema'
import {
  type Clock,
  type CounterSeries,
  type Metrics,
  newId,
  randomFraction,
  type SparseWarnings,
} from '@strowger/service'
import type { Connection } from './connection.ts'
import { traceHeader } from './context.ts'
import { textOf } from './schema-check.ts'

export interface StoredMessage {
  subject: string
  bytes: Uint8Array
  /** NATS drops a message whose id it has seen within the stream's duplicate window. */
  id?: string | undefined
  traceparent?: string | undefined
}

/** Where JetStream has put a message. */
export interface Stored {
  stream: string
  sequence: number
  /** It had been stored before, under the same id. */
  duplicate: boolean
}

export interface Publisher {
  /**
   * Stores a message in the stream of its subject and resolves when it is there. It is kept and sent again for as
   * long as NATS is away or refuses; without an id it is given one, so that this stores it once. Waits for its turn
   * when much is under way. Rejects when the signal aborts, the bus is closed, or the message can never be stored.
   */
  publishAcked(message: StoredMessage, signal?: AbortSignal): Promise<Stored>
  /**
   * Stores messages in their order and resolves when all are there. They are sent without waiting for one another;
   * after a failure everything from the first missing one is sent again, so that of two messages to one key the later
   * one stays. Messages with an id are stored once; those without may be stored twice.
   */
  publishInOrder(messages: readonly StoredMessage[], signal?: AbortSignal): Promise<void>
  /** One attempt, with the headers given. Fault `unavailable`, or `stale-revision` when an expectation failed. */
  publishOnce(subject: string, bytes: Uint8Array, map: MsgHdrs | undefined): Promise<Stored>
  /**
   * One attempt for a row of an outbox, whose relay keeps the order and tries again. A message id is set on events
   * only: an entry of a bucket that is written again after a failure must be stored again, behind what follows it.
   */
  publishRow(
    subject: string,
    bytes: Uint8Array,
    options: { id: string; headers: Readonly<Record<string, string>> },
  ): Promise<void>
  /** Waits for what is under way, at most `drainMs`. */
  close(drainMs: number): Promise<void>
}

const ackTimeoutMs = 2_000
const longestPauseMs = 2_000
const maxInFlight = 512
/** How many ordered messages are sent before their acknowledgements are awaited. */
const windowLength = 128
const maxBytesInFlight = 32 * 1024 * 1024

/** JetStream's error codes for an expected sequence that is not the last one. */
const wrongLastSequence = [10_070, 10_071, 10_164]

interface Ack {
  stream?: string
  seq?: number
  duplicate?: boolean
  error?: { code: number; err_code?: number; description: string }
}

function storedFrom(reply: Msg, subject: string): Stored {
  const ack = JSON.parse(textOf(reply.data)) as Ack
  if (ack.error) {
    const code = wrongLastSequence.includes(ack.error.err_code ?? 0) ? 'stale-revision' : 'unavailable'
    throw new Fault(code, { internal: `${subject} was not stored: ${ack.error.description}` })
  }
  if (ack.stream === undefined || ack.seq === undefined) {
    throw new Fault('internal', { internal: `${subject} is not the subject of a stream` })
  }
  return { stream: ack.stream, sequence: ack.seq, duplicate: ack.duplicate === true }
}

function headersOf(message: StoredMessage, id: string | undefined): MsgHdrs {
  const map = headers()
  if (id !== undefined) map.append('Nats-Msg-Id', id)
  if (message.traceparent !== undefined) map.append(traceHeader, message.traceparent)
  return map
}

function headersFrom(fields: readonly (readonly [string, string])[]): MsgHdrs {
  const map = headers()
  for (const [name, value] of fields) map.append(name, value)
  return map
}

/** True when sending it again can never help. */
function isHopeless(error: unknown): boolean {
  return error instanceof Fault && ['internal', 'stale-revision', 'too-large'].includes(error.code)
}

export function createPublisher(parts: {
  connection: Connection
  clock: Clock
  metrics: Metrics
  sparse: SparseWarnings
}): Publisher {
  const { connection, clock, metrics, sparse } = parts
  let closed = false
  const published = metrics
    .counter({ name: 'bus_published_total', help: 'Messages stored by JetStream', labels: [] })
    .of({})
  const again: CounterSeries = metrics
    .counter({ name: 'bus_publish_retries_total', help: 'Messages sent again', labels: [] })
    .of({})
  const turns: (() => void)[] = []
  const idle: (() => void)[] = []
  let inFlight = 0
  let bytesInFlight = 0
  metrics.observedGauge({ name: 'bus_publishing', help: 'Messages not yet acknowledged by JetStream' }, () => inFlight)

  const isFull = () => inFlight >= maxInFlight || bytesInFlight >= maxBytesInFlight

  async function takeTurn(size: number, signal: AbortSignal | undefined): Promise<void> {
    while (isFull()) {
      await new Promise<void>((resolve) => {
        turns.push(resolve)
        signal?.addEventListener('abort', () => resolve(), { once: true })
      })
      throwIfEnded(signal)
    }
    inFlight++
    bytesInFlight += size
  }

  function giveTurn(size: number): void {
    inFlight--
    bytesInFlight -= size
    turns.shift()?.()
    if (inFlight === 0) for (const resolve of idle.splice(0)) resolve()
  }

  async function publishOnce(subject: string, bytes: Uint8Array, map: MsgHdrs | undefined): Promise<Stored> {
    const reply = await connection.ask(subject, bytes, { timeoutMs: ackTimeoutMs, headers: map })
    const stored = storedFrom(reply, subject)
    published.add()
    return stored
  }

  function throwIfEnded(signal: AbortSignal | undefined): void {
    signal?.throwIfAborted()
    if (closed) throw new Fault('unavailable', { internal: 'the bus was closed' })
  }

  async function pause(
    attempt: number,
    subject: string,
    error: unknown,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    throwIfEnded(signal)
    again.add()
    sparse.warn(`publish ${subject}`, { error, subject }, 'a message could not be stored yet; it is kept')
    const pauseMs = Math.min(longestPauseMs, 50 * 2 ** attempt) * (0.5 + randomFraction() / 2)
    if (connection.isUp()) await clock.sleep(pauseMs, signal)
    else await connection.untilUp(signal)
  }

  return {
    async publishAcked(message, signal) {
      throwIfEnded(signal)
      const map = headersOf(message, message.id ?? newId())
      await takeTurn(message.bytes.length, signal)
      try {
        for (let attempt = 0; ; attempt++) {
          try {
            return await publishOnce(message.subject, message.bytes, map)
          } catch (error) {
            if (isHopeless(error)) throw error
            await pause(attempt, message.subject, error, signal)
          }
        }
      } finally {
        giveTurn(message.bytes.length)
      }
    },

    async publishInOrder(messages, signal) {
      let next = 0
      let attempt = 0
      while (next < messages.length) {
        throwIfEnded(signal)
        const window = messages.slice(next, next + windowLength)
        const results = await Promise.allSettled(
          window.map((message) => publishOnce(message.subject, message.bytes, headersOf(message, message.id))),
        )
        const failed = results.findIndex((result) => result.status === 'rejected')
        next += failed < 0 ? window.length : failed
        if (failed < 0) {
          attempt = 0
          continue
        }
        const { reason } = results[failed] as PromiseRejectedResult
        if (isHopeless(reason)) throw reason
        attempt = failed > 0 ? 0 : attempt + 1
        await pause(attempt, messages[next]?.subject ?? '', reason, signal)
      }
    },

    publishOnce,

    async publishRow(subject, bytes, { id, headers: fields }) {
      const written = Object.entries(fields)
      if (!subject.startsWith('$KV.')) written.push(['Nats-Msg-Id', id])
      await publishOnce(subject, bytes, written.length === 0 ? undefined : headersFrom(written))
    },

    async close(drainMs) {
      if (inFlight > 0) {
        await Promise.race([new Promise<void>((resolve) => idle.push(resolve)), clock.sleep(drainMs)])
      }
      closed = true
    },
  }
}
