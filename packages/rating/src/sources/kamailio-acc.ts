import Type from 'typebox'
import type { CdrRecord } from '../record.ts'
import { textOf } from './asterisk-rows.ts'
import { type CdrRowFormat, type CdrRowReader, RecordFault } from './format.ts'
import { createLocalClock, type LocalClock } from './local-clock.ts'
import { cut, makeRecord, millisecondsFrom } from './make-record.ts'
import { zoneFrom, zoneSetting } from './settings.ts'

const settings = Type.Object({
  ...zoneSetting,
  timeoutS: Type.Optional(
    Type.Integer({
      minimum: 60,
      default: 86_400,
      description: 'An INVITE whose BYE has not come for so long is let go, without an end',
    }),
  ),
  aliases: Type.Optional(
    Type.Record(Type.String(), Type.String(), {
      description: 'Extra columns of the site: caller, called, account, trunkIn, trunkOut, then the column',
    }),
  ),
})
type Settings = Type.Static<typeof settings>
type Row = Readonly<Record<string, string>>

/** Invites that wait for their BYE; more than this cannot be talking at once on one proxy. */
const mostWaiting = 500_000

/**
 * Table acc of Kamailio and OpenSIPS. A 2xx INVITE waits for its BYE (Kamailio writes two rows); an INVITE that failed is
 * a record by itself, and so is a row that has a duration (OpenSIPS, and Kamailio's dialog-based table cdrs).
 */
export const kamailioAcc: CdrRowFormat = {
  kind: 'row',
  name: 'kamailio-acc',
  title: 'Kamailio and OpenSIPS acc',
  settings,
  open: (given) => createAccReader(given as Settings),
}

function createAccReader({ zone, timeoutS = 86_400, aliases = {} }: Settings): CdrRowReader {
  const clock = createLocalClock(zoneFrom(zone))
  const waiting = new Map<string, { row: Row; native: string; atMs: number; place: string | undefined }>()
  const columns = new Map(Object.entries(aliases).map(([field, column]) => [field, column.toLowerCase()]))
  const field = (row: Row, name: string, ...others: string[]): string => {
    const alias = columns.get(name)
    for (const column of alias === undefined ? others : [alias]) if (row[column]) return row[column]
    return ''
  }

  const record = (row: Row, native: string, atMs: number, endMs: number, answeredMs: number): CdrRecord => {
    const status = row['sip_code'] ?? ''
    const isAnswered = /^2\d\d$/.test(status)
    const startMs = instant(clock, row['created'] ?? row['start_time'] ?? '', 'created') ?? atMs
    return makeRecord(
      {
        key: cut(keyOf(row)),
        link: cut(row['callid'] ?? ''),
        caller: cut(field(row, 'caller', 'src_user', 'caller', 'from_user')),
        called: cut(field(row, 'called', 'dst_ouser', 'dst_user', 'callee', 'to_user')),
        account: cut(field(row, 'account', 'account', 'accountcode')),
        trunkIn: cut(field(row, 'trunkIn', 'src_ip', 'src_domain')),
        trunkOut: cut(field(row, 'trunkOut', 'dst_ip', 'dst_domain')),
        answeredMs,
        isAnswered,
        disposition: cut(`${status} ${row['sip_reason'] ?? ''}`.trim()),
        native,
      },
      { startMs, answerMs: isAnswered ? atMs : Number.NaN, endMs },
    )
  }

  return {
    row(given, place) {
      const row = lowered(given)
      if (!row['callid']) throw new RecordFault('callid', 'there is none')
      const timeText = row['time'] ?? row['start_time'] ?? ''
      const atMs = instant(clock, timeText, 'time')
      if (atMs === undefined) throw new RecordFault('time', 'there is none')
      const native = JSON.stringify(given)
      const lasted = durationMs(row)
      if (lasted !== undefined)
        return record({ ...row, sip_code: row['sip_code'] ?? '200' }, native, atMs, atMs + lasted, lasted)
      const method = (row['method'] ?? 'INVITE').toUpperCase()
      const key = keyOf(row)
      if (method === 'BYE') {
        const invite = waiting.get(key)
        if (invite === undefined) {
          throw new RecordFault('callid', `a BYE whose INVITE is not known: "${cut(key)}"`, { isLone: true })
        }
        waiting.delete(key)
        return record(invite.row, `[${invite.native},${native}]`, invite.atMs, atMs, atMs - invite.atMs)
      }
      if (method !== 'INVITE') return undefined
      if (!/^2\d\d$/.test(row['sip_code'] ?? '')) return record(row, native, atMs, atMs, 0)
      // A repeated 200 and a re-INVITE of the same call change nothing.
      if (!waiting.has(key)) waiting.set(key, { row, native, atMs, place })
      if (waiting.size > mostWaiting)
        throw new RecordFault('method', `more than ${mostWaiting} calls wait for their BYE`)
      return undefined
    },
    overdue(nowMs) {
      const late = [...waiting].filter(([, { atMs }]) => nowMs - atMs > timeoutS * 1000)
      return late.map(([key, { row, native, atMs }]) => {
        waiting.delete(key)
        return record(row, native, atMs, Number.NaN, Number.NaN)
      })
    },
    get waiting() {
      return waiting.size
    },
    get waitingSince() {
      for (const { place } of waiting.values()) return place
      return undefined
    },
  }
}

/** The same for both directions: who hangs up swaps the tags. */
function keyOf(row: Row): string {
  const tags = [row['from_tag'] ?? '', row['to_tag'] ?? ''].sort()
  return `${row['callid']} ${tags.join(' ')}`
}

function durationMs(row: Row): number | undefined {
  if (row['ms_duration']) return Number(row['ms_duration'])
  const text = row['duration']
  return text ? millisecondsFrom(text, 'duration') : undefined
}

function instant(clock: LocalClock, text: string, field: string): number | undefined {
  return text === '' ? undefined : clock.read(text, field)?.ms
}

function lowered(given: Readonly<Record<string, unknown>>): Row {
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name.toLowerCase(), textOf(value)]))
}
