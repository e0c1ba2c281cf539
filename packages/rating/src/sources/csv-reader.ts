import type { CdrReader, CdrRecord, CdrSink } from '../record.ts'
import { CsvFault, splitCsvLine } from './csv-line.ts'
import { RecordFault } from './format.ts'
import { createLineReader, type LineEncoding } from './lines.ts'

export interface CsvReaderParts {
  readonly separator?: string
  readonly quote?: string
  readonly encoding?: LineEncoding | undefined
  readonly fromLine?: number
  /**
   * A line's record; undefined for what is no record (headings). `fields` is used again for the next line. Throws
   * RecordFault; `columnOf` says in which column its field stands, from 1.
   */
  record(fields: readonly string[], count: number, native: string, line: number): CdrRecord | undefined
  columnOf(field: string): number
}

const shown = 4096

/** Reads a file of separated values line by line; a line that is wrong is a fault, and the next goes on. */
export function createCsvReader(parts: CsvReaderParts, sink: CdrSink): CdrReader {
  const { separator = ',', quote = '"' } = parts
  const fields: string[] = []
  return createLineReader(
    {
      line(text, line) {
        try {
          const count = splitCsvLine(text, separator, fields, quote)
          const record = parts.record(fields, count, text, line)
          if (record !== undefined) sink.record(record)
        } catch (error) {
          if (!(error instanceof RecordFault) && !(error instanceof CsvFault)) throw error
          const column = error instanceof CsvFault ? error.column : parts.columnOf(error.field)
          const field = error instanceof RecordFault && error.field !== '' ? `${error.field}: ` : ''
          sink.fault({ line, column, reason: `${field}${error.message}`, native: text.slice(0, shown) })
        }
      },
      fault: (fault) => sink.fault(fault),
    },
    parts.encoding,
    parts.fromLine,
  )
}
