import { Fault } from '@strowger/schema'
import { createManualClock, silentLog } from '@strowger/service'
import { expect, it } from 'vitest'
import { type Answer, createAnswerCache } from './answer-cache.ts'
import { createPhoneFiles } from './phone-files.ts'
import { createQuestionLine } from './question-line.ts'

const evidence = { transport: 'http', address: '192.0.2.7', path: '/a.cfg' } as const
const served: Answer = { outcome: 'served', file: 'a.cfg', body: Buffer.from('a') }

function filesWith(ask: (count: number) => Promise<Answer>) {
  const clock = createManualClock()
  const revisions = { rendered: () => undefined, policy: () => 0, tenantOf: () => undefined }
  const cache = createAnswerCache({ maxBytes: 1_000_000, revisions, monotonicMs: clock.monotonicMs, now: clock.now })
  let count = 0
  const line = createQuestionLine({ maxOpen: 8, patienceMs: 10_000, clock })
  const files = createPhoneFiles({ cache, ask: () => ask(++count), waitMs: 2_000, line, clock, log: silentLog() })
  return { files, clock, asked: () => count }
}

it('asks again when nobody has answered, and takes the answer to the first question when it comes late', async () => {
  let late: (answer: Answer) => void = () => {}
  const { files, clock, asked } = filesWith(() => new Promise((resolve) => (late = asked() > 1 ? late : resolve)))
  const answer = files.get('k', evidence)
  await clock.advance(300)
  expect(asked()).toBe(2)
  late(served)
  expect(await answer).toBe(served)
  await clock.advance(2_000)
  expect(asked()).toBe(2)
})

it('tells the phone to come back when nobody answers in time', async () => {
  const { files, clock, asked } = filesWith(() => Promise.reject(new Fault('unavailable')))
  const answer = files.get('k', evidence)
  await clock.advance(2_100)
  expect((await answer).outcome).toBe('unavailable')
  // At once, and after 250, 750 and 1,750 ms.
  expect(asked()).toBe(4)
})

it('does not ask a house twice that takes half a second for each answer, and soon again once it is quick', async () => {
  let tookMs = 500
  const { files, clock, asked } = filesWith(async () => {
    await clock.sleep(tookMs)
    return served
  })
  const get = async (key: string) => {
    const answer = files.get(key, evidence)
    await clock.advance(2_000)
    expect(await answer).toBe(served)
  }
  for (let phone = 0; phone < 40; phone++) await get(`slow ${phone}`)
  const before = asked()
  for (let phone = 0; phone < 10; phone++) await get(`still slow ${phone}`)
  expect(asked() - before).toBe(10)
  tookMs = 5
  for (let phone = 0; phone < 40; phone++) await get(`quick ${phone}`)
  tookMs = 300
  const quick = asked()
  await get('lost')
  expect(asked() - quick).toBe(2)
})

it('asks once more shortly before the phone is told to come back, however long answers have taken', async () => {
  let tookMs = 900
  const { files, clock, asked } = filesWith(async () => {
    await clock.sleep(tookMs)
    return served
  })
  for (let phone = 0; phone < 20; phone++) {
    const answer = files.get(`slow ${phone}`, evidence)
    await clock.advance(2_000)
    expect(await answer).toBe(served)
  }
  tookMs = 60_000
  const before = asked()
  const answer = files.get('lost', evidence)
  await clock.advance(1_749)
  expect(asked() - before).toBe(2)
  await clock.advance(1)
  expect(asked() - before).toBe(3)
  await clock.advance(250)
  expect((await answer).outcome).toBe('unavailable')
})
