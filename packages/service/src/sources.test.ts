import { expect, it } from 'vitest'
import { createManualClock } from './clock.ts'
import { createOldestFirst } from './oldest-first.ts'
import { createSourceCounts, createTokenBuckets, isInNetwork, networkOf } from './sources.ts'

it.each([
  ['192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:0001::7', '2001:db8:1:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1:2:3:4', 'fe80:0:0:0::/64'],
  ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
])('%s counts as %s', (address, network) => {
  expect(networkOf(address)).toBe(network)
})

it.each([
  ['192.0.2.7', '192.0.2.0/24', true],
  ['192.0.3.7', '192.0.2.0/24', false],
  ['192.0.2.7', '192.0.2.7', true],
  ['192.0.2.7', '0.0.0.0/0', true],
  ['2001:db8::7', '2001:db8::/32', true],
  ['2001:db9::7', '2001:db8::/32', false],
  ['192.0.2.7', '2001:db8::/32', false],
])('%s in %s: %s', (address, network, expected) => {
  expect(isInNetwork(address, network)).toBe(expected)
})

it('a source gets its burst, then what flows in, and another source is not touched by it', async () => {
  const clock = createManualClock()
  const rate = { ratePerS: 2, burst: 3 }
  const buckets = createTokenBuckets({ rate: () => rate, monotonicMs: clock.monotonicMs })
  const taken = () => [1, 2, 3, 4, 5].filter(() => buckets.take('a')).length
  expect(taken()).toBe(3)
  expect(buckets.take('b')).toBe(true)
  await clock.advance(1_000)
  expect(taken()).toBe(2)
  rate.burst = 5
  await clock.advance(60_000)
  expect(taken()).toBe(5)
})

it('sources remembered are bounded, whatever comes', () => {
  const { monotonicMs } = createManualClock()
  const buckets = createTokenBuckets({ rate: () => ({ ratePerS: 1, burst: 1 }), monotonicMs })
  const counts = createSourceCounts({ windowMs: () => 1_000, monotonicMs })
  for (let source = 0; source < 200_000; source++) {
    buckets.take(`${source}`)
    counts.add(`${source}`)
  }
  expect(buckets.sources).toBe(65_536)
  expect(counts.sources).toBe(65_536)
})

it('what happened longer ago than the window no longer counts', async () => {
  const clock = createManualClock()
  const counts = createSourceCounts({ windowMs: () => 10_000, monotonicMs: clock.monotonicMs })
  for (let times = 1; times <= 8; times++) expect(counts.add('a')).toBe(times)
  await clock.advance(15_000)
  expect(counts.count('a')).toBe(4)
  await clock.advance(5_000)
  expect(counts.count('a')).toBe(0)
  expect(counts.count('b')).toBe(0)
})

it('the oldest is found at once, however many were removed before it', () => {
  const map = new Map(Array.from({ length: 5 }, (_, key) => [key, true]))
  const oldest = createOldestFirst(map)
  const removed: (number | undefined)[] = []
  for (let key = 5; key < 300_000; key++) {
    const first = oldest()
    if (key < 8) removed.push(first)
    if (first !== undefined) map.delete(first)
    map.set(key, true)
  }
  expect(removed).toEqual([0, 1, 2])
  expect([...map.keys()]).toEqual([299_995, 299_996, 299_997, 299_998, 299_999])
  map.clear()
  expect(oldest()).toBeUndefined()
})
