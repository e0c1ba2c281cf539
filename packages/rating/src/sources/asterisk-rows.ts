import Type from 'typebox'
import type { CdrRecord } from '../record.ts'
import { type AsteriskFields, recordFromAsterisk } from './asterisk-fields.ts'
import { type CdrRowFormat, RecordFault } from './format.ts'
import { createLocalClock, type LocalClock } from './local-clock.ts'
import { zoneFrom, zoneSetting } from './settings.ts'

const tableSettings = Type.Object({
  ...zoneSetting,
  aliases: Type.Optional(
    Type.Record(Type.String(), Type.String({ maxLength: 63 }), {
      description: 'Columns that have other names: the field of the CDR, then the column, as {"start": "calldate"}',
    }),
  ),
})
const eventSettings = Type.Object({ ...zoneSetting })

/** Names that tables of the field use for `start`: cdr_mysql and its descendants. */
const otherNames: Readonly<Record<string, string>> = { calldate: 'start', answerdate: 'answer', hangupdate: 'end' }

/** A table that cdr_pgsql or cdr_adaptive_odbc fills: whatever columns it has, by their names. */
export const asteriskTable: CdrRowFormat = {
  kind: 'row',
  name: 'asterisk-table',
  title: 'Asterisk table (cdr_pgsql, cdr_adaptive_odbc)',
  settings: tableSettings,
  open(given) {
    const { zone, aliases = {} } = given as Type.Static<typeof tableSettings>
    const clock = createLocalClock(zoneFrom(zone))
    const nameOf = new Map(Object.entries(aliases).map(([field, column]) => [column, field]))
    return wholeRows((row) => {
      const named: Record<string, string> = {}
      for (const [column, value] of Object.entries(row)) {
        const lower = column.toLowerCase()
        named[nameOf.get(column) ?? otherNames[lower] ?? lower] = textOf(value)
      }
      return recordFromNamed(named, clock, JSON.stringify(row), 0)
    })
  },
}

const eventNames: Readonly<Record<string, keyof AsteriskFields>> = {
  accountcode: 'accountcode',
  source: 'src',
  destination: 'dst',
  destinationcontext: 'dcontext',
  callerid: 'clid',
  channel: 'channel',
  destinationchannel: 'dstchannel',
  starttime: 'start',
  answertime: 'answer',
  endtime: 'end',
  duration: 'duration',
  billableseconds: 'billsec',
  disposition: 'disposition',
  uniqueid: 'uniqueid',
  userfield: 'userfield',
  linkedid: 'linkedid',
  sequence: 'sequence',
}

/** `Cdr` events of the manager (cdr_manager). Without `mappings` for linkedid and sequence the key is made of more. */
export const asteriskEvent: CdrRowFormat = {
  kind: 'row',
  name: 'asterisk-event',
  title: 'Asterisk manager event Cdr (cdr_manager)',
  settings: eventSettings,
  open(given) {
    const { zone } = given as Type.Static<typeof eventSettings>
    const clock = createLocalClock(zoneFrom(zone))
    return wholeRows((row) => {
      const named: Record<string, string> = {}
      for (const [name, value] of Object.entries(row)) {
        const field = eventNames[name.toLowerCase()]
        if (field !== undefined) named[field] = textOf(value)
      }
      return recordFromNamed(named, clock, JSON.stringify(row), 0)
    })
  },
}

export function wholeRows(record: (row: Readonly<Record<string, unknown>>) => CdrRecord) {
  return { row: record, overdue: () => [], waiting: 0, waitingSince: undefined }
}

/** Values of a driver as text: instants are ISO 8601 with their offset, null is empty. */
export function textOf(value: unknown): string {
  if (value === null || value === undefined) return ''
  return value instanceof Date ? value.toISOString() : String(value)
}

/** Epoch times, as `CDR(start,u)` gives them. */
const epochForm = /^\d{9,10}(\.\d+)?$/

export function recordFromNamed(
  named: Readonly<Record<string, string>>,
  clock: LocalClock,
  native: string,
  line: number,
): CdrRecord {
  const field = (name: string): string => named[name] ?? ''
  const time = (name: string): string => {
    const text = field(name)
    if (!epochForm.test(text))
      return text.startsWith('0000-00-00') || text.startsWith('1970-01-01 00:00:00') ? '' : text
    return Number(text) === 0 ? '' : new Date(Math.round(Number(text) * 1000)).toISOString()
  }
  if (named['dst'] === undefined) throw new RecordFault('dst', 'there is no such column')
  return recordFromAsterisk(
    {
      accountcode: field('accountcode'),
      src: field('src'),
      dst: field('dst'),
      dcontext: field('dcontext'),
      clid: field('clid'),
      channel: field('channel'),
      dstchannel: field('dstchannel'),
      start: time('start'),
      answer: time('answer'),
      end: time('end'),
      duration: field('duration'),
      billsec: field('billsec'),
      disposition: field('disposition'),
      uniqueid: field('uniqueid'),
      userfield: field('userfield'),
      linkedid: field('linkedid'),
      sequence: field('sequence'),
    },
    clock,
    native,
    line,
  )
}
