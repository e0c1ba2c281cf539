import type { CdrFileFormat, CdrRecord, CdrRowFormat, LineFault } from '@strowger/rating'
import type { Clock, Log } from '@strowger/service'
import type { TSchema } from 'typebox'
import type { Slice } from '../import/slice.ts'

/** A format with the settings of the source already given to it. */
export type OpenedFormat =
  | { readonly kind: 'file'; readonly format: CdrFileFormat; readonly settings: unknown }
  | { readonly kind: 'row'; readonly format: CdrRowFormat; readonly settings: unknown }

/** What a source is given to read by. */
export interface ReadContext {
  readonly format: OpenedFormat
  readonly clock: Clock
  readonly log: Log
  /** Aborted when the source is changed, disabled or the service stops. */
  readonly signal: AbortSignal
  /** Most records of one slice. */
  readonly sliceRecords: number
}

/**
 * One way by which records come. `read` yields slices for as long as there is something to read and waits for more; it
 * is asked for the next one when the last is stored, or (`isReadAhead`) while it is. After a restart it is begun again
 * with the cursor of the last slice that was stored, so a slice must be made of nothing but that cursor and what the
 * source holds.
 */
export interface SourceKind<Settings> {
  readonly name: string
  readonly settings: TSchema
  /** The next slice may be asked for while the last is stored: reading changes nothing in what is read. */
  readonly isReadAhead?: boolean
  read(settings: Settings, cursor: unknown, context: ReadContext): AsyncIterable<Slice>
  /** Looks whether it can be reached, and what is there; changes nothing. @throws Fault with what is wrong. */
  test(settings: Settings, context: ReadContext): Promise<string>
}

/** Records and faults gathered from a reader of a format. */
export interface Gathered {
  readonly records: CdrRecord[]
  readonly faults: LineFault[]
}

export function gather(): Gathered & { record(record: CdrRecord): void; fault(fault: LineFault): void } {
  const records: CdrRecord[] = []
  const faults: LineFault[] = []
  return {
    records,
    faults,
    record: (record) => void records.push(record),
    fault: (fault) => void faults.push(fault),
  }
}
