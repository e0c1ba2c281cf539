import type { Msg } from '@nats-io/nats-core'

/** A message as JetStream delivers it: its place in the stream is in the subject that acknowledgements go to. */
export interface Delivered {
  readonly subject: string
  readonly data: Uint8Array
  /** Its place in the stream. */
  readonly sequence: number
  /** How many messages this consumer has been sent so far, this one included. */
  readonly consumerSequence: number
  /** 1 when it is sent for the first time. */
  readonly delivery: number
  /** When it was stored, milliseconds since 1970. */
  readonly storedAtMs: number
  /** How many more there are for this consumer now. */
  readonly pending: number
  readonly ackSubject: string
  header(name: string): string | undefined
}

/**
 * Reads `$JS.ACK.<stream>.<consumer>.<delivered>.<stream sequence>.<consumer sequence>.<time in ns>.<pending>`
 * (NATS ADR-15; the longer form of later servers has domain and account before the stream). Undefined when the
 * message does not come from JetStream.
 */
export function deliveredFrom(message: Msg): Delivered | undefined {
  const ackSubject = message.reply
  if (!ackSubject?.startsWith('$JS.ACK.')) return undefined
  const tokens = ackSubject.split('.')
  const first = tokens.length >= 11 ? 6 : 4
  const number = (index: number) => Number(tokens[first + index])
  return {
    subject: message.subject,
    data: message.data,
    delivery: number(0),
    sequence: number(1),
    consumerSequence: number(2),
    storedAtMs: Math.floor(number(3) / 1e6),
    pending: number(4),
    ackSubject,
    header: (name) => message.headers?.get(name) || undefined,
  }
}
