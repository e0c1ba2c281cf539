import { instantFrom } from '../instant.ts'
import { flags } from '../reason.ts'
import { dayOf } from '../wall-clock.ts'
import type { FoundInstant, Zone } from '../zone.ts'
import { RecordFault } from './format.ts'

/** Instants of a source's texts. Minutes are remembered: records of one time have the same ones. */
export interface LocalClock {
  /** Throws RecordFault; undefined for an empty text. */
  read(text: string, field: string): FoundInstant | undefined
  /**
   * All three at once where each is empty or a plain time of a day on which the clock is not changed, as nearly all are:
   * nothing is made, and what is given is written over by the next. Undefined: they must be read one by one.
   */
  readPlain(start: string, answer: string, end: string): ChosenInstants | undefined
}

const dayMs = 86_400_000
const plainForm = /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}$/
const mostRemembered = 4096

export function createLocalClock(zone: Zone): LocalClock {
  const minutes = new Map<string, FoundInstant>()
  const evenDays = createEvenDays(zone)
  const plain = { startMs: Number.NaN, answerMs: Number.NaN, endMs: Number.NaN, flags: 0 }
  return {
    readPlain(start, answer, end) {
      plain.startMs = evenDays.read(start)
      plain.answerMs = evenDays.read(answer)
      plain.endMs = evenDays.read(end)
      if (Number.isNaN(plain.startMs) && start !== '') return undefined
      if (Number.isNaN(plain.answerMs) && answer !== '') return undefined
      return Number.isNaN(plain.endMs) && end !== '' ? undefined : plain
    },
    read(text, field) {
      if (text === '') return undefined
      const evenMs = evenDays.read(text)
      if (!Number.isNaN(evenMs)) return { ms: evenMs, kind: 'plain', laterMs: evenMs }
      if (!plainForm.test(text)) {
        const found = instantFrom(text, zone)
        if (found === undefined) throw new RecordFault(field, `"${text.slice(0, 40)}" is no time`)
        return found
      }
      const minute = text.slice(0, 16)
      let base = minutes.get(minute)
      if (base === undefined) {
        base = instantFrom(`${minute}:00`, zone)
        if (base === undefined) throw new RecordFault(field, `"${text}" is no time`)
        if (minutes.size >= mostRemembered) minutes.clear()
        minutes.set(minute, base)
      }
      const seconds = (text.charCodeAt(17) - 48) * 10 + text.charCodeAt(18) - 48
      if (seconds > 59) throw new RecordFault(field, `"${text}" is no time`)
      return { ms: base.ms + seconds * 1000, kind: base.kind, laterMs: base.laterMs + seconds * 1000 }
    },
  }
}

/**
 * Nearly all times are of a day on which, and around which, the clock is not changed: such a day is worked out once.
 * What is no time of this form, or of another day, is NaN.
 */
function createEvenDays(zone: Zone): { read(text: string): number } {
  let lastDay = -1
  /** The instant of its midnight; NaN: the clock is changed around it, or there is no such day. */
  let midnightMs = Number.NaN

  return {
    read(text) {
      if (text.length !== 19 || text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45) return Number.NaN
      const gap = text.charCodeAt(10)
      if ((gap !== 32 && gap !== 84) || text.charCodeAt(13) !== 58 || text.charCodeAt(16) !== 58) return Number.NaN
      const year = pair(text, 0) * 100 + pair(text, 2)
      const [month, day] = [pair(text, 5), pair(text, 8)]
      const [hour, minute, second] = [pair(text, 11), pair(text, 14), pair(text, 17)]
      if (Number.isNaN(year + month + day + hour + minute + second)) return Number.NaN
      if (hour > 23 || minute > 59 || second > 59) return Number.NaN
      const named = (year * 100 + month) * 100 + day
      if (named !== lastDay) {
        lastDay = named
        const found = dayOf(year, month, day)
        const wallMs = found === undefined ? Number.NaN : found * dayMs
        const isEven = zone.nextChange(wallMs - 2 * dayMs) > wallMs + 3 * dayMs
        midnightMs = isEven ? wallMs - zone.offsetAt(wallMs) : Number.NaN
      }
      return midnightMs + ((hour * 60 + minute) * 60 + second) * 1000
    },
  }
}

/** The number that two digits are; NaN for anything else. */
function pair(text: string, at: number): number {
  const [tens, ones] = [text.charCodeAt(at) - 48, text.charCodeAt(at + 1) - 48]
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN
}

export interface ChosenInstants {
  readonly startMs: number
  readonly answerMs: number
  readonly endMs: number
  readonly flags: number
}

/** Seconds by which durations of whole seconds may differ from differences of whole seconds. */
const slackMs = 2000

/**
 * Local times as instants. In the hour that happens twice the earlier is taken, unless the durations of the record say
 * otherwise; in the hour that does not happen the time is moved forward. Both are flagged.
 */
export function chooseInstants(
  start: FoundInstant | undefined,
  answer: FoundInstant | undefined,
  end: FoundInstant | undefined,
  answeredMs: number,
  durationMs: number,
): ChosenInstants {
  const bits = bitsOf(start) | bitsOf(answer) | bitsOf(end)
  const first = {
    startMs: start === undefined ? Number.NaN : start.ms,
    answerMs: answer === undefined ? Number.NaN : answer.ms,
    endMs: end === undefined ? Number.NaN : end.ms,
    flags: bits,
  }
  if ((bits & flags.dst_ambiguous) === 0) return first
  for (const startMs of choices(start)) {
    for (const answerMs of choices(answer)) {
      for (const endMs of choices(end)) {
        const isFit =
          !(answerMs < startMs || endMs < answerMs || endMs < startMs) &&
          agrees(endMs - answerMs, answeredMs) &&
          agrees(endMs - startMs, durationMs)
        if (isFit) return { startMs, answerMs, endMs, flags: bits }
      }
    }
  }
  return first
}

function bitsOf(found: FoundInstant | undefined): number {
  if (found === undefined || found.kind === 'plain') return 0
  return found.kind === 'ambiguous' ? flags.dst_ambiguous : flags.dst_skipped
}

function choices(found: FoundInstant | undefined): readonly number[] {
  if (found === undefined) return [Number.NaN]
  return found.kind === 'ambiguous' ? [found.ms, found.laterMs] : [found.ms]
}

/** What is not known agrees with everything. */
function agrees(difference: number, said: number): boolean {
  return !(Math.abs(difference - said) > slackMs)
}
