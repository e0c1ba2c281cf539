import { expect, test } from 'vitest'
import { createTurns } from './turns.ts'

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
      await new Promise((resolve) => setImmediate(resolve))
      busy -= 1
      if (place === 1) throw new Error('failed')
      return place
    })
  const results = await Promise.allSettled([0, 1, 2, 3, 4].map(work))
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled', 'fulfilled'])
  expect([begun, most]).toEqual([[0, 1, 2, 3, 4], 2])
})
