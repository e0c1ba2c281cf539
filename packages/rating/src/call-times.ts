import type { Provider } from './provider.ts'
import { flags, type Reason } from './reason.ts'
import type { CdrRecord } from './record.ts'

/** When a call was and for how long it is paid, or why that cannot be believed. */
export interface CallTimes {
  readonly reason: Reason | ''
  /** Answer, or start where there was none. */
  readonly atMs: number
  readonly answeredS: number
  readonly flags: number
}

const clockSkewMs = 300_000
const dayS = 86_400

/**
 * Milliseconds become seconds once, by the provider's rule. The source's own answered time is what a call is paid by;
 * where it has none, end less answer. Instants that contradict themselves are an error, unless the provider says that
 * the source's own time is to be believed.
 */
export function callTimes(record: CdrRecord, provider: Provider, nowMs: number): CallTimes {
  const { startMs, endMs, isAnswered } = record
  const answerMs = isAnswered ? record.answerMs : Number.NaN
  const atMs = firstNumber(answerMs, startMs, endMs - record.answeredMs)
  const fail = (reason: Reason, bits = 0): CallTimes => ({
    reason,
    atMs: Number.isNaN(atMs) ? 0 : atMs,
    answeredS: 0,
    flags: bits,
  })
  if (Number.isNaN(atMs)) return fail('bad_times')
  const isBackwards = endMs < answerMs || answerMs < startMs || endMs < startMs || record.answeredMs < 0
  const isOwn = isBackwards && provider.ownDuration === true && record.answeredMs >= 0
  if (isBackwards && !isOwn) return fail('bad_times')
  const answeredMs = isAnswered ? firstNumber(record.answeredMs, endMs - answerMs) : 0
  if (Number.isNaN(answeredMs)) return fail('bad_times')
  const answeredS = wholeSeconds(answeredMs, provider.milliseconds)
  if (answeredS > (provider.longestS ?? dayS)) return fail('implausible_duration')
  const endsMs = firstNumber(isOwn ? Number.NaN : endMs, atMs + answeredMs)
  if (endsMs > nowMs + clockSkewMs) return fail('future_time')
  const bits = (isAnswered && answeredS === 0 ? flags.zero_duration : 0) | (isOwn ? flags.source_duration : 0)
  return { reason: '', atMs, answeredS, flags: bits }
}

function firstNumber(...values: readonly number[]): number {
  for (const value of values) if (!Number.isNaN(value)) return value
  return Number.NaN
}

function wholeSeconds(ms: number, rule: Provider['milliseconds'] = 'up'): number {
  if (rule === 'down') return Math.floor(ms / 1000)
  return rule === 'up' ? Math.ceil(ms / 1000) : Math.floor((ms + 500) / 1000)
}
