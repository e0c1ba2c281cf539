import type { CounterSeries, Metrics } from '@strowger/service'
import type { AnswerCache } from './answer-cache.ts'
import type { CountAnswer } from './http.ts'
import type { PhoneFiles } from './phone-files.ts'

/** Answers by HTTP status, and how full the cache is. */
export function countAnswers(metrics: Metrics, parts: { cache: AnswerCache; files: PhoneFiles }): CountAnswer {
  const answers = metrics.counter({
    name: 'phone_http_answers_total',
    help: 'Answers to phones over HTTP',
    labels: ['status'],
  })
  const byStatus = new Map<number, CounterSeries>()
  const gauge = (name: string, help: string, read: () => number) => metrics.observedGauge({ name, help }, read)
  gauge('answer_cache_entries', 'Answers kept', () => parts.cache.size)
  gauge('answer_cache_bytes', 'Memory of the answers kept', () => parts.cache.bytes)
  gauge(
    'phone_requests_in_flight',
    'Questions that identification and rendering have not answered yet',
    () => parts.files.inFlight,
  )
  gauge('phone_requests_in_line', 'Those of them that wait until fewer questions are open', () => parts.files.waiting)
  return (status) => {
    let series = byStatus.get(status)
    if (series === undefined) {
      series = answers.of({ status: String(status) })
      byStatus.set(status, series)
    }
    series.add()
  }
}
