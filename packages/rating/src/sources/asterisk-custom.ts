import Type from 'typebox'
import { asteriskFieldNames } from './asterisk-fields.ts'
import { recordFromNamed } from './asterisk-rows.ts'
import { createCsvReader } from './csv-reader.ts'
import { type CdrFileFormat, FormatFault, RecordFault } from './format.ts'
import { createLocalClock } from './local-clock.ts'
import { encodingSetting, zoneFrom, zoneSetting } from './settings.ts'

const settings = Type.Object({
  ...zoneSetting,
  ...encodingSetting,
  template: Type.String({
    maxLength: 4096,
    default: asteriskFieldNames.map((name) => `\${CSV_QUOTE(\${CDR(${name})})}`).join(','),
    description: 'The line of the file as it stands behind => in cdr_custom.conf',
  }),
  separator: Type.Optional(Type.String({ minLength: 1, maxLength: 1, default: ',' })),
  quote: Type.Optional(Type.String({ minLength: 1, maxLength: 1, default: '"' })),
})
type Settings = Type.Static<typeof settings>

/** A file of cdr_custom, by the very template that Asterisk writes it with. */
export const asteriskCustom: CdrFileFormat = {
  kind: 'file',
  name: 'asterisk-custom',
  title: 'Asterisk cdr_custom, by its template',
  settings,
  open(given, sink, from = { line: 0 }) {
    const { zone, encoding, template, separator = ',', quote = '"' } = given as Settings
    const names = columnsOf(template, separator)
    const clock = createLocalClock(zoneFrom(zone))
    return createCsvReader(
      {
        separator,
        quote,
        encoding,
        fromLine: from.line,
        columnOf: (field) => names.indexOf(field) + 1,
        record(fields, count, native, line) {
          if (count !== names.length)
            throw new RecordFault('', `has ${count} columns; the template has ${names.length}`)
          const named: Record<string, string> = {}
          names.forEach((name, place) => {
            if (name !== '') named[name] = fields[place] ?? ''
          })
          return recordFromNamed(named, clock, native, line)
        },
      },
      sink,
    )
  },
}

/**
 * Names of the columns of a template: of each piece the CDR field it holds, without its options (`CDR(start,u)` is
 * `start`); empty for a piece that holds none. Separators inside parentheses belong to functions.
 */
export function columnsOf(template: string, separator: string): readonly string[] {
  const names: string[] = []
  let depth = 0
  let piece = ''
  const close = (): void => {
    names.push(/CDR\(\s*([A-Za-z0-9_-]+)/.exec(piece)?.[1]?.toLowerCase() ?? '')
    piece = ''
  }
  for (const character of template.trim()) {
    if (character === '(' || character === '{') depth += 1
    if (character === ')' || character === '}') depth -= 1
    if (character === separator && depth === 0) close()
    else piece += character
  }
  close()
  if (depth !== 0) throw new FormatFault('template', 'a parenthesis or brace is not closed')
  for (const needed of ['dst', 'start', 'billsec', 'disposition']) {
    if (!names.includes(needed)) throw new FormatFault('template', `has no CDR(${needed})`)
  }
  return names
}
