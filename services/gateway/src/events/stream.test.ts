import { createManualClock } from '@strowger/service'
import { expect, test } from 'vitest'
import { createRecentNews } from './news.ts'
import { openStream } from './stream.ts'

const tenants = { get: () => undefined, values: () => [] }

function opened(parts: { stillAllowed?: () => Promise<boolean>; waiting?: () => number } = {}) {
  const clock = createManualClock()
  const recent = createRecentNews({ count: 10, bytes: 1_000 })
  const written: string[] = []
  let isEnded = false
  const sink = {
    write: (text: string) => void written.push(text),
    waiting: parts.waiting ?? (() => 0),
    end() {
      isEnded = true
    },
  }
  const listening = {
    topics: { things: { ...recent, close: async () => {} } },
    tenant: 't',
    recurse: false,
    lastEventId: undefined,
    stillAllowed: parts.stillAllowed ?? (async () => true),
  }
  openStream(sink, listening, { tenants, clock })
  return { clock, recent, written, isEnded: () => isEnded }
}

test('a sign of life comes every 15 s, so that neither side takes the other for dead', async () => {
  const { clock, written } = opened()
  await clock.advance(45_000)
  expect(written.filter((text) => text.startsWith(':'))).toHaveLength(3)
})

test('it ends when the token has ended', async () => {
  let isAllowed = true
  const { clock, recent, written, isEnded } = opened({ stillAllowed: async () => isAllowed })
  isAllowed = false
  await clock.advance(15_000)
  expect(isEnded()).toBe(true)
  recent.add({ sequence: 1, tenant: 't', type: 'x', data: '{}' })
  expect(written.join('')).not.toContain('event: x')
})

test('who takes nothing is dropped instead of filling our memory', () => {
  const { recent, isEnded } = opened({ waiting: () => 2_000_000 })
  recent.add({ sequence: 1, tenant: 't', type: 'x', data: '{}' })
  expect(isEnded()).toBe(true)
})
