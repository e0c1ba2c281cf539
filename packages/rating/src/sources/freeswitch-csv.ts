import Type from 'typebox'
import { createCsvReader } from './csv-reader.ts'
import { type CdrFileFormat, FormatFault, RecordFault } from './format.ts'
import { type FreeswitchFields, recordFromFreeswitch } from './freeswitch-fields.ts'
import { createLocalClock } from './local-clock.ts'
import { encodingSetting, zoneFrom, zoneSetting } from './settings.ts'

const defaultColumns = [
  'caller_id_name',
  'caller_id_number',
  'destination_number',
  'context',
  'start_stamp',
  'answer_stamp',
  'end_stamp',
  'duration',
  'billsec',
  'hangup_cause',
  'uuid',
  'bleg_uuid',
  'accountcode',
  'read_codec',
  'write_codec',
]

const settings = Type.Object({
  ...zoneSetting,
  ...encodingSetting,
  columns: Type.Optional(
    Type.Array(Type.String({ maxLength: 64 }), {
      default: defaultColumns,
      description: 'Variables of the template in cdr_csv.conf.xml, in order; the template "default" when not said',
    }),
  ),
})

/** Files of FreeSWITCH's mod_cdr_csv, by the variables of its template. */
export const freeswitchCsv: CdrFileFormat = {
  kind: 'file',
  name: 'freeswitch-csv',
  title: 'FreeSWITCH mod_cdr_csv',
  settings,
  open(given, sink, from = { line: 0 }) {
    const { zone, encoding, columns = defaultColumns } = given as Type.Static<typeof settings>
    for (const needed of ['destination_number', 'billsec', 'uuid']) {
      if (!columns.includes(needed)) throw new FormatFault('columns', `there must be a column ${needed}`)
    }
    const clock = createLocalClock(zoneFrom(zone))
    return createCsvReader(
      {
        encoding,
        fromLine: from.line,
        columnOf: (field) => columns.indexOf(field) + 1,
        record(fields, count, native, line) {
          if (count !== columns.length)
            throw new RecordFault('', `has ${count} columns; the template has ${columns.length}`)
          const named: FreeswitchFields = {}
          columns.forEach((name, place) => {
            named[name] = fields[place] ?? ''
          })
          return recordFromFreeswitch(named, clock, native, line)
        },
      },
      sink,
    )
  },
}
