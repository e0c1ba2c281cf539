import Type from 'typebox'
import type { CdrRecord } from '../record.ts'
import { fieldsOf } from './csv-line.ts'
import { createCsvReader } from './csv-reader.ts'
import { type CdrFileFormat, type ReadFrom, RecordFault } from './format.ts'
import { cut, makeRecord } from './make-record.ts'
import { encodingSetting } from './settings.ts'

const settings = Type.Object({ ...encodingSetting })
const callRecordType = '1'

/**
 * Cisco Unified CM: a row of names, a row of types, then records; instants are UTC epochs, 0 is never. Records of
 * conferences and transfers share the global call id and have leg identifiers of their own. Quality files (cmr_) are
 * known by their names of columns and refused.
 */
export const cucm: CdrFileFormat = {
  kind: 'file',
  name: 'cucm',
  title: 'Cisco Unified Communications Manager',
  settings,
  open(given, sink, from: ReadFrom = { line: 0 }) {
    const { encoding } = given as Type.Static<typeof settings>
    let places = from.headings === undefined ? undefined : headings(...fieldsOf(from.headings))
    const reader = createCsvReader(
      {
        encoding,
        fromLine: from.line,
        columnOf: (field) => (places?.get(field) ?? -1) + 1,
        record(fields, count, native, line) {
          if (places === undefined) {
            places = headings(fields, count)
            return undefined
          }
          if (/^(INTEGER|VARCHAR|UNIQUEIDENTIFIER)/i.test(fields[0] ?? '')) return undefined
          if (count !== places.size) throw new RecordFault('', `has ${count} columns; the headings have ${places.size}`)
          return recordFrom((name) => fields[places?.get(name) ?? -1] ?? '', native, line)
        },
      },
      sink,
    )
    return reader
  },
}

function headings(fields: readonly string[], count: number): ReadonlyMap<string, number> {
  const places = new Map(fields.slice(0, count).map((name, place) => [name, place]))
  for (const needed of [
    'globalCallID_callId',
    'dateTimeOrigination',
    'dateTimeConnect',
    'dateTimeDisconnect',
    'duration',
  ]) {
    if (!places.has(needed))
      throw new RecordFault(
        '',
        `the first line must be the headings of a call record file: ${needed} is not among them`,
      )
  }
  return places
}

function recordFrom(at: (name: string) => string, native: string, line: number): CdrRecord | undefined {
  const type = at('cdrRecordType')
  if (type !== '' && type !== callRecordType) return undefined
  const epochMs = (name: string): number => {
    const text = at(name)
    if (!/^\d{1,10}$/.test(text)) throw new RecordFault(name, `"${text.slice(0, 40)}" is no epoch`)
    return Number(text) === 0 ? Number.NaN : Number(text) * 1000
  }
  const duration = at('duration')
  if (!/^\d{1,9}$/.test(duration))
    throw new RecordFault('duration', `"${duration.slice(0, 40)}" is no number of seconds`)
  const link = [at('globalCallID_callManagerId'), at('globalCallID_callId'), at('globalCallId_ClusterID')].join(' ')
  const answerMs = epochMs('dateTimeConnect')
  const times = { startMs: epochMs('dateTimeOrigination'), answerMs, endMs: epochMs('dateTimeDisconnect') }
  return makeRecord(
    {
      key: cut(`${link} ${at('origLegCallIdentifier')} ${at('destLegIdentifier')}`),
      link: cut(link),
      caller: cut(at('callingPartyNumber')),
      called: cut(at('finalCalledPartyNumber') || at('originalCalledPartyNumber')),
      account: cut(at('authCodeDescription') || at('clientMatterCode')),
      trunkIn: cut(at('origDeviceName')),
      trunkOut: cut(at('destDeviceName')),
      context: cut(at('callingPartyNumberPartition')),
      answeredMs: Number(duration) * 1000,
      isAnswered: !Number.isNaN(answerMs),
      disposition: cut(at('destCause_value') || at('origCause_value')),
      native,
      line,
    },
    times,
  )
}
