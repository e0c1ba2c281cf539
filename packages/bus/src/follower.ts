import { createInbox, type Msg, type Subscription } from '@nats-io/nats-core'
import { type Clock, type Log, newId } from '@strowger/service'
import { type Connection, inboxPrefixOf } from './connection.ts'
import { askJetStream, nanoseconds, streamState } from './jetstream-api.ts'
import { type Delivered, deliveredFrom } from './stored-message.ts'

export interface FollowerOptions {
  stream: string
  /** The one wildcard that is followed. */
  filter: string
  /** `latest`: first the last message of every subject, then what comes. A number: from that place of the stream on. */
  from: 'latest' | number
  /** Only the headers, not the data. */
  headersOnly?: boolean
  /** Called for each message in order. While its promise is pending nothing else is delivered, and NATS holds back. */
  onMessage: (message: Delivered) => void | Promise<void>
  /** Everything that had been stored when it began has been given to `onMessage`. Called again after `onLost`. */
  onCaughtUp?: () => void
  /** The stream is not the one that was followed (data was lost): it begins again with the first message there is. */
  onLost?: (state: { expected: number; last: number }) => void
}

export interface Follower {
  /** Undefined while messages come; else why they do not. */
  problem(): string | undefined
  close(): Promise<void>
}

const heartbeatMs = 2_000
const silenceMs = 3 * heartbeatMs
const retryMs = 250

/**
 * Follows a stream without acknowledgements, in order and without gaps, over restarts of NATS and the loss of its
 * consumer: an ephemeral push consumer (NATS ADR-17) that is made again from the first missing message whenever a
 * number is left out, the heartbeat stops or the connection comes back.
 */
