import { expect, test } from 'vitest'
import { createAlertness, promptMs } from './alertness.ts'

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

/** How many turns of the event loop it was awake for, when time moves by so much a turn. */
async function turnsAwake(roundTripMs: number, isLone: boolean, passes: () => number = () => 0.05): Promise<number> {
  let now = 1000
  let looks = 0
  const alertness = createAlertness(
    () => {
      looks += 1
      return now
    },
    () => isLone,
  )
  alertness.answered(roundTripMs)
  const atOnce = looks
  for (let count = 0; count < 50; count += 1) {
    await turn()
    now += passes()
  }
  return looks - atOnce
}

test('after a prompt answer the loop stays awake for as long as the next may take, and then sleeps', async () => {
  const turns = await turnsAwake(promptMs / 2, true)
  expect(turns).toBeGreaterThanOrEqual(4)
  expect(turns).toBeLessThanOrEqual(7)
})

test('nothing is done for a peer that takes longer, nor where others keep the loop awake', async () => {
  expect(await turnsAwake(promptMs * 1.1, true)).toBe(0)
  expect(await turnsAwake(promptMs / 2, false)).toBe(0)
})

test('answers upon answers make one watch, not one each', async () => {
  let now = 0
  let looks = 0
  const alertness = createAlertness(
    () => {
      looks += 1
      return now
    },
    () => true,
  )
  for (let count = 0; count < 10; count += 1) {
    const before = looks
    alertness.answered(0.01)
    await turn()
    now += 0.01
    // One to say until when, and at most two turns of the loop between.
    expect(looks - before).toBeLessThanOrEqual(3)
  }
})
