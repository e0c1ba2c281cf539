import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createTurns } from './turns.ts'

test('work is done one after the other in its order, and one that fails is told to its giver alone', async () => {
  const inTurn = createTurns()
  const steps: string[] = []
  const piece = (name: string, fails = false) =>
    inTurn(async () => {
      steps.push(`${name} begins`)
      await nextTurn()
      steps.push(`${name} ends`)
      if (fails) throw new Error(name)
      return name
    })
  const outcomes = await Promise.allSettled([piece('a'), piece('b', true), piece('c')])
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(steps).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends'])
})

test('no more is done at a time than may be, in the order it came, also after a failure', async () => {
  const inTurn = createTurns(2)
  const begun: number[] = []
  let busy = 0
  let most = 0
  const work = (place: number) =>
    inTurn(async () => {
      begun.push(place)
      busy += 1
      most = Math.max(most, busy)
      await nextTurn()
      busy -= 1
      if (place === 1) throw new Error('failed')
      return place
    })
  const results = await Promise.allSettled([0, 1, 2, 3, 4].map(work))
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled', 'fulfilled'])
  expect([begun, most]).toEqual([[0, 1, 2, 3, 4], 2])
})
