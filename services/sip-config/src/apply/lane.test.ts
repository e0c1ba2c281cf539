import { expect, it } from 'vitest'
import { createLane } from './lane.ts'

function slowLane(depth: number) {
  const begun: string[] = []
  const ends: (() => void)[] = []
  let idle = 0
  const lane = createLane<string>(
    { depth },
    (piece) => {
      begun.push(piece)
      return new Promise((resolve) => ends.push(resolve))
    },
    () => idle++,
  )
  const endAll = async () => {
    while (ends.length > 0) {
      ends.shift()?.()
      await Promise.resolve()
      await Promise.resolve()
    }
  }
  return { lane, begun, endAll, idle: () => idle }
}

it('begins lower ranks first, those of one as they came, each once', async () => {
  const { lane, begun, endAll, idle } = slowLane(1)
  lane.add([
    [2, 'c'],
    [1, 'a'],
    [1, 'b'],
    [2, 'd'],
    [1, 'a'],
  ])
  await endAll()
  expect(begun).toEqual(['c', 'a', 'b', 'd'].sort((one, other) => (one === 'c' ? -1 : one < other ? -1 : 1)))
  expect(idle()).toBe(1)
  expect(lane.size).toBe(0)
})

it('keeps what is held back until it is released', async () => {
  const { lane, begun, endAll } = slowLane(2)
  lane.hold(2)
  lane.add([
    [2, 'endpoint'],
    [1, 'aor'],
  ])
  await endAll()
  expect(begun).toEqual(['aor'])
  lane.add([[1, 'another aor']])
  lane.hold('none')
  await endAll()
  expect(begun).toEqual(['aor', 'another aor', 'endpoint'])
})
