import { expect, test } from 'vitest'
import { keepAlive } from './supervise.ts'

test('what keeps ending is started ever later, up to a bound, and not at all once it is let go', async () => {
  const troubles: string[] = []
  let starts = 0
  let reached = () => {}
  const fifth = new Promise<void>((resolve) => {
    reached = resolve
  })
  const life = keepAlive({
    exited: async () => ({ code: 1, signal: null }),
    restart: async () => {
      starts += 1
      if (starts === 2) throw new Error('no such file')
      if (starts === 5) {
        life.letGo()
        reached()
      }
    },
    onTrouble: (trouble) => troubles.push(trouble),
    firstMs: 1,
    longestMs: 4,
  })
  await fifth
  expect(troubles).toEqual([
    'ended with code 1; starting again in 1 ms',
    'ended with code 1; starting again in 2 ms',
    'could not be started: no such file',
    'ended with code 1; starting again in 4 ms',
    'ended with code 1; starting again in 4 ms',
  ])
})

test('after a good life it is started again at once', async () => {
  const troubles: string[] = []
  let starts = 0
  await new Promise<void>((resolve) => {
    const life = keepAlive({
      exited: async () => ({ code: null, signal: 'SIGKILL' }),
      restart: async () => {
        starts += 1
        if (starts < 3) return
        life.letGo()
        resolve()
      },
      onTrouble: (trouble) => troubles.push(trouble),
      firstMs: 1,
      wellMs: -1,
    })
  })
  expect(new Set(troubles)).toEqual(new Set(['was ended by SIGKILL; starting again in 1 ms']))
})
