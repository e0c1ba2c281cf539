import { createHash } from 'node:crypto'
import Type from 'typebox'
import { instantFrom } from '../instant.ts'
import { type CdrRecord, directions } from '../record.ts'
import type { FoundInstant } from '../zone.ts'
import { fieldsOf } from './csv-line.ts'
import { createCsvReader } from './csv-reader.ts'
import { dateReader } from './date-form.ts'
import { type CdrFileFormat, FormatFault, type ReadFrom, RecordFault } from './format.ts'
import { chooseInstants } from './local-clock.ts'
import { cut, makeRecord, millisecondsFrom } from './make-record.ts'
import { encodingSetting, zoneFrom, zoneSetting } from './settings.ts'

const Column = Type.Union([Type.Integer({ minimum: 1 }), Type.String({ maxLength: 128 })], {
  description: 'Number of the column from 1, or its heading',
})
const fieldNames = [
  'id',
  'link',
  'caller',
  'called',
  'ported',
  'account',
  'trunkIn',
  'trunkOut',
  'context',
  'start',
  'answer',
  'end',
  'answered',
  'duration',
  'disposition',
  'expectedCost',
  'direction',
] as const
type Field = (typeof fieldNames)[number]

const settings = Type.Object({
  ...zoneSetting,
  ...encodingSetting,
  separator: Type.Optional(Type.Enum([',', ';', '\t', '|'], { default: ',' })),
  headings: Type.Optional(Type.Boolean({ default: false, description: 'The first line is the names of the columns' })),
  columns: Type.Object(
    Object.fromEntries(fieldNames.map((name) => [name, Type.Optional(Column)])) as Record<
      Field,
      ReturnType<typeof Type.Optional<typeof Column>>
    >,
  ),
  dateForm: Type.Optional(Type.String({ maxLength: 40, description: 'ISO, epoch, or as DD/MM/YYYY HH:mm:ss' })),
  durationForm: Type.Optional(
    Type.Enum(['seconds', 'milliseconds', 'clock'], { default: 'seconds', description: 'clock: H:MM:SS' }),
  ),
  answeredWords: Type.Optional(
    Type.Array(Type.String(), {
      description: 'Dispositions that mean answered; without them answered is what has seconds',
    }),
  ),
  directionWords: Type.Optional(
    Type.Record(Type.String(), Type.Enum(['outgoing', 'incoming', 'internal', 'system']), {
      description: 'What the words of the direction mean',
    }),
  ),
})
type Settings = Type.Static<typeof settings>

/** Lines whose repeats are told apart; a file with more is read as if the earlier ones had not been seen. */
const mostRemembered = 2_000_000

/**
 * Any file of separated values, by a mapping. Without a column `id` the key is the SHA-256 of the line (spaces at its
 * ends and around separators left out) and how many equal lines went before it in the file: read such a file from its
 * beginning, always.
 */
export const plainCsv: CdrFileFormat = {
  kind: 'file',
  name: 'csv',
  title: 'Any CSV, by a mapping of its columns',
  settings,
  open(given, sink, from: ReadFrom = { line: 0 }) {
    const options = given as Settings
    const { separator = ',', columns, answeredWords, directionWords = {} } = options
    const zone = zoneFrom(options.zone)
    if (columns.start === undefined && columns.answer === undefined && columns.end === undefined) {
      throw new FormatFault('columns', 'there must be a column for start, answer or end')
    }
    if (columns.called === undefined) throw new FormatFault('columns', 'there must be a column for called')
    const hasHeadings = options.headings === true
    if (!hasHeadings && Object.values(columns).some((column) => typeof column === 'string')) {
      throw new FormatFault('columns', 'columns by heading need "headings"')
    }
    const keys = createLineKeys(separator)
    const read = dateReader(options.dateForm, zone) ?? ((text: string) => instantFrom(text, zone))
    const seconds = durationReader(options.durationForm)
    let places: Partial<Record<Field, number>> | undefined = hasHeadings ? undefined : placesFrom(columns, [])
    if (hasHeadings && from.headings !== undefined) places = placesFrom(columns, fieldsOf(from.headings, separator)[0])
    return createCsvReader(
      {
        separator,
        encoding: options.encoding,
        fromLine: from.line,
        columnOf: (field) => (places?.[field as Field] ?? -1) + 1,
        record(fields, count, native, line) {
          if (places === undefined) {
            places = placesFrom(columns, fields.slice(0, count))
            return undefined
          }
          const at = (name: Field): string => {
            const place = places?.[name]
            return place === undefined || place >= count ? '' : (fields[place] ?? '').trim()
          }
          const most = Math.max(...Object.values(places))
          if (most >= count) throw new RecordFault('', `has ${count} columns; the mapping asks for column ${most + 1}`)
          return recordFrom({ at, read, seconds, keys, answeredWords, directionWords }, native, line)
        },
      },
      sink,
    )
  },
}

