import type { CdrRecord, LineFault } from '../record.ts'
import type { CdrFileFormat } from './format.ts'

/** Reads a text in pieces of so many bytes. */
export function readAll(format: CdrFileFormat, settings: unknown, content: string | Uint8Array, pieceBytes = 1 << 20) {
  const records: CdrRecord[] = []
  const faults: LineFault[] = []
  const reader = format.open(settings, {
    record: (record) => records.push(record),
    fault: (fault) => faults.push(fault),
  })
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  for (let at = 0; at < bytes.length; at += pieceBytes) reader.push(bytes.subarray(at, at + pieceBytes))
  reader.end()
  return { records, faults, reader }
}

export const utc = (text: string): number => Date.parse(`${text.replace(' ', 'T')}Z`)
