import { expect, it } from 'vitest'
import { latenciesFrom } from './latencies.ts'

it('finds the percentiles whatever the order', () => {
  const milliseconds = Array.from({ length: 1_000 }, (_, index) => 1_000 - index)
  expect(latenciesFrom(milliseconds)).toEqual({ p50: 501, p99: 991, max: 1_000 })
  expect(latenciesFrom([])).toEqual({ p50: 0, p99: 0, max: 0 })
})
