import { headers, type Msg } from '@nats-io/nats-core'
import { type ErrorCode, Fault, type FieldProblem, isErrorCode, type RequestDefinition } from '@strowger/schema'
import type { Clock, CounterSeries, Metrics, Telemetry } from '@strowger/service'
import type { Connection } from './connection.ts'
import { type CallContext, callHeaders, errorHeader, probeHeader } from './context.ts'
import { decodeFrame } from './frame.ts'
import { checkOf, jsonBytes, textOf } from './schema-check.ts'

export interface RequestOptions {
  /** How long to wait; the definition's `deadlineMs` when absent. */
  timeoutMs?: number
  /** An end that came from outside (milliseconds since 1970), as `call.deadline`; the earlier of both counts. */
  deadline?: number
  signal?: AbortSignal
}

export interface Requester {
  /**
   * Asks the owner and resolves to its answer, checked. Rejects with a Fault: what the owner threw, `unavailable`
   * when nobody listens or NATS is away, `deadline-exceeded` when no answer came in time, `internal` when the answer
   * has not the shape it must have.
   */
  request<Input, Output>(
    definition: RequestDefinition<Input, Output>,
    input: Input,
    context: CallContext,
    options?: RequestOptions,
  ): Promise<Output>
  /**
   * As `request`, for who passes the answer on as it is: its JSON, as the owner wrote it, neither parsed nor checked.
   * Not for definitions that carry bytes.
   */
  requestJson<Input>(
    definition: RequestDefinition<Input, unknown>,
    input: Input,
    context: CallContext,
    options?: RequestOptions,
  ): Promise<Uint8Array>
  /** Whether anybody would answer. Known from a probe at most 100 ms old. */
  hasResponder(definition: RequestDefinition<unknown, unknown>): Promise<boolean>
}

const probeAgeMs = 100
const probeTimeoutMs = 250

/** The Fault that the owner threw. */
function sentFault(code: string, data: Uint8Array): Fault {
  const known: ErrorCode = isErrorCode(code) ? code : 'internal'
  try {
    const { detail, fields } = JSON.parse(textOf(data)) as { detail?: string; fields?: FieldProblem[] }
    return new Fault(known, { ...(detail === undefined ? {} : { detail }), fields: fields ?? [] })
  } catch {
    return new Fault(known)
  }
}

function refuseFault(reply: Msg): Msg {
  const code = reply.headers?.get(errorHeader)
  if (code) throw sentFault(code, reply.data)
  return reply
}

function decodeReply<Output>(definition: RequestDefinition<unknown, Output>, reply: Msg): Output {
  refuseFault(reply)
  let output: unknown
  try {
    output = definition.carries === 'bytes' ? decodeFrame(reply.data) : JSON.parse(textOf(reply.data))
  } catch (cause) {
    throw new Fault('internal', { internal: `the answer to ${definition.subject} cannot be read`, cause })
  }
  const check = checkOf(definition.output)
  if (!check.accepts(output)) {
    const { field, problem } = check.firstProblem(output)
    throw new Fault('internal', { internal: `the answer to ${definition.subject} is wrong at ${field}: ${problem}` })
  }
  return output as Output
}

export function createRequester(parts: {
  connection: Connection
  clock: Clock
  metrics: Metrics
  telemetry: Telemetry
}): Requester {
  const { connection, clock, metrics, telemetry } = parts
  const outcomes = metrics.counter({
    name: 'bus_requests_total',
    help: 'Requests sent, by how they ended',
    labels: ['subject', 'outcome'],
  })
  const okSeries = new Map<string, CounterSeries>()
  const probes = new Map<string, { atMs: number; answer: Promise<boolean> }>()

  async function ask<Input>(
    definition: RequestDefinition<Input, unknown>,
    input: Input,
    context: CallContext,
    options: RequestOptions,
  ): Promise<Msg> {
    const { subject } = definition
    const nowMs = clock.now()
    const deadline = Math.min(nowMs + (options.timeoutMs ?? definition.deadlineMs), options.deadline ?? Infinity)
    if (deadline <= nowMs) throw new Fault('deadline-exceeded', { internal: `${subject} was asked too late` })
    const sent = {
      timeoutMs: Math.ceil(deadline - nowMs),
      headers: callHeaders(context, deadline, telemetry.traceparent()),
    }
    const answered = connection.ask(subject, jsonBytes(input), sent)
    return options.signal ? untilAborted(answered, options.signal) : answered
  }

  async function counted<Input, Result>(
    definition: RequestDefinition<Input, unknown>,
    input: Input,
    context: CallContext,
    options: RequestOptions,
    resultFrom: (reply: Msg) => Result,
  ): Promise<Result> {
    const { subject } = definition
    try {
      const output = resultFrom(await ask(definition, input, context, options))
      let ok = okSeries.get(subject)
      if (!ok) {
        ok = outcomes.of({ subject, outcome: 'ok' })
        okSeries.set(subject, ok)
      }
      ok.add()
      return output
    } catch (error) {
      outcomes.of({ subject, outcome: error instanceof Fault ? error.code : 'internal' }).add()
      throw error
    }
  }

  function traced<Result>({ subject }: { subject: string }, work: () => Promise<Result>): Promise<Result> {
    return telemetry.enabled ? telemetry.span(`request ${subject}`, { kind: 'client' }, work) : work()
  }

  async function probe(subject: string): Promise<boolean> {
    const map = headers()
    map.set(probeHeader, '1')
    try {
      await connection.ask(subject, new Uint8Array(0), { timeoutMs: probeTimeoutMs, headers: map })
      return true
    } catch (error) {
      // Slow is not absent: only NATS itself knows that nobody listens.
      return error instanceof Fault && error.code === 'deadline-exceeded'
    }
  }

  return {
    request: (definition, input, context, options = {}) =>
      traced(definition, () => counted(definition, input, context, options, (reply) => decodeReply(definition, reply))),
    requestJson: (definition, input, context, options = {}) =>
      traced(definition, () => counted(definition, input, context, options, (reply) => refuseFault(reply).data)),
    async hasResponder({ subject }) {
      if (!connection.isUp()) return false
      const nowMs = clock.monotonicMs()
      let latest = probes.get(subject)
      if (!latest || nowMs - latest.atMs > probeAgeMs) {
        latest = { atMs: nowMs, answer: probe(subject) }
        probes.set(subject, latest)
      }
      return latest.answer
    },
  }
}

async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted()
  let stop = () => {}
  const aborted = new Promise<never>((_, reject) => {
    const onAbort = () =>
      reject(new Fault('deadline-exceeded', { internal: 'the caller gave up', cause: signal.reason }))
    signal.addEventListener('abort', onAbort, { once: true })
    stop = () => signal.removeEventListener('abort', onAbort)
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    stop()
  }
}
