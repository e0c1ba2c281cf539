import { headers, type Msg } from '@nats-io/nats-core'
import { Fault, type RequestDefinition } from '@strowger/schema'
import type { Clock, CounterSeries, HistogramSeries, Log, Metrics, SparseWarnings, Telemetry } from '@strowger/service'
import { publishFault } from './answers.ts'
import type { Connection } from './connection.ts'
import {
  type CallContext,
  callHeader,
  callHeaders,
  errorHeader,
  parseCallHeader,
  probeHeader,
  traceHeader,
} from './context.ts'
import { encodeFrame } from './frame.ts'
import type { Requester } from './request.ts'
import { jsonBytes, parseChecked } from './schema-check.ts'

const nothing = new Uint8Array(0)
const forwarded = Symbol('forwarded')
/** What a handler answers when it has passed the request on. */
export type Forwarded = typeof forwarded

/** What a handler knows beside the input. */
export interface Call {
  readonly context: CallContext
  /** When the caller stops waiting, milliseconds since 1970. */
  readonly deadline: number
  /** Aborted at the deadline. */
  readonly signal: AbortSignal
  /**
   * Passes the caller's question on to the service of `forwardsTo`, which answers the caller itself:
   * `return call.forward(render, input)`. Fault `unavailable` when nobody is there, since such a forward would be
   * lost in silence.
   */
  forward<Input>(definition: RequestDefinition<Input, unknown>, input: Input): Promise<Forwarded>
}

export type Handler<Input, Output> = (input: Input, call: Call) => Promise<Output | Forwarded>

export interface Responder {
  /** Stops listening and resolves when what had begun has been answered. */
  close(): Promise<void>
}

export interface ReplyOptions {
  /** How many requests are worked on at once; the others wait. Default 64. */
  concurrency?: number
}

interface Parts {
  connection: Connection
  requester: Requester
  clock: Clock
  log: Log
  sparse: SparseWarnings
  metrics: Metrics
  telemetry: Telemetry
}

