import type { TSchema } from 'typebox'
import type { CdrReader, CdrRecord, CdrSink } from '../record.ts'

/** One form of call records, read from bytes. `Settings` is what its schema says. */
export interface CdrFileFormat {
  readonly kind: 'file'
  readonly name: string
  readonly title: string
  readonly settings: TSchema
  /**
   * Throws FormatFault when settings contradict themselves. `from`: the line that was read last, 0 at the beginning; and
   * of a form with headings the first line of the file, when reading goes on in the middle of it.
   */
  open(settings: unknown, sink: CdrSink, from?: ReadFrom): CdrReader
}

export interface ReadFrom {
  readonly line: number
  readonly headings?: string
}

/** One form of call records, read from rows of a table or events of a manager. */
export interface CdrRowFormat {
  readonly kind: 'row'
  readonly name: string
  readonly title: string
  readonly settings: TSchema
  open(settings: unknown): CdrRowReader
}

export interface CdrRowReader {
  /** Throws RecordFault. Undefined: the row is a part of a record whose other part is still to come. */
  row(row: Readonly<Record<string, unknown>>): CdrRecord | undefined
  /** Records whose other part has not come in time, and will not be waited for. Empty where rows are whole. */
  overdue(nowMs: number): readonly CdrRecord[]
  /** Parts that wait for another: with how many rows to begin again after a restart is known by the oldest of them. */
  readonly waiting: number
}

/** A record that cannot be read, and by which of its fields. */
export class RecordFault extends Error {
  override readonly name = 'RecordFault'
  readonly field: string
  constructor(field: string, problem: string) {
    super(problem)
    this.field = field
  }
}

/** Settings of a source that cannot be: which, and why. */
export class FormatFault extends Error {
  override readonly name = 'FormatFault'
  readonly field: string
  constructor(field: string, problem: string) {
    super(problem)
    this.field = field
  }
}