interface Parts {
  at(name: Field): string
  read(text: string): FoundInstant | undefined
  seconds(text: string, field: string): number
  keys(native: string): string
  answeredWords: readonly string[] | undefined
  directionWords: Readonly<Record<string, string>>
}

function recordFrom(parts: Parts, native: string, line: number): CdrRecord {
  const { at, read, seconds } = parts
  const instant = (name: 'start' | 'answer' | 'end'): FoundInstant | undefined => {
    const text = at(name)
    const found = text === '' ? undefined : read(text)
    if (text !== '' && found === undefined) throw new RecordFault(name, `"${text.slice(0, 40)}" is no time`)
    return found
  }
  const answeredMs = seconds(at('answered'), 'answered')
  const durationMs = seconds(at('duration'), 'duration')
  const times = chooseInstants(instant('start'), instant('answer'), instant('end'), answeredMs, durationMs)
  if (Number.isNaN(times.startMs) && Number.isNaN(times.answerMs) && Number.isNaN(times.endMs)) {
    throw new RecordFault('start', 'there is no time at all')
  }
  const disposition = at('disposition')
  const direction = at('direction')
  const meant = parts.directionWords[direction] ?? direction.toLowerCase()
  return makeRecord(
    {
      key: at('id') === '' ? parts.keys(native) : cut(at('id')),
      link: cut(at('link')),
      caller: cut(at('caller')),
      called: cut(at('called')),
      ported: cut(at('ported')),
      account: cut(at('account')),
      trunkIn: cut(at('trunkIn')),
      trunkOut: cut(at('trunkOut')),
      context: cut(at('context')),
      answeredMs,
      isAnswered: parts.answeredWords?.includes(disposition) ?? !(answeredMs <= 0 || times.endMs <= times.answerMs),
      disposition: cut(disposition),
      expectedCost: cut(at('expectedCost')),
      direction: directions.find((one) => one === meant) ?? '',
      native,
      line,
    },
    times,
  )
}

function placesFrom(columns: Settings['columns'], headings: readonly string[]): Partial<Record<Field, number>> {
  const places: Partial<Record<Field, number>> = {}
  for (const name of fieldNames) {
    const column = columns[name]
    if (column === undefined) continue
    const place = typeof column === 'number' ? column - 1 : headings.findIndex((heading) => heading.trim() === column)
    if (place < 0) throw new RecordFault('', `there is no heading "${column}"`)
    places[name] = place
  }
  return places
}

function durationReader(form: Settings['durationForm']): (text: string, field: string) => number {
  if (form === 'milliseconds') return (text, field) => millisecondsFrom(text, field) / 1000
  if (form !== 'clock') return millisecondsFrom
  return (text, field) => {
    if (text === '') return Number.NaN
    const parts = /^(?:(\d{1,4}):)?(\d{1,4}):(\d{2})(?:[.,](\d{1,3}))?$/.exec(text)
    if (!parts) throw new RecordFault(field, `"${text.slice(0, 40)}" is no H:MM:SS`)
    return (
      (Number(parts[1] ?? 0) * 3600 + Number(parts[2]) * 60 + Number(parts[3])) * 1000 +
      Number((parts[4] ?? '').padEnd(3, '0'))
    )
  }
}

function createLineKeys(separator: string): (native: string) => string {
  const seen = new Map<string, number>()
  return (native) => {
    const normal = native
      .split(separator)
      .map((field) => field.trim())
      .join(separator)
    const digest = createHash('sha256').update(normal).digest('hex')
    if (seen.size >= mostRemembered) seen.clear()
    const before = seen.get(digest) ?? 0
    seen.set(digest, before + 1)
    return `${digest} ${before + 1}`
  }
}
