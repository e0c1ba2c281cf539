import type { Connection } from './connection.ts'
import { jsonBytes, textOf } from './schema-check.ts'

const apiTimeoutMs = 5_000

interface ApiError {
  code: number
  err_code?: number
  description: string
}

/** What JetStream refused, with its own error codes. */
export class JetStreamError extends Error {
  override readonly name = 'JetStreamError'
  readonly status: number
  readonly code: number

  constructor(subject: string, error: ApiError) {
    super(`${subject}: ${error.description}`)
    this.status = error.code
    this.code = error.err_code ?? 0
  }
}

export interface StreamState {
  created: string
  firstSequence: number
  lastSequence: number
}

/**
 * Asks JetStream's API (NATS ADR-1) and resolves to what it answers. Rejects with a JetStreamError when it refuses,
 * with Fault `unavailable` when it is away.
 */
export async function askJetStream<T>(connection: Connection, verb: string, body?: unknown): Promise<T> {
  const subject = `$JS.API.${verb}`
  const bytes = body === undefined ? new Uint8Array(0) : jsonBytes(body)
  const reply = await connection.ask(subject, bytes, { timeoutMs: apiTimeoutMs })
  const answer = JSON.parse(textOf(reply.data)) as T & { error?: ApiError }
  if (answer.error) throw new JetStreamError(subject, answer.error)
  return answer
}

export async function streamState(connection: Connection, stream: string): Promise<StreamState> {
  const { created, state } = await askJetStream<{ created: string; state: { first_seq: number; last_seq: number } }>(
    connection,
    `STREAM.INFO.${stream}`,
  )
  return { created, firstSequence: state.first_seq, lastSequence: state.last_seq }
}

/** Nanoseconds, as JetStream wants its durations. */
export function nanoseconds(durationMs: number): number {
  return durationMs * 1_000_000
}
