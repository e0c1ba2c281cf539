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
