import { Fault, type PhoneEvidence } from '@strowger/schema'
import { createClock, silentLog } from '@strowger/service'
import { expect, test } from 'vitest'
import { type Answer, createAnswerCache } from './answer-cache.ts'
import { createPhoneFiles } from './phone-files.ts'

const evidence: PhoneEvidence = { transport: 'http', address: '192.0.2.1', path: '/001565123456.cfg' }
const served: Answer = { outcome: 'served', body: new Uint8Array([1]) }

function filesThatAsk(ask: (timesAsked: number) => Promise<Answer>, waitMs: number) {
  const clock = createClock()
  const revisions = { rendered: () => undefined, policy: () => 0 }
  const cache = createAnswerCache({ maxBytes: 1_000, revisions, monotonicMs: clock.monotonicMs })
  let asked = 0
  const files = createPhoneFiles({ cache, ask: () => ask(++asked), waitMs, clock, log: silentLog() })
  return { get: () => files.get('key', evidence), asked: () => asked }
}

test('a question that was lost is asked again', async () => {
  const { get, asked } = filesThatAsk((times) => (times === 1 ? new Promise(() => {}) : Promise.resolve(served)), 2_000)
  expect(await get()).toBe(served)
  expect(asked()).toBe(2)
})

test('an answer that comes after the question was asked again is taken; a slow house is not asked more and more', async () => {
  let answerFirst: (answer: Answer) => void = () => {}
  const first = new Promise<Answer>((resolve) => {
    answerFirst = resolve
  })
  const { get, asked } = filesThatAsk((times) => {
    if (times === 3) setTimeout(() => answerFirst(served), 100)
    return times === 1 ? first : new Promise(() => {})
  }, 2_000)
  expect(await get()).toBe(served)
  expect(asked()).toBe(3)
})

test('when nobody has answered in time the phone is told to come back', async () => {
  const { get, asked } = filesThatAsk(() => Promise.reject(new Fault('unavailable')), 400)
  expect(await get()).toMatchObject({ outcome: 'unavailable' })
  expect(asked()).toBe(2)
})