export function createFollower(
  parts: { connection: Connection; clock: Clock; log: Log; name: string },
  options: FollowerOptions,
): Follower {
  const { connection, clock, log, name } = parts
  const { nats, share } = connection
  const { stream, filter } = options
  let nextSequence = options.from === 'latest' ? undefined : options.from
  let created: string | undefined
  let problem: string | undefined = 'not yet connected to its stream'
  let current: Attempt | undefined
  let closed = false
  let retry: { cancel(): void } | undefined

  interface Attempt {
    consumer: string
    subscription: Subscription
    consumerSequence: number
    lastHeardMs: number
    /** Messages that wait for `onMessage`; undefined while none is being worked on. */
    queue: Msg[] | undefined
    caughtUp: boolean
  }

  function restart(reason: string, pauseMs = 0): void {
    if (closed) return
    problem = reason
    drop()
    retry?.cancel()
    if (pauseMs === 0) void begin()
    else retry = clock.after(pauseMs, () => void begin())
  }

  /** Forgets the consumer; NATS removes it by itself when nobody listens. */
  function drop(): Attempt | undefined {
    const attempt = current
    current = undefined
    if (attempt && !nats.isClosed()) attempt.subscription.unsubscribe()
    return attempt
  }

  async function begin(): Promise<void> {
    if (closed || !connection.isUp()) return
    const inbox = createInbox(inboxPrefixOf(name))
    const attempt: Attempt = {
      consumer: `follow_${newId()}`,
      subscription: nats.subscribe(inbox, {
        callback: (error, message) => {
          if (error) restart(error.message, retryMs)
          else receive(attempt, message)
        },
      }),
      consumerSequence: 0,
      lastHeardMs: clock.monotonicMs(),
      queue: undefined,
      caughtUp: false,
    }
    current = attempt
    try {
      await checkStream()
      const info = await createConsumer(attempt.consumer, inbox)
      if (current !== attempt) return
      problem = undefined
      if (info.num_pending + info.delivered.consumer_seq === 0) caughtUp(attempt)
    } catch (error) {
      if (current !== attempt) return
      log.debug({ error, stream }, 'a stream cannot be followed yet')
      restart(error instanceof Error ? error.message : String(error), retryMs)
    }
  }

  /** Sees whether it is still the stream it was, before it is asked for what comes after a place in it. */
  async function checkStream(): Promise<void> {
    const state = await streamState(connection, stream)
    const isAnother = created !== undefined && created !== state.created
    created = state.created
    if (nextSequence === undefined) return
    if (isAnother || nextSequence > state.lastSequence + 1) {
      const lost = { expected: nextSequence, last: state.lastSequence }
      log.error({ stream, ...lost }, 'a stream has lost data; it is read from its beginning')
      nextSequence = options.from === 'latest' ? undefined : state.firstSequence
      options.onLost?.(lost)
    }
  }

  function createConsumer(consumer: string, inbox: string) {
    const start =
      nextSequence === undefined
        ? { deliver_policy: 'last_per_subject' }
        : { deliver_policy: 'by_start_sequence', opt_start_seq: Math.max(1, nextSequence) }
    const config = {
      name: consumer,
      deliver_subject: inbox,
      ack_policy: 'none',
      max_deliver: 1,
      filter_subject: filter,
      flow_control: true,
      idle_heartbeat: nanoseconds(heartbeatMs),
      inactive_threshold: nanoseconds(30_000),
      mem_storage: true,
      num_replicas: 1,
      headers_only: options.headersOnly === true,
      ...start,
    }
    return askJetStream<{ num_pending: number; delivered: { consumer_seq: number } }>(
      connection,
      `CONSUMER.CREATE.${stream}.${consumer}.${filter}`,
      { stream_name: stream, config },
    )
  }

  function receive(attempt: Attempt, message: Msg): void {
    if (attempt !== current) return
    attempt.lastHeardMs = clock.monotonicMs()
    if (attempt.queue) attempt.queue.push(message)
    // Nobody is answered before everything is read once, and what waited for its turn would only fill the memory.
    else if (attempt.caughtUp && share.isUsedUp()) void workOff(attempt, [message], share.nextTurn())
    else work(attempt, message)
  }

  /** At once as long as there is time in this turn and `onMessage` does not ask for a wait. */
  function work(attempt: Attempt, message: Msg): void {
    const pending = share.timed(() => handle(attempt, message))
    if (pending) void workOff(attempt, [], pending)
  }

  async function workOff(attempt: Attempt, queue: Msg[], begin: Promise<void>): Promise<void> {
    attempt.queue = queue
    await begin
    for (let next = queue.shift(); next && attempt === current; next = queue.shift()) {
      const message = next
      await share.timed(() => handle(attempt, message))
      if (attempt.caughtUp && share.isUsedUp()) await share.nextTurn()
    }
    attempt.queue = undefined
  }

  function handle(attempt: Attempt, message: Msg): void | Promise<void> {
    if (attempt !== current) return
    const delivered = deliveredFrom(message)
    if (!delivered) return control(attempt, message)
    if (delivered.consumerSequence !== attempt.consumerSequence + 1) return restart('a message was left out')
    attempt.consumerSequence = delivered.consumerSequence
    const pending = options.onMessage(delivered)
    if (pending) return pending.then(() => done(attempt, delivered))
    done(attempt, delivered)
  }

  function done(attempt: Attempt, { sequence, pending }: Delivered): void {
    if (attempt !== current) return
    // Latest values come in the order of their places, too; what was written meanwhile is behind them.
    nextSequence = sequence + 1
    if (pending === 0) caughtUp(attempt)
  }

  /** Heartbeats and flow control: status 100, without data. */
  function control(attempt: Attempt, message: Msg): void {
    if (message.headers?.code !== 100) return
    if (message.reply) nats.publish(message.reply)
    const stalled = message.headers.get('Nats-Consumer-Stalled')
    if (stalled) nats.publish(stalled)
    const last = message.headers.get('Nats-Last-Consumer')
    if (last === '') return
    if (Number(last) !== attempt.consumerSequence) restart('a message was left out')
    else if (problem === undefined) caughtUp(attempt)
  }

  function caughtUp(attempt: Attempt): void {
    if (attempt.caughtUp) return
    attempt.caughtUp = true
    options.onCaughtUp?.()
  }

  const watchdog = clock.every(heartbeatMs, () => {
    const isSilent = current && clock.monotonicMs() - current.lastHeardMs > silenceMs
    if (isSilent && current?.queue === undefined && connection.isUp()) restart('no heartbeat came')
  })
  const stopReconnect = connection.onReconnect(() => restart('reconnected'))
  void begin()

  return {
    problem: () => (connection.isUp() ? problem : 'NATS is away'),
    async close() {
      closed = true
      watchdog.cancel()
      retry?.cancel()
      stopReconnect()
      const attempt = drop()
      if (!attempt || !connection.isUp()) return
      await askJetStream(connection, `CONSUMER.DELETE.${stream}.${attempt.consumer}`).catch(() => {})
    },
  }
}
