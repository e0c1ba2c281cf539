import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { sideBySide } from './side-by-side.ts'

test('every item is worked on once, in their order, and no more at a time than may be', async () => {
  const begun: number[] = []
  let [busy, most] = [0, 0]
  await sideBySide([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
    begun.push(item)
    busy += 1
    most = Math.max(most, busy)
    await nextTurn()
    busy -= 1
  })
  expect([begun, most]).toEqual([[1, 2, 3, 4, 5, 6, 7], 3])
})

test('nothing is nothing to do, and a failure is told', async () => {
  await sideBySide([], 5, () => Promise.reject(new Error('never')))
  const failing = sideBySide([1, 2], 2, async (item) => {
    if (item === 2) throw new Error('the second')
  })
  await expect(failing).rejects.toThrow('the second')
})
