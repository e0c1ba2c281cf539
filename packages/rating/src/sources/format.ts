import type { CdrReader, CdrRecord, CdrSink } from '../record.ts'

/** One form of call records, read from bytes. */
export interface CdrFileFormat<Settings> {
  readonly kind: 'file'
  readonly name: string
  readonly title: string
  open(settings: Settings, sink: CdrSink, from?: { line: number }): CdrReader
}

/** One form of call records, read from rows of a table or events of a manager. Throws RecordFault. */
export interface CdrRowFormat<Settings> {
  readonly kind: 'row'
  readonly name: string
  readonly title: string
  open(settings: Settings): (row: Readonly<Record<string, unknown>>) => CdrRecord
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
