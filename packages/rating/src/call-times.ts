import type { Provider } from './provider.ts'
import type { CallDraft } from './rated-call.ts'
import { flags, type Reason } from './reason.ts'
import type { CdrRecord } from './record.ts'

const clockSkewMs = 300_000
const dayS = 86_400

/**
 * When a call was and for how long it is paid, into the draft; or why that cannot be believed. Milliseconds become
 * seconds once, by the provider's rule. The source's own answered time is what a call is paid by;
 * where it has none, end less answer. Instants that contradict themselves are an error, unless the provider says that
 * the source's own time is to be believed.
 */
export function takeTimes(draft: CallDraft, record: CdrRecord, provider: Provider, nowMs: number): Reason | '' {
  const { startMs, endMs, answeredMs: statedMs, isAnswered } = record
  const answerMs = isAnswered ? record.answerMs : Number.NaN
  const atMs = firstNumber(answerMs, startMs, endMs - statedMs)
  draft.atMs = Number.isNaN(atMs) ? 0 : atMs
  draft.answeredS = 0
  draft.flags = record.flags | (Number.isNaN(endMs) ? flags.no_end : 0)
  if (Number.isNaN(atMs)) return 'bad_times'
  const isBackwards = endMs < answerMs || answerMs < startMs || endMs < startMs || statedMs < 0
  const isOwn = isBackwards && provider.ownDuration === true && statedMs >= 0
  if (isBackwards && !isOwn) return 'bad_times'
  const answeredMs = isAnswered ? firstNumber(statedMs, endMs - answerMs, Number.NaN) : 0
  if (Number.isNaN(answeredMs)) return 'bad_times'
  const answeredS = wholeSeconds(answeredMs, provider.milliseconds)
  if (answeredS > (provider.longestS ?? dayS)) return 'implausible_duration'
  const endsMs = isOwn || Number.isNaN(endMs) ? atMs + answeredMs : endMs
  if (endsMs > nowMs + clockSkewMs) return 'future_time'
  draft.answeredS = answeredS
  draft.flags |= (isAnswered && answeredS === 0 ? flags.zero_duration : 0) | (isOwn ? flags.source_duration : 0)
  return ''
}

function firstNumber(first: number, second: number, third: number): number {
  if (!Number.isNaN(first)) return first
  return Number.isNaN(second) ? third : second
}

function wholeSeconds(ms: number, rule: Provider['milliseconds'] = 'up'): number {
  if (rule === 'down') return Math.floor(ms / 1000)
  return rule === 'up' ? Math.ceil(ms / 1000) : Math.floor((ms + 500) / 1000)
}
