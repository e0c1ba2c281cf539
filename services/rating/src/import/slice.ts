import type { CdrRecord, LineFault } from '@strowger/rating'

/** What was read of a source at once. */
export interface Slice {
  readonly records: readonly CdrRecord[]
  readonly faults: readonly LineFault[]
  /** As people know it: the name of a file, a table, a stream. */
  readonly file: string
  readonly firstByte: number
  readonly bytes: number
  /** Of the bytes; empty where there are none. */
  readonly sha256: string
  /** Where the source is read on, once this is stored. */
  readonly cursor: unknown
}

export interface SourcePlace {
  readonly tenant: string
  readonly id: string
  /** Sources of one provider share their records. */
  readonly provider: string
  readonly format: string
}

export interface BatchOutcome {
  /** 0 when nothing but repetitions came. */
  readonly batch: number
  readonly records: number
  readonly added: number
  readonly duplicates: number
  readonly revised: number
  readonly failed: number
  readonly ignored: number
}
