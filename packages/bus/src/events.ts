import type { EventDefinition, StreamDefinition } from '@strowger/schema'
import type { Clock, HealthState, Log, Metrics, SparseWarnings, Telemetry } from '@strowger/service'
import type { Connection } from './connection.ts'
import { createConsumer, type Verdict } from './consumer.ts'
import { traceHeader } from './context.ts'
import { createFollower } from './follower.ts'
import { streamState } from './jetstream-api.ts'
import type { Publisher, Stored } from './publisher.ts'
import { removeMessages } from './remove-messages.ts'
import { badMessages } from './reply.ts'
import { jsonBytes, parseChecked } from './schema-check.ts'
import type { Delivered } from './stored-message.ts'

/** An event as a reader is given it. */
export interface EventMessage<Payload> {
  readonly event: EventDefinition<Payload>
  readonly tenant: string
  readonly payload: Payload
  /** Its place in the stream. */
  readonly sequence: number
  /** Under which it was published; the sequence when it had none. */
  readonly id: string
  /** When it was stored, milliseconds since 1970. */
  readonly storedAtMs: number
  /** 1 when it is delivered for the first time. */
  readonly delivery: number
  /** To be continued; the handler already runs in a span of it. */
  readonly traceparent: string | undefined
}

/** The message that a reader of several events may get: one of each. */
export type MessageOf<Event> = Event extends EventDefinition<infer Payload> ? EventMessage<Payload> : never

/** Narrows a message to one of the events that are read together. */
export function isEvent<Payload>(
  message: EventMessage<unknown>,
  event: EventDefinition<Payload>,
): message is EventMessage<Payload> {
  return message.event.subject === event.subject
}

export interface Reader {
  /** Ok while it gets what is published, or NATS is merely away. */
  health(): HealthState
  close(): Promise<void>
}

export interface Events {
  /**
   * Publishes an event and resolves when JetStream has it; kept and sent again while NATS is away. `id` names the
   * fact (row id and revision): published twice it is stored once.
   */
  publish<Payload>(
    event: EventDefinition<Payload>,
    tenant: string,
    payload: Payload,
    options?: { id?: string; traceparent?: string; signal?: AbortSignal },
  ): Promise<Stored>
  /**
   * Hands every event, once acknowledged never again, to one of the processes that use this `durable` name. A handler
   * that throws gets the event again, later and later. Events of one stream only.
   */
  consume<const Definitions extends readonly EventDefinition<unknown>[]>(
    events: Definitions,
    options: { durable: string; concurrency?: number; batch?: number; deliverFrom?: 'first' | 'new' },
    handler: (message: MessageOf<Definitions[number]>) => Promise<void>,
  ): Reader
  /** The place of the last event in the stream of this one; 0 while there is none. */
  lastSequence(event: EventDefinition<unknown>): Promise<number>
  /** Removes every message of this event for a tenant from its stream; answers how many. For the stream's purger. */
  purge(event: EventDefinition<unknown>, tenant: string): Promise<number>
  /**
   * Hands every event in order to a reader that keeps its own position: from `fromSequence` on, without
   * acknowledgements. A handler that throws gets the same event again until it takes it. `onLost` is called when the
   * stream ends before that position (its data was lost); it then begins with the first event there is.
   */
  follow<const Definitions extends readonly EventDefinition<unknown>[]>(
    events: Definitions,
    options: { fromSequence: number; onLost?: (state: { expected: number; last: number }) => void },
    handler: (message: MessageOf<Definitions[number]>) => void | Promise<void>,
  ): Reader
}

interface Parts {
  connection: Connection
  publisher: Publisher
  clock: Clock
  log: Log
  sparse: SparseWarnings
  metrics: Metrics
  telemetry: Telemetry
  name: string
}

const handlerRetryMs = 1_000

/** The one wildcard of several events: nats-server 2.9 allows one filter a consumer. */
function filterOf(events: readonly EventDefinition<unknown>[]): { stream: StreamDefinition; filter: string } {
  const [first] = events
  if (!first) throw new Error('no event was named')
  if (events.some(({ stream }) => stream.name !== first.stream.name)) {
    throw new Error('events that are read together must be of one stream')
  }
  return { stream: first.stream, filter: events.length === 1 ? `${first.subject}.*` : first.stream.subject }
}

