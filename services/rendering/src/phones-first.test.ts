import { createManualClock } from '@strowger/service'
import { expect, it } from 'vitest'
import { createPhonesFirst } from './phones-first.ts'

function waiting() {
  const clock = createManualClock()
  const phones = createPhonesFirst(clock)
  let done = false
  const wait = () => {
    void phones.quiet().then(() => {
      done = true
    })
  }
  return { clock, phones, wait, done: () => done }
}

it('does not hold up work when no phone has asked lately', async () => {
  const { clock, wait, done } = waiting()
  wait()
  await clock.advance(0)
  expect(done()).toBe(true)
})

it('holds it up while phones ask, for a moment after the last one', async () => {
  const { clock, phones, wait, done } = waiting()
  phones.asked()
  wait()
  await clock.advance(90)
  phones.asked()
  await clock.advance(90)
  expect(done()).toBe(false)
  await clock.advance(20)
  expect(done()).toBe(true)
})

it('holds it up for two seconds at most, however many phones ask', async () => {
  const { clock, phones, wait, done } = waiting()
  phones.asked()
  wait()
  for (let ms = 0; ms < 1_950; ms += 50) {
    phones.asked()
    await clock.advance(50)
  }
  expect(done()).toBe(false)
  phones.asked()
  await clock.advance(60)
  expect(done()).toBe(true)
})
