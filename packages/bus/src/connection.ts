import { type Msg, type MsgHdrs, PermissionViolationError } from '@nats-io/nats-core'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { Fault } from '@strowger/schema'
import type { Clock, HealthState, Log } from '@strowger/service'
import { createAnswers } from './answers.ts'
import { createOutgoing, type Outgoing } from './outgoing.ts'
import { createTurnShare, type TurnShare } from './turn-share.ts'

/** The one connection of a process, and whether it stands. */
export interface Connection {
  readonly nats: NatsConnection
  /** For questions and answers: what one turn of the event loop sends leaves together. */
  readonly outgoing: Outgoing
  /** For what is followed: questions go first. */
  readonly share: TurnShare
  isUp(): boolean
  /** Asks and resolves to the answer; as `Answers.ask`, and Fault `unavailable` at once while NATS is away. */
  ask(subject: string, bytes: Uint8Array, options: { timeoutMs: number; headers?: MsgHdrs | undefined }): Promise<Msg>
  health(): HealthState
  /** Calls `listener` after each reconnection; answers how to stop that. */
  onReconnect(listener: () => void): () => void
  /** Resolves when the connection stands (at once when it does); rejects when the signal aborts or it was closed. */
  untilUp(signal?: AbortSignal): Promise<void>
  close(): Promise<void>
}

export interface ConnectionOptions {
  servers: string | readonly string[]
  user?: string | undefined
  password?: string | undefined
  /** Name of the service: shown by NATS, and its inboxes are `_INBOX_<name>.…`. */
  name: string
  log: Log
  clock: Clock
}

/** Where answers to a service come in; no other service may listen there. */
export function inboxPrefixOf(name: string): string {
  return `_INBOX_${name}`
}

/** Connects, and waits for as long as that takes. Once connected it reconnects for ever. */
export async function createConnection(options: ConnectionOptions): Promise<Connection> {
  const { log, clock, name } = options
  const servers = typeof options.servers === 'string' ? [options.servers] : [...options.servers]
  const waiting = clock.every(5_000, () => log.warn({ servers }, 'waiting for NATS'))
  let nats: NatsConnection
  try {
    nats = await connectAtLast({ ...options, servers })
  } finally {
    waiting.cancel()
  }
  log.info({ servers: [nats.getServer()], name }, 'connected to NATS')

  let isUp = true
  let downSinceMs = 0
  const reconnectListeners = new Set<() => void>()
  const outgoing = createOutgoing(nats)
  const answers = createAnswers(nats, outgoing, inboxPrefixOf(name), clock)
  const waiters = new Set<{ resolve: () => void; reject: (reason: unknown) => void }>()

  async function followStatus(): Promise<void> {
    for await (const status of nats.status()) {
      if (status.type === 'disconnect') {
        isUp = false
        downSinceMs = clock.monotonicMs()
        log.warn({ server: status.server }, 'the connection to NATS is lost')
        // An answer would be sent while this is not listening, and be lost.
        answers.fail(new Fault('unavailable', { internal: 'the connection to NATS was lost' }))
      } else if (status.type === 'reconnect') {
        isUp = true
        log.info({ server: status.server, awayMs: Math.round(clock.monotonicMs() - downSinceMs) }, 'NATS is back')
        for (const { resolve } of waiters) resolve()
        waiters.clear()
        for (const listener of reconnectListeners) listener()
      } else if (status.type === 'error') {
        const { error } = status
        log.error({ error }, 'NATS refused something')
        if (error instanceof PermissionViolationError && error.operation === 'publish') {
          answers.fail(new Fault('internal', { internal: error.message }), error.subject)
        }
      }
    }
  }
  const statusEnded = followStatus()

  return {
    nats,
    outgoing,
    share: createTurnShare(clock),
    isUp: () => isUp && !nats.isClosed(),
    ask(subject, bytes, askOptions) {
      if (isUp) return answers.ask(subject, bytes, askOptions)
      return Promise.reject(new Fault('unavailable', { internal: 'NATS is away' }))
    },
    health() {
      if (nats.isClosed()) return { ok: false, reason: 'the connection to NATS is closed' }
      if (isUp) return { ok: true }
      const awayS = Math.round((clock.monotonicMs() - downSinceMs) / 1_000)
      return { ok: false, reason: `NATS is away since ${awayS} s; reconnecting to ${servers.join(', ')}` }
    },
    onReconnect(listener) {
      reconnectListeners.add(listener)
      return () => reconnectListeners.delete(listener)
    },
    async untilUp(signal) {
      signal?.throwIfAborted()
      if (isUp) return
      let onAbort = () => {}
      const up = new Promise<void>((resolve, reject) => {
        const waiter = { resolve, reject }
        waiters.add(waiter)
        onAbort = () => {
          waiters.delete(waiter)
          reject(signal?.reason)
        }
      })
      signal?.addEventListener('abort', onAbort)
      await up.finally(() => signal?.removeEventListener('abort', onAbort))
    },
    async close() {
      outgoing.flush()
      answers.close()
      // A drain waits for the server; while it is away it would wait for ever.
      const drained = isUp ? nats.drain().catch(() => {}) : nats.close()
      await Promise.race([drained, clock.sleep(2_000)])
      if (!nats.isClosed()) await nats.close()
      for (const { reject } of waiters) reject(new Error('the bus was closed'))
      waiters.clear()
      await statusEnded
    },
  }
}

async function connectAtLast(options: ConnectionOptions & { servers: string[] }): Promise<NatsConnection> {
  for (;;) {
    try {
      return await connect({
        servers: options.servers,
        ...(options.user === undefined ? {} : { user: options.user }),
        ...(options.password === undefined ? {} : { pass: options.password }),
        name: options.name,
        inboxPrefix: inboxPrefixOf(options.name),
        waitOnFirstConnect: true,
        maxReconnectAttempts: -1,
        reconnectTimeWait: 100,
        reconnectJitter: 100,
        reconnectJitterTLS: 100,
        ignoreAuthErrorAbort: true,
        // A stack trace for every request costs more than the request.
        noAsyncTraces: true,
        pingInterval: 10_000,
        maxPingOut: 2,
      })
    } catch (error) {
      // Refused, not absent: the users may be given to the server a moment later.
      options.log.error({ error }, 'NATS refused the connection')
      await options.clock.sleep(1_000)
    }
  }
}
