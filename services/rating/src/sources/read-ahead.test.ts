import { expect, test } from 'vitest'
import { readAhead } from './read-ahead.ts'

test('the next is read while the last is worked on, one and no more', async () => {
  let read = 0
  async function* numbers() {
    while (read < 4) yield read++
  }
  const seen: [number, number][] = []
  for await (const number of readAhead(numbers())) {
    await new Promise((resolve) => setImmediate(resolve))
    seen.push([number, read])
  }
  expect(seen).toEqual([
    [0, 2],
    [1, 3],
    [2, 4],
    [3, 4],
  ])
})

test('who stops early ends the source, and a failure of it comes in its turn', async () => {
  let isEnded = false
  async function* failing() {
    try {
      yield 1
      yield 2
      throw new Error('no more')
    } finally {
      isEnded = true
    }
  }
  for await (const number of readAhead(failing())) {
    expect(number).toBe(1)
    break
  }
  expect(isEnded).toBe(true)
  const seen: number[] = []
  await expect(
    (async () => {
      for await (const number of readAhead(failing())) seen.push(number)
    })(),
  ).rejects.toThrow('no more')
  expect(seen).toEqual([1, 2])
})
