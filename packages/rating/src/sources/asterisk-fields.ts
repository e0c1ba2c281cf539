import type { CdrRecord } from '../record.ts'
import { RecordFault } from './format.ts'
import type { LocalClock } from './local-clock.ts'
import { chooseInstants } from './local-clock.ts'
import { cut, millisecondsFrom, trunkFromChannel } from './make-record.ts'

/** The fields of Asterisk's CDR, by the names of `CDR(...)`; what a source has not is empty. */
export interface AsteriskFields {
  accountcode: string
  src: string
  dst: string
  dcontext: string
  clid: string
  channel: string
  dstchannel: string
  start: string
  answer: string
  end: string
  duration: string
  billsec: string
  disposition: string
  uniqueid: string
  userfield: string
  linkedid: string
  sequence: string
}

export const asteriskFieldNames = [
  'accountcode',
  'src',
  'dst',
  'dcontext',
  'clid',
  'channel',
  'dstchannel',
  'lastapp',
  'lastdata',
  'start',
  'answer',
  'end',
  'duration',
  'billsec',
  'disposition',
  'amaflags',
  'uniqueid',
  'userfield',
  'peeraccount',
  'linkedid',
  'sequence',
] as const

/** A system name may stand before it: `pbx1-1731319200.42`. */
export const uniqueIdForm = /^(?:[^\s,]+-)?\d{9,11}\.\d+$/
const answeredCode = '8'

/** Throws RecordFault: by which field the record cannot be one. */
export function recordFromAsterisk(fields: AsteriskFields, clock: LocalClock, native: string, line: number): CdrRecord {
  const { uniqueid, sequence, start, dst, dstchannel, billsec } = fields
  const answeredMs = millisecondsFrom(billsec, 'billsec')
  const durationMs = millisecondsFrom(fields.duration, 'duration')
  const times =
    clock.readPlain(start, fields.answer, fields.end) ??
    chooseInstants(
      clock.read(start, 'start'),
      clock.read(fields.answer, 'answer'),
      clock.read(fields.end, 'end'),
      answeredMs,
      durationMs,
    )
  if (Number.isNaN(times.startMs) && Number.isNaN(times.endMs))
    throw new RecordFault('start', 'there is no time at all')
  const disposition = dispositionOf(fields.disposition)
  // Every field is named: what `makeRecord` looks for costs more than the rest of this.
  return {
    // uniqueid alone is no key: forked records share it.
    key: cut(
      uniqueid !== '' && sequence !== ''
        ? `${uniqueid} ${sequence}`
        : `${uniqueid} ${start} ${dst} ${dstchannel} ${billsec}${uniqueid === '' ? ` ${fields.src} ${fields.channel} ${fields.end}` : ''}`,
    ),
    link: cut(fields.linkedid),
    caller: cut(fields.src === '' ? fields.clid : fields.src),
    called: cut(dst),
    ported: '',
    account: cut(fields.accountcode),
    trunkIn: cut(trunkFromChannel(fields.channel)),
    trunkOut: cut(trunkFromChannel(dstchannel)),
    context: cut(fields.dcontext),
    startMs: times.startMs,
    answerMs: times.answerMs,
    endMs: times.endMs,
    answeredMs,
    isAnswered: disposition === 'ANSWERED' || disposition === answeredCode,
    disposition: cut(disposition),
    expectedCost: '',
    direction: '',
    flags: times.flags,
    native,
    line,
  }
}

/** The usual ones as they are: the same text for all records, and nothing made. */
function dispositionOf(text: string): string {
  if (text === 'ANSWERED') return 'ANSWERED'
  if (text === 'NO ANSWER') return 'NO ANSWER'
  return text.trim().toUpperCase()
}
