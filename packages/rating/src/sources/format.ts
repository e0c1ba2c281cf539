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
  /**
   * Throws RecordFault. Undefined: the row is a part of a record whose other part is still to come. `place`: where the
   * row stands in its source, in words of whoever reads it.
   */
  row(row: Readonly<Record<string, unknown>>, place?: string): CdrRecord | undefined
  /** Records whose other part has not come in time, and will not be waited for. Empty where rows are whole. */
  overdue(nowMs: number): readonly CdrRecord[]
  /** Parts that wait for another. */
  readonly waiting: number
  /** Where the oldest of them stands: there reading begins again after a restart. Undefined: none waits. */
  readonly waitingSince: string | undefined
}

/** A record that cannot be read, and by which of its fields. */
export class RecordFault extends Error {
  override readonly name = 'RecordFault'
  readonly field: string
  /** A part whose other part is not known: no fault of a row that is read again, of which the other is not. */
  readonly isLone: boolean
  constructor(field: string, problem: string, { isLone = false }: { isLone?: boolean } = {}) {
    super(problem)
    this.field = field
    this.isLone = isLone
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
