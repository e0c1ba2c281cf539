import type { CdrRecord } from '../record.ts'
import { RecordFault } from './format.ts'

/** Longest text of a field that is kept; the native record has all of it. */
const longest = 512

type Times = Pick<CdrRecord, 'startMs' | 'answerMs' | 'endMs'> & { readonly flags?: number }

const noTimes: Times = { startMs: Number.NaN, answerMs: Number.NaN, endMs: Number.NaN }

/**
 * A record of what a format says; the rest is empty. Every field is named, in one order: what is spread from another
 * object has a hidden class of its own with each record, and whoever reads its fields then looks each of them up.
 */
export function makeRecord(said: Partial<Omit<CdrRecord, keyof Times>>, times: Times = noTimes): CdrRecord {
  return {
    key: said.key ?? '',
    link: said.link ?? '',
    caller: said.caller ?? '',
    called: said.called ?? '',
    ported: said.ported ?? '',
    account: said.account ?? '',
    trunkIn: said.trunkIn ?? '',
    trunkOut: said.trunkOut ?? '',
    context: said.context ?? '',
    startMs: times.startMs,
    answerMs: times.answerMs,
    endMs: times.endMs,
    answeredMs: said.answeredMs ?? Number.NaN,
    isAnswered: said.isAnswered ?? false,
    disposition: said.disposition ?? '',
    expectedCost: said.expectedCost ?? '',
    direction: said.direction ?? '',
    flags: times.flags ?? 0,
    native: said.native ?? '',
    line: said.line ?? 0,
  }
}

/** Seconds with or without parts, as milliseconds. Throws RecordFault; NaN for an empty text. */
export function millisecondsFrom(text: string, field: string): number {
  if (text === '') return Number.NaN
  const whole = shortWhole(text)
  if (whole >= 0) return whole * 1000
  if (!/^-?\d{1,9}(\.\d{1,9})?$/.test(text))
    throw new RecordFault(field, `"${text.slice(0, 40)}" is no number of seconds`)
  return Math.round(Number(text) * 1000)
}

/** The number that up to nine digits are, which is how nearly all durations come; -1 for anything else. */
function shortWhole(text: string): number {
  if (text.length > 9) return -1
  let whole = 0
  for (let place = 0; place < text.length; place += 1) {
    const digit = text.charCodeAt(place) - 48
    if (digit < 0 || digit > 9) return -1
    whole = whole * 10 + digit
  }
  return whole
}

/** `PJSIP/acme-0000001a` is the channel `PJSIP/acme`; `SIP/10.0.0.1-08a3f2c0;2` is `SIP/10.0.0.1`. */
export function trunkFromChannel(channel: string): string {
  const { length } = channel
  const half = channel.charCodeAt(length - 1)
  const hasHalf = channel.charCodeAt(length - 2) === semicolon && (half === 49 || half === 50)
  const end = hasHalf ? length - 2 : length
  let at = end - 1
  while (at >= 0 && isHexadecimal(channel.charCodeAt(at))) at -= 1
  const digits = end - 1 - at
  return at >= 0 && channel.charCodeAt(at) === hyphen && digits >= 6 && digits <= 16 ? channel.slice(0, at) : channel
}

const semicolon = 59
const hyphen = 45

function isHexadecimal(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 97 && code <= 102)
}

export function cut(text: string): string {
  return text.length > longest ? text.slice(0, longest) : text
}
