import type { CdrRecord, LineFault } from '@strowger/rating'
import type { RatingSource } from '@strowger/schema'
import { type KnownFormats, openFormat } from '../sources/formats.ts'
import { gather } from '../sources/source-kind.ts'

type Row = Readonly<Record<string, unknown>>

/** Reads native records again, as their source reads them; one that is no record is undefined. */
export type NativeReader = (native: string) => CdrRecord | undefined

export function createNativeReader(formats: KnownFormats, source: RatingSource): NativeReader {
  const opened = openFormat(formats, source)
  if (opened.kind === 'row') {
    const reader = opened.format.open(opened.settings)
    return (native) => {
      try {
        const found = JSON.parse(native) as Row | readonly Row[]
        // An INVITE and its BYE are one record.
        const records = (Array.isArray(found) ? found : [found]).map((row: Row) => reader.row(row))
        return records.findLast((record) => record !== undefined)
      } catch {
        return undefined
      }
    }
  }
  return (native) => {
    const gathered: { records: CdrRecord[]; faults: LineFault[] } & Parameters<typeof opened.format.open>[1] = gather()
    const reader = opened.format.open(opened.settings, gathered, { line: 0 })
    reader.push(Buffer.from(`${native}\n`))
    reader.end()
    return gathered.records[0]
  }
}
