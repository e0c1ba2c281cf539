import { instantFrom } from '../instant.ts'
import { flags } from '../reason.ts'
import type { FoundInstant, Zone } from '../zone.ts'
import { RecordFault } from './format.ts'

/** Instants of a source's texts. Minutes are remembered: records of one time have the same ones. */
export interface LocalClock {
  /** Throws RecordFault; undefined for an empty text. */
  read(text: string, field: string): FoundInstant | undefined
}

const plainForm = /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}$/
const mostRemembered = 4096

export function createLocalClock(zone: Zone): LocalClock {
  const minutes = new Map<string, FoundInstant>()
  return {
    read(text, field) {
      if (text === '') return undefined
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
