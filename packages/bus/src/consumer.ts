import { createInbox, type Msg } from '@nats-io/nats-core'
import type { Clock, Log } from '@strowger/service'
import { type Connection, inboxPrefixOf } from './connection.ts'
import { askJetStream, nanoseconds } from './jetstream-api.ts'
import { type Delivered, deliveredFrom } from './stored-message.ts'

export interface ConsumerOptions {
  stream: string
  filter: string
  /** Its name in NATS; replicas of a service share it, and each message goes to one of them. */
  durable: string
  /** Where a consumer that does not exist yet begins. */
  deliverFrom: 'first' | 'new'
  /** How many messages are worked on at once. */
  concurrency: number
  /** How many messages are fetched ahead. */
  batch: number
}

/** What becomes of a message: done, asked for again later, or given up. */
export type Verdict = 'ack' | 'nak' | 'term'

export interface Consumer {
  problem(): string | undefined
  /** Fetches no more and resolves when what was begun is done. */
  close(): Promise<void>
}

const ackWaitMs = 30_000
const stillWorkingMs = 10_000
const pullMs = 10_000
const retryMs = 250
const longestBackoffMs = 60_000

/**
 * A durable consumer that fetches (NATS ADR-37's pull, on nats-server 2.9). Each message is acknowledged after it was
 * handled, so it may come twice but is never lost. It is made again when NATS has lost it.
 */
export function createConsumer(
  parts: { connection: Connection; clock: Clock; log: Log; name: string },
  options: ConsumerOptions,
  handle: (message: Delivered) => Promise<Verdict>,
): Consumer {
  const { connection, clock, log } = parts
  const { nats } = connection
  const { stream, durable } = options
  const inboxBase = createInbox(inboxPrefixOf(parts.name))
  const limit = Math.max(options.concurrency, options.batch)
  const waiting: Delivered[] = []
  /** Fetched and not yet done, with the subject that acknowledges it. */
  const held = new Set<string>()
  let working = 0
  let isReady = false
  let problem: string | undefined = 'not yet connected to its stream'
  let pull = { id: 0, outstanding: 0 }
  let pullTimer: { cancel(): void } | undefined
  let retry: { cancel(): void } | undefined
  let closed = false
  let whenIdle = () => {}

  const subscription = nats.subscribe(`${inboxBase}.*`, {
    callback(error, message) {
      if (error) prepareAgain(error.message)
      else receive(message)
    },
  })

  async function prepare(): Promise<void> {
    if (closed || !connection.isUp()) return
    isReady = false
    const config = {
      name: durable,
      durable_name: durable,
      ack_policy: 'explicit',
      ack_wait: nanoseconds(ackWaitMs),
      max_deliver: -1,
      max_ack_pending: 10_000,
      filter_subject: options.filter,
      deliver_policy: options.deliverFrom === 'first' ? 'all' : 'new',
    }
    try {
      await askJetStream(connection, `CONSUMER.CREATE.${stream}.${durable}.${options.filter}`, {
        stream_name: stream,
        config,
      })
      isReady = true
      problem = undefined
      pull = { id: pull.id + 1, outstanding: 0 }
      fetch()
    } catch (error) {
      log.debug({ error, stream, durable }, 'a stream cannot be consumed yet')
      prepareAgain(error instanceof Error ? error.message : String(error))
    }
  }

  function prepareAgain(reason: string): void {
    isReady = false
    problem = reason
    pullTimer?.cancel()
    retry?.cancel()
    if (!closed) retry = clock.after(retryMs, () => void prepare())
  }

  /** Asks for as many as there is room for, when nothing is asked for already. */
  function fetch(): void {
    const room = limit - held.size
    if (closed || !isReady || pull.outstanding > 0 || room < Math.ceil(limit / 2)) return
    pull = { id: pull.id + 1, outstanding: room }
    const { id } = pull
    const request = JSON.stringify({ batch: room, expires: nanoseconds(pullMs) })
    nats.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${durable}`, request, { reply: `${inboxBase}.${id}` })
    // NATS says when the request has expired; when it does not, the request or its answer was lost.
    pullTimer?.cancel()
    pullTimer = clock.after(pullMs + 2_000, () => {
      if (pull.id === id) prepareAgain('NATS does not answer')
    })
  }

  function receive(message: Msg): void {
    const delivered = deliveredFrom(message)
    if (!delivered) {
      if (message.subject === `${inboxBase}.${pull.id}`) ended(message)
      return
    }
    // Messages come under their own subject, which does not tell for which request; there is but one at a time.
    pull.outstanding = Math.max(0, pull.outstanding - 1)
    held.add(delivered.ackSubject)
    waiting.push(delivered)
    if (working < options.concurrency) void work()
    fetch()
  }

  /** A status instead of a message ends the request: 404 and 408 nothing came, 503 and 409 the consumer is gone. */
  function ended(message: Msg): void {
    const code = message.headers?.code ?? 0
    if (code === 100) return
    if (code === 404 || code === 408) {
      pull.outstanding = 0
      fetch()
    } else prepareAgain(message.headers?.description || `status ${code}`)
  }

  async function work(): Promise<void> {
    working++
    while (!closed) {
      const next = waiting.shift()
      if (!next) break
      const verdict = await handle(next).catch((error: unknown): Verdict => {
        log.error({ error, stream, durable, sequence: next.sequence }, 'an event could not be handled; it comes again')
        return 'nak'
      })
      acknowledge(next, verdict)
      held.delete(next.ackSubject)
      fetch()
    }
    working--
    if (closed && working === 0) whenIdle()
  }

  /** What cannot be said while NATS is away is said when the message comes again. */
  function acknowledge(message: Delivered, verdict: Verdict): void {
    if (!connection.isUp()) return
    const backoffMs = Math.min(longestBackoffMs, 500 * 2 ** Math.min(message.delivery - 1, 10))
    const words = {
      ack: '+ACK',
      term: '+TERM',
      nak: `-NAK ${JSON.stringify({ delay: nanoseconds(backoffMs) })}`,
    }
    say(message.ackSubject, words[verdict])
  }

  /** A connection that is being closed takes nothing more; what was not said is said when the message comes again. */
  function say(ackSubject: string, words: string): void {
    if (!nats.isClosed() && !nats.isDraining()) nats.publish(ackSubject, words)
  }

  /** Keeps NATS from sending to another what is only slow here. */
  const progress = clock.every(stillWorkingMs, () => {
    if (connection.isUp()) for (const ackSubject of held) say(ackSubject, '+WPI')
  })
  const stopReconnect = connection.onReconnect(() => {
    retry?.cancel()
    void prepare()
  })
  void prepare()

  return {
    problem: () => (connection.isUp() ? problem : 'NATS is away'),
    async close() {
      closed = true
      stopReconnect()
      progress.cancel()
      pullTimer?.cancel()
      retry?.cancel()
      // What was fetched and not begun, or is on its way, goes to another replica at once and not after its ack is due.
      if (connection.isUp()) await subscription.drain().catch(() => {})
      else if (!nats.isClosed()) subscription.unsubscribe()
      if (working > 0) await new Promise<void>((resolve) => (whenIdle = resolve))
      for (const { ackSubject } of waiting.splice(0)) if (connection.isUp()) say(ackSubject, '-NAK')
    },
  }
}
