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
  if (Number.isNaN(atMs)) return failed('bad_times', 0)
  const isBackwards = endMs < answerMs || answerMs < startMs || endMs < startMs || record.answeredMs < 0
  const isOwn = isBackwards && provider.ownDuration === true && record.answeredMs >= 0
  if (isBackwards && !isOwn) return failed('bad_times', atMs)
  const answeredMs = isAnswered ? firstNumber(record.answeredMs, endMs - answerMs, Number.NaN) : 0
  if (Number.isNaN(answeredMs)) return failed('bad_times', atMs)
  const answeredS = wholeSeconds(answeredMs, provider.milliseconds)
  if (answeredS > (provider.longestS ?? dayS)) return failed('implausible_duration', atMs)
  const endsMs = isOwn || Number.isNaN(endMs) ? atMs + answeredMs : endMs
  if (endsMs > nowMs + clockSkewMs) return failed('future_time', atMs)
  const bits = (isAnswered && answeredS === 0 ? flags.zero_duration : 0) | (isOwn ? flags.source_duration : 0)
  return { reason: '', atMs, answeredS, flags: bits }
}

function failed(reason: Reason, atMs: number): CallTimes {
  return { reason, atMs, answeredS: 0, flags: 0 }
}

function firstNumber(first: number, second: number, third: number): number {
  if (!Number.isNaN(first)) return first
  return Number.isNaN(second) ? third : second
}

function wholeSeconds(ms: number, rule: Provider['milliseconds'] = 'up'): number {
  if (rule === 'down') return Math.floor(ms / 1000)
  return rule === 'up' ? Math.ceil(ms / 1000) : Math.floor((ms + 500) / 1000)
}