export function createEvents(parts: Parts): Events {
  const { connection, publisher, clock, log, sparse, telemetry } = parts
  const bad = badMessages(parts.metrics)

  /** The event as its reader gets it; undefined when it is another event of the stream, or not what it must be. */
  function messageFrom(
    events: readonly EventDefinition<unknown>[],
    delivered: Delivered,
  ): EventMessage<unknown> | 'bad' | 'other' {
    const lastDot = delivered.subject.lastIndexOf('.')
    const subject = delivered.subject.slice(0, lastDot)
    const event = events.find((candidate) => candidate.subject === subject)
    if (!event) return 'other'
    try {
      return {
        event,
        tenant: delivered.subject.slice(lastDot + 1),
        payload: parseChecked(event.payload, delivered.data),
        sequence: delivered.sequence,
        id: delivered.header('Nats-Msg-Id') ?? String(delivered.sequence),
        storedAtMs: delivered.storedAtMs,
        delivery: delivered.delivery,
        traceparent: delivered.header(traceHeader),
      }
    } catch (error) {
      bad.of({ subject }).add()
      sparse.warn(
        `bad ${subject}`,
        { error, subject, sequence: delivered.sequence },
        'an event does not have its shape',
      )
      return 'bad'
    }
  }

  async function inSpan(message: EventMessage<unknown>, handler: () => void | Promise<void>): Promise<void> {
    if (!telemetry.enabled) return handler()
    const options = { kind: 'consumer', traceparent: message.traceparent } as const
    await telemetry.span(`handle ${message.event.subject}`, options, async () => handler())
  }

  return {
    async publish(event, tenant, payload, { id, traceparent, signal } = {}) {
      const message = {
        subject: `${event.subject}.${tenant}`,
        bytes: jsonBytes(payload),
        id,
        traceparent: traceparent ?? telemetry.traceparent(),
      }
      return publisher.publishAcked(message, signal)
    },

    consume(events, { durable, concurrency = 8, batch = 64, deliverFrom = 'first' }, handler) {
      const { stream, filter } = filterOf(events)
      const options = { stream: stream.name, filter, durable, concurrency, batch, deliverFrom }
      const consumer = createConsumer(parts, options, async (delivered): Promise<Verdict> => {
        const message = messageFrom(events, delivered)
        if (message === 'bad') return 'term'
        if (message === 'other') return 'ack'
        await inSpan(message, () => handler(message as MessageOf<(typeof events)[number]>))
        return 'ack'
      })
      return readerOf(connection, consumer)
    },

    async lastSequence({ stream }) {
      return (await streamState(connection, stream.name)).lastSequence
    },

    purge: ({ stream, subject }, tenant) =>
      removeMessages(parts, { stream: stream.name, filter: `${subject}.${tenant}` }),

    follow(events, { fromSequence, onLost }, handler) {
      const { stream, filter } = filterOf(events)
      let closed = false
      const deliver = async (message: EventMessage<unknown>): Promise<void> => {
        while (!closed) {
          try {
            return await inSpan(message, () => handler(message as MessageOf<(typeof events)[number]>))
          } catch (error) {
            log.error({ error, stream: stream.name, sequence: message.sequence }, 'an event could not be taken; again')
            await clock.sleep(handlerRetryMs)
          }
        }
      }
      const follower = createFollower(parts, {
        stream: stream.name,
        filter,
        from: fromSequence,
        ...(onLost ? { onLost } : {}),
        onMessage(delivered) {
          const message = messageFrom(events, delivered)
          return message === 'bad' || message === 'other' ? undefined : deliver(message)
        },
      })
      const reader = readerOf(connection, follower)
      return {
        health: reader.health,
        close() {
          closed = true
          return reader.close()
        },
      }
    },
  }
}

function readerOf(connection: Connection, source: { problem(): string | undefined; close(): Promise<void> }): Reader {
  return {
    health() {
      const reason = source.problem()
      return reason === undefined ? { ok: true } : { ok: !connection.isUp(), reason }
    },
    close: () => source.close(),
  }
}
