import type { CdrRecord } from '../record.ts'
import type { FoundInstant } from '../zone.ts'
import { RecordFault } from './format.ts'
import { chooseInstants, type LocalClock } from './local-clock.ts'
import { cut, makeRecord, millisecondsFrom } from './make-record.ts'

/** Variables of a channel, by their names. */
export type FreeswitchFields = Record<string, string>

/**
 * One leg. Epochs are absolute and go before stamps, which are of the host's own clock; `billmsec` goes before
 * `billsec`. The uuid is the key: there is one record a leg. Throws RecordFault.
 */
export function recordFromFreeswitch(
  fields: FreeswitchFields,
  clock: LocalClock,
  native: string,
  line: number,
): CdrRecord {
  const field = (name: string): string => fields[name] ?? ''
  const uuid = field('uuid')
  if (uuid === '') throw new RecordFault('uuid', 'there is none')
  const answeredMs =
    field('billmsec') === '' ? millisecondsFrom(field('billsec'), 'billsec') : wholeMs(field('billmsec'), 'billmsec')
  const durationMs = millisecondsFrom(field('duration'), 'duration')
  const at = (name: 'start' | 'answer' | 'end'): FoundInstant | undefined =>
    instantFromEpoch(field(`${name}_uepoch`), 1000, `${name}_uepoch`) ??
    instantFromEpoch(field(`${name}_epoch`), 1 / 1000, `${name}_epoch`) ??
    clock.read(field(`${name}_stamp`), `${name}_stamp`)
  const times = chooseInstants(at('start'), at('answer'), at('end'), answeredMs, durationMs)
  if (Number.isNaN(times.startMs) && Number.isNaN(times.endMs))
    throw new RecordFault('start_stamp', 'there is no time at all')
  return makeRecord(
    {
      key: cut(uuid),
      link: cut(field('call_uuid') || field('originating_leg_uuid') || field('bridge_uuid') || field('bleg_uuid')),
      caller: cut(field('caller_id_number')),
      called: cut(field('destination_number')),
      ported: cut(field('ported_number')),
      account: cut(field('accountcode')),
      trunkIn: cut(field('sip_gateway') || field('sip_network_ip') || field('network_addr')),
      trunkOut: cut(field('sip_gateway_name') || field('last_bridge_gateway')),
      context: cut(field('context')),
      answeredMs,
      isAnswered: !Number.isNaN(times.answerMs),
      disposition: cut(field('hangup_cause')),
      native,
      line,
    },
    times,
  )
}

function wholeMs(text: string, field: string): number {
  if (!/^\d{1,12}$/.test(text)) throw new RecordFault(field, `"${text.slice(0, 40)}" is no number of milliseconds`)
  return Number(text)
}

/** 0 is never. */
function instantFromEpoch(text: string, perMs: number, field: string): FoundInstant | undefined {
  if (text === '' || /^0+$/.test(text)) return undefined
  if (!/^\d{9,17}$/.test(text)) throw new RecordFault(field, `"${text.slice(0, 40)}" is no epoch`)
  const ms = Math.floor(Number(text) / perMs)
  return { ms, kind: 'plain', laterMs: ms }
}
