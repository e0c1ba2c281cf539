import type { TransferOutcome } from './transfer.ts'

/** Counted since the server was created; `active` is now. */
export interface TftpStats {
  readonly active: number
  readonly requests: number
  readonly opened: number
  readonly ended: Readonly<Record<TransferOutcome['kind'], number>>
  /** Answered with an error: by the handler, a write, a mode or a name that cannot be. */
  readonly refused: number
  /** Left without an answer because the handler said so. */
  readonly silent: number
  /** The handler threw. */
  readonly failed: number
  /** Left without an answer because the caps were reached. */
  readonly overLimit: number
  /** Transfers given up before any acknowledgement, to make room when the caps were reached. */
  readonly displaced: number
  /** Requests repeated while their answer was under way. */
  readonly repeated: number
  readonly malformed: number
  /** Packets for no transfer, or for one that has ended. */
  readonly stray: number
  /** Packets on a transfer's port from somebody else. */
  readonly unknownTransferId: number
  readonly retransmissions: number
  /** File bytes, repetitions included. */
  readonly bytesSent: number
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] extends number ? number : Writable<T[Key]> }

export type TftpCounters = Writable<Omit<TftpStats, 'active'>>

export function createTftpCounters(): TftpCounters {
  return {
    requests: 0,
    opened: 0,
    ended: { sent: 0, 'timed-out': 0, aborted: 0, 'protocol-error': 0, stopped: 0 },
    refused: 0,
    silent: 0,
    failed: 0,
    overLimit: 0,
    displaced: 0,
    repeated: 0,
    malformed: 0,
    stray: 0,
    unknownTransferId: 0,
    retransmissions: 0,
    bytesSent: 0,
  }
}
