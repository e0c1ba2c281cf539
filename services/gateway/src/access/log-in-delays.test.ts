import { createManualClock } from '@strowger/service'
import { expect, test } from 'vitest'
import { createLogInDelays } from './log-in-delays.ts'

/** How long an attempt is made to wait, up to a minute; undefined when it is refused. */
async function waited(clock: ReturnType<typeof createManualClock>, attempt: Promise<void>) {
  let ended: 'yes' | 'refused' | undefined
  attempt.then(
    () => (ended = 'yes'),
    () => (ended = 'refused'),
  )
  for (let ms = 0; ms <= 60_000; ms += 50) {
    await clock.advance(ms === 0 ? 0 : 50)
    if (ended) return ended === 'yes' ? ms : undefined
  }
  return 60_000
}

test('nobody waits at first, and each failure doubles the wait of its address', async () => {
  const clock = createManualClock()
  const delays = createLogInDelays(clock)
  const waits: (number | undefined)[] = []
  for (let attempt = 0; attempt < 5; attempt++) {
    waits.push(await waited(clock, delays.wait(`account ${attempt}`, '203.0.113.5')))
    delays.failed(`account ${attempt}`, '203.0.113.5')
  }
  expect(waits).toEqual([0, 250, 500, 1_000, 2_000])
})

test('attempts of one address at one time wait in turn, and beyond some seconds are refused', async () => {
  const clock = createManualClock()
  const delays = createLogInDelays(clock)
  for (let attempt = 0; attempt < 5; attempt++) delays.failed('admin', '203.0.113.5')
  const attempts = [1, 2, 3, 4].map(() =>
    delays.wait('admin', '203.0.113.5').then(
      () => 'in',
      () => 'refused',
    ),
  )
  await clock.advance(60_000)
  expect(await Promise.all(attempts)).toEqual(['in', 'in', 'refused', 'refused'])
})

test('an account that is attacked from elsewhere delays its owner by two seconds at most, and is never locked', async () => {
  const clock = createManualClock()
  const delays = createLogInDelays(clock)
  for (let attempt = 0; attempt < 500; attempt++) delays.failed('admin', `203.0.113.${attempt % 250}`)
  expect(await waited(clock, delays.wait('admin', '198.51.100.1'))).toBe(2_000)
})

test('a success ends the delays', async () => {
  const clock = createManualClock()
  const delays = createLogInDelays(clock)
  for (let attempt = 0; attempt < 5; attempt++) delays.failed('admin', '203.0.113.5')
  delays.succeeded('admin', '203.0.113.5')
  expect(await waited(clock, delays.wait('admin', '203.0.113.5'))).toBe(0)
})
