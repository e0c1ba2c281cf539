import Type from 'typebox'
import { type AsteriskFields, asteriskFieldNames, recordFromAsterisk, uniqueIdForm } from './asterisk-fields.ts'
import { createCsvReader } from './csv-reader.ts'
import { type CdrFileFormat, RecordFault } from './format.ts'
import { createLocalClock } from './local-clock.ts'
import { encodingSetting, zoneFrom, zoneSetting } from './settings.ts'

const settings = Type.Object({
  ...zoneSetting,
  ...encodingSetting,
  extra: Type.Optional(
    Type.Enum(['uniqueid', 'userfield'], {
      description:
        'What column 17 is where there is one of the two (loguniqueid, loguserfield of cdr.conf); found out when not said',
    }),
  ),
})
type Settings = Type.Static<typeof settings>

type Extra = 'uniqueid' | 'userfield'
const columns: readonly string[] = asteriskFieldNames

/**
 * Master.csv of cdr_csv: 16 columns, then uniqueid (loguniqueid), userfield (loguserfield), and peeraccount, linkedid,
 * sequence (newcdrcolumns), each group or not. 17 and 20 columns leave open which of the two is there: it is told from
 * the form of what stands there, and a file in which that changes, or that leaves it open, is refused line by line.
 */
export const asteriskCsv: CdrFileFormat = {
  kind: 'file',
  name: 'asterisk-csv',
  title: 'Asterisk Master.csv (cdr_csv), 16 to 21 columns',
  settings,
  open(given, sink, from = { line: 0 }) {
    const { zone, encoding, extra } = given as Settings
    const clock = createLocalClock(zoneFrom(zone))
    let found: Extra | undefined = extra
    const extraOf = (text: string): Extra => {
      const seen = formOf(text)
      if (extra !== undefined) return extra
      if (found === undefined) found = seen
      if (found !== undefined && seen !== undefined && seen !== found) {
        throw new RecordFault(
          found,
          `"${text.slice(0, 40)}" is a ${seen}, and before it was a ${found}: say which by the setting "extra"`,
        )
      }
      if (found === undefined) {
        throw new RecordFault(
          'uniqueid',
          `"${text.slice(0, 40)}" may be a uniqueid or a userfield: say which by the setting "extra"`,
        )
      }
      return found
    }
    return createCsvReader(
      {
        encoding,
        fromLine: from.line,
        columnOf: (field) => columns.indexOf(field) + 1,
        record(fields, count, native, line) {
          if (count < 16 || count > 21) throw new RecordFault('', `has ${count} columns; Master.csv has 16 to 21`)
          const more = count >= 19 ? count - 19 : count - 16
          const one = more === 1 ? extraOf(fields[16] ?? '') : undefined
          const at = (place: number): string => fields[place] ?? ''
          const last = count - 3
          const asterisk: AsteriskFields = {
            accountcode: at(0),
            src: at(1),
            dst: at(2),
            dcontext: at(3),
            clid: at(4),
            channel: at(5),
            dstchannel: at(6),
            start: at(9),
            answer: at(10),
            end: at(11),
            duration: at(12),
            billsec: at(13),
            disposition: at(14),
            uniqueid: more === 2 || one === 'uniqueid' ? at(16) : '',
            userfield: more === 2 ? at(17) : one === 'userfield' ? at(16) : '',
            linkedid: count >= 19 ? at(last + 1) : '',
            sequence: count >= 19 ? at(last + 2) : '',
          }
          checkForms(asterisk, count)
          return recordFromAsterisk(asterisk, clock, native, line)
        },
      },
      sink,
    )
  },
}

/** Uniqueid by its form; a number that is nearly one leaves it open. */
function formOf(text: string): Extra | undefined {
  if (uniqueIdForm.test(text)) return 'uniqueid'
  return /^[\d.]+$/.test(text) ? undefined : 'userfield'
}

function checkForms({ uniqueid, linkedid, sequence }: AsteriskFields, count: number): void {
  if (count === 18 || count === 21) {
    if (!uniqueIdForm.test(uniqueid))
      throw new RecordFault('uniqueid', `"${uniqueid.slice(0, 40)}" has not the form of a uniqueid`)
  }
  if (count < 19) return
  if (linkedid !== '' && !uniqueIdForm.test(linkedid)) {
    throw new RecordFault('linkedid', `"${linkedid.slice(0, 40)}" has not the form of a linkedid`)
  }
  if (!/^\d*$/.test(sequence)) throw new RecordFault('sequence', `"${sequence.slice(0, 40)}" is no number`)
}
