import type { CdrRecord } from '../record.ts'
import { RecordFault } from './format.ts'

/** Longest text of a field that is kept; the native record has all of it. */
const longest = 512

/** What formats have nothing of. */
export const nothingSaid: CdrRecord = {
  key: '',
  link: '',
  caller: '',
  called: '',
  ported: '',
  account: '',
  trunkIn: '',
  trunkOut: '',
  context: '',
  startMs: Number.NaN,
  answerMs: Number.NaN,
  endMs: Number.NaN,
  answeredMs: Number.NaN,
  isAnswered: false,
  disposition: '',
  expectedCost: '',
  direction: '',
  flags: 0,
  native: '',
  line: 0,
}

/** Seconds with or without parts, as milliseconds. Throws RecordFault; NaN for an empty text. */
export function millisecondsFrom(text: string, field: string): number {
  if (text === '') return Number.NaN
  if (!/^-?\d{1,9}(\.\d{1,9})?$/.test(text))
    throw new RecordFault(field, `"${text.slice(0, 40)}" is no number of seconds`)
  return Math.round(Number(text) * 1000)
}

/** `PJSIP/acme-0000001a` is the channel `PJSIP/acme`; `SIP/10.0.0.1-08a3f2c0;2` is `SIP/10.0.0.1`. */
export function trunkFromChannel(channel: string): string {
  return channel.replace(/-[0-9a-f]{6,16}(?:;[12])?$/, '')
}

export function cut(text: string): string {
  return text.length > longest ? text.slice(0, longest) : text
}
