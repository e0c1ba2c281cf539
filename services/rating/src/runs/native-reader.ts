import type { CdrRecord, LineFault } from '@strowger/rating'
import type { RatingSource } from '@strowger/schema'
import { type KnownFormats, openFormat } from '../sources/formats.ts'
import { gather } from '../sources/source-kind.ts'

/** Reads native records again, as their source reads them; one that is no record is undefined. */
export type NativeReader = (native: string) => CdrRecord | undefined

export function createNativeReader(formats: KnownFormats, source: RatingSource): NativeReader {
  const opened = openFormat(formats, source)
  if (opened.kind === 'row') {
    const reader = opened.format.open(opened.settings)
    return (native) => {
      try {
        return reader.row(JSON.parse(native) as Record<string, unknown>)
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