/** Answers a request as a member of its owner's queue group. */
export function createResponder<Input, Output>(
  parts: Parts,
  definition: RequestDefinition<Input, Output>,
  handler: Handler<Input, Output>,
  { concurrency = 64 }: ReplyOptions = {},
): Responder {
  const { connection, clock, log, sparse, telemetry } = parts
  const { nats, outgoing } = connection
  const { subject } = definition
  const count = countersOf(parts.metrics, subject)
  const waiting: Msg[] = []
  let working = 0
  let closed = false
  let whenIdle = () => {}

  const subscription = nats.subscribe(subject, {
    queue: definition.owner,
    callback(error, message) {
      if (error) {
        log.error({ error, subject }, 'a subject cannot be listened to')
        return
      }
      if (working < concurrency) void work(message)
      else waiting.push(message)
    },
  })

  function notSent(error: unknown): void {
    // The connection is being closed, or the message is too large for NATS.
    sparse.warn(`answer ${subject}`, { error, subject }, 'an answer could not be sent')
  }

  async function work(first: Msg): Promise<void> {
    working++
    for (let message: Msg | undefined = first; message; message = waiting.shift()) {
      try {
        await answer(message)
      } catch (error) {
        notSent(error)
      }
    }
    working--
    if (closed && working === 0) whenIdle()
  }

  function sendFault(message: Msg, fault: Fault): void {
    count.fault(fault.code)
    if (!message.reply) return
    const map = headers()
    map.set(errorHeader, fault.code)
    const body: { detail?: string; fields?: Fault['fields'] } = {}
    if (fault.detail !== undefined) body.detail = fault.detail
    if (fault.fields.length > 0) body.fields = fault.fields
    outgoing.send(message.reply, jsonBytes(body), { headers: map }, notSent)
  }

  function refuse(message: Msg, fault: Fault): void {
    count.bad()
    sparse.warn(`bad ${subject}`, { subject, problems: fault.fields }, 'a message does not have its shape')
    sendFault(message, fault)
  }

  async function answer(message: Msg): Promise<void> {
    const header = message.headers?.get(callHeader)
    const call = header ? parseCallHeader(header) : undefined
    if (!call) {
      if (message.headers?.has(probeHeader)) {
        if (message.reply) outgoing.send(message.reply, nothing, {}, notSent)
        return
      }
      const problem = header ? 'is not a deadline and a context' : 'is missing'
      return refuse(message, new Fault('invalid-input', { fields: [{ field: callHeader, problem }] }))
    }
    if (call.deadline <= clock.now()) return sendFault(message, new Fault('deadline-exceeded'))
    let input: Input
    try {
      input = parseChecked(definition.input, message.data) as Input
    } catch (error) {
      if (error instanceof Fault) return refuse(message, error)
      throw error
    }
    if (!telemetry.enabled) return handle(message, input, call)
    const traceparent = message.headers?.get(traceHeader) || undefined
    await telemetry.span(`answer ${subject}`, { kind: 'server', traceparent }, () => handle(message, input, call))
  }

  async function handle(message: Msg, input: Input, parsed: { deadline: number; context: CallContext }): Promise<void> {
    const startedMs = clock.monotonicMs()
    let output: Output | Forwarded
    try {
      output = await handler(input, createCall(message, parsed))
    } catch (error) {
      count.seconds.observe((clock.monotonicMs() - startedMs) / 1_000)
      const { tenant, requestId } = parsed.context
      if (!(error instanceof Fault)) log.error({ error, subject, tenant, requestId }, 'a handler failed')
      else if (error.internal) log.warn({ error, subject, tenant, requestId }, 'a handler gave up')
      return sendFault(message, error instanceof Fault ? error : new Fault('internal'))
    }
    count.seconds.observe((clock.monotonicMs() - startedMs) / 1_000)
    if (output === forwarded) return count.forwarded.add()
    count.ok.add()
    if (!message.reply) return
    const bytes = definition.carries === 'bytes' ? encodeFrame(output as { body: Uint8Array }) : jsonBytes(output)
    outgoing.send(message.reply, bytes, {}, (error) => {
      log.error({ error, subject, size: bytes.length }, 'an answer could not be sent')
      sendFault(message, publishFault(error, subject))
    })
  }

  function createCall(message: Msg, { deadline, context }: { deadline: number; context: CallContext }): Call {
    let abort: AbortSignal | undefined
    return {
      context,
      deadline,
      get signal() {
        abort ??= AbortSignal.timeout(Math.max(0, Math.ceil(deadline - clock.now())))
        return abort
      },
      async forward(target, input) {
        if (definition.forwardsTo !== target.subject) {
          throw new Fault('internal', { internal: `${subject} is not declared to forward to ${target.subject}` })
        }
        if (!(await parts.requester.hasResponder(target))) {
          throw new Fault('unavailable', { internal: `nobody answers ${target.subject}` })
        }
        const traceparent = telemetry.traceparent() ?? (message.headers?.get(traceHeader) || undefined)
        const map = callHeaders(context, deadline, traceparent)
        const options = message.reply ? { reply: message.reply, headers: map } : { headers: map }
        outgoing.send(target.subject, jsonBytes(input), options, notSent)
        return forwarded
      },
    }
  }

  return {
    async close() {
      closed = true
      if (connection.isUp()) await subscription.drain().catch(() => {})
      else if (!nats.isClosed()) subscription.unsubscribe()
      if (working > 0) await new Promise<void>((resolve) => (whenIdle = resolve))
      outgoing.flush()
    },
  }
}

interface Counters {
  ok: CounterSeries
  forwarded: CounterSeries
  seconds: HistogramSeries
  fault(code: string): void
  bad(): void
}

function countersOf(metrics: Metrics, subject: string): Counters {
  const outcomes = metrics.counter({
    name: 'bus_answers_total',
    help: 'Requests answered, by how they ended',
    labels: ['subject', 'outcome'],
  })
  const bad = badMessages(metrics).of({ subject })
  const seconds = metrics.histogram({
    name: 'bus_answer_seconds',
    help: 'How long handlers took',
    labels: ['subject'],
  })
  return {
    ok: outcomes.of({ subject, outcome: 'ok' }),
    forwarded: outcomes.of({ subject, outcome: 'forwarded' }),
    seconds: seconds.of({ subject }),
    fault: (code) => outcomes.of({ subject, outcome: code }).add(),
    bad: () => bad.add(),
  }
}

/** Messages that did not have their shape: requests, events and entries of buckets. */
export function badMessages(metrics: Metrics) {
  return metrics.counter({
    name: 'bus_bad_messages_total',
    help: 'Messages that did not have the shape of their subject, or were not JSON',
    labels: ['subject'],
  })
}
