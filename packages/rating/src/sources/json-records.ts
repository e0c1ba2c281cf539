import Type from 'typebox'
import { type CdrRecord, directions } from '../record.ts'
import { textOf, wholeRows } from './asterisk-rows.ts'
import { type CdrFileFormat, type CdrRowFormat, RecordFault } from './format.ts'
import { chooseInstants, createLocalClock, type LocalClock } from './local-clock.ts'
import { cut, makeRecord, millisecondsFrom } from './make-record.ts'
import { createJsonEnd, createPieceReader } from './pieces.ts'
import { zoneFrom, zoneSetting } from './settings.ts'

const settings = Type.Object({ ...zoneSetting })

/** Calls as objects of our own names: over HTTP and NATS, one a message. */
export const callObjects: CdrRowFormat = {
  kind: 'row',
  name: 'call-objects',
  title: 'Calls as JSON objects: id, caller, called, start, answer, end, answered_s ...',
  settings,
  open(given) {
    const clock = createLocalClock(zoneFrom((given as Type.Static<typeof settings>).zone))
    return wholeRows((row) => recordFromObject(row, clock, JSON.stringify(row), 0))
  },
}

/** The same in a file, one after the other. */
export const callObjectsFile: CdrFileFormat = {
  kind: 'file',
  name: 'call-objects-file',
  title: 'A file of calls as JSON objects',
  settings,
  open(given, sink, from = { line: 0 }) {
    const clock = createLocalClock(zoneFrom((given as Type.Static<typeof settings>).zone))
    return createPieceReader(createJsonEnd(), sink, from.line, (text, line) => {
      const row: unknown = JSON.parse(text)
      if (typeof row !== 'object' || row === null) throw new RecordFault('', 'is no object')
      return recordFromObject(row as Record<string, unknown>, clock, text, line)
    })
  },
}

function recordFromObject(
  row: Readonly<Record<string, unknown>>,
  clock: LocalClock,
  native: string,
  line: number,
): CdrRecord {
  const text = (name: string): string => textOf(row[name])
  if (text('id') === '') throw new RecordFault('id', 'there is none')
  if (text('called') === '') throw new RecordFault('called', 'there is none')
  const answeredMs = millisecondsFrom(text('answered_s'), 'answered_s')
  const times = chooseInstants(
    clock.read(text('start'), 'start'),
    clock.read(text('answer'), 'answer'),
    clock.read(text('end'), 'end'),
    answeredMs,
    Number.NaN,
  )
  if (Number.isNaN(times.startMs) && Number.isNaN(times.answerMs))
    throw new RecordFault('start', 'there is no time at all')
  const direction = directions.find((one) => one === text('direction'))
  if (direction === undefined && text('direction') !== '')
    throw new RecordFault('direction', `must be one of ${directions.join(', ')}`)
  return makeRecord(
    {
      key: cut(text('id')),
      link: cut(text('link')),
      caller: cut(text('caller')),
      called: cut(text('called')),
      ported: cut(text('ported')),
      account: cut(text('account')),
      trunkIn: cut(text('trunk_in')),
      trunkOut: cut(text('trunk_out')),
      context: cut(text('context')),
      answeredMs,
      isAnswered:
        row['answered'] === undefined ? !Number.isNaN(times.answerMs) || answeredMs > 0 : row['answered'] === true,
      disposition: cut(text('disposition')),
      expectedCost: cut(text('expected_cost')),
      direction: direction ?? '',
      native,
      line,
    },
    times,
  )
}
