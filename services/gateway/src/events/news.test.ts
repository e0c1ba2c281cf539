import { expect, test } from 'vitest'
import { createRecentNews } from './news.ts'

const news = (sequence: number) => ({ sequence, tenant: 't', type: 'x', data: `{"n":${sequence}}` })

test('what came after a number is told in order, as long as it is held', () => {
  const recent = createRecentNews({ count: 4, bytes: 1_000 })
  recent.startAfter(10)
  expect(recent.since(10)).toEqual({ news: [], lost: false })
  for (const sequence of [11, 12, 13]) recent.add(news(sequence))
  expect(recent.since(11)).toEqual({ news: [news(12), news(13)], lost: false })
  expect(recent.position()).toBe(13)
})

test('who was away for too long, or comes with a number that was never given, is told so', () => {
  const recent = createRecentNews({ count: 4, bytes: 1_000 })
  for (let sequence = 1; sequence <= 9; sequence++) recent.add(news(sequence))
  expect(recent.since(1).lost).toBe(true)
  expect(recent.since(7)).toEqual({ news: [news(8), news(9)], lost: false })
  expect(recent.since(99).lost).toBe(true)
})

test('as many as fit into the bytes are held', () => {
  const recent = createRecentNews({ count: 1_000, bytes: 60 })
  for (let sequence = 1; sequence <= 100; sequence++) recent.add(news(sequence))
  expect(recent.since(0).news.length).toBeLessThanOrEqual(7)
})
