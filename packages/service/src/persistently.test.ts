import { expect, it } from 'vitest'
import { createManualClock } from './clock.ts'
import { silentLog } from './log.ts'
import { startPersistently } from './persistently.ts'

it('is begun again until it is done, and then not any more', async () => {
  const clock = createManualClock()
  let attempts = 0
  const work = async () => {
    if (++attempts < 3) throw new Error('away')
  }
  const work3 = startPersistently(work, { problem: 'not yet', clock, log: silentLog() })
  await clock.advance(1_999)
  expect([attempts, work3.done]).toEqual([1, false])
  await clock.advance(2_001)
  await work3.finished
  await clock.advance(10_000)
  expect([attempts, work3.done]).toEqual([3, true])
  await work3.stop()
})

it('ends at once when it is stopped, whether it is waiting or at work', async () => {
  const clock = createManualClock()
  const failing = startPersistently(() => Promise.reject(new Error('away')), { problem: 'x', clock, log: silentLog() })
  await clock.advance(1)
  await failing.stop()
  expect(failing.done).toBe(false)
  const slow = startPersistently(
    (signal) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    { problem: 'x', clock, log: silentLog() },
  )
  await slow.stop()
  expect(slow.done).toBe(false)
})
