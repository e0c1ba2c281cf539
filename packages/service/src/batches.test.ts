import { describe, expect, it } from 'vitest'
import { createBatches } from './batches.ts'
import { createManualClock } from './clock.ts'

const tooMany = () => new Error('too many')

describe('batches', () => {
  it('do together what came while the batch before was being done', async () => {
    const sizes: number[] = []
    const batches = createBatches<number, number>({
      maxBatch: 10,
      maxWaiting: 100,
      async perform(items) {
        sizes.push(items.length)
        return items.map((item) => item * 2)
      },
      tooMany,
    })
    const results = await Promise.all(Array.from({ length: 25 }, (_, index) => batches.add(index)))
    expect(results).toEqual(Array.from({ length: 25 }, (_, index) => index * 2))
    expect(sizes).toEqual([10, 10, 5])
  })

  it('begin some time apart when nobody waits for them, unless they are full', async () => {
    const sizes: number[] = []
    const clock = createManualClock()
    const batches = createBatches<number, number>({
      maxBatch: 3,
      maxWaiting: 100,
      apart: { ms: 100, clock },
      async perform(items) {
        sizes.push(items.length)
        return items
      },
      tooMany,
    })
    await batches.add(1)
    expect(sizes).toEqual([1])
    const later = [batches.add(2)]
    await clock.advance(90)
    later.push(batches.add(3))
    await clock.advance(9)
    expect(sizes).toEqual([1])
    await clock.advance(1)
    await Promise.all(later)
    expect(sizes).toEqual([1, 2])
    await Promise.all([batches.add(4), batches.add(5), batches.add(6)])
    expect(sizes).toEqual([1, 2, 3])
  })

  it('refuse more than may wait, and go on with what waits', async () => {
    const batches = createBatches<number, number>({
      maxBatch: 2,
      maxWaiting: 2,
      perform: async (items) => items,
      tooMany,
    })
    const accepted = [batches.add(1), batches.add(2)]
    await expect(batches.add(3)).rejects.toThrow('too many')
    await expect(Promise.all(accepted)).resolves.toEqual([1, 2])
  })

  it('tell everybody of a batch that failed, and nobody else', async () => {
    let first = true
    const batches = createBatches<number, number>({
      maxBatch: 1,
      maxWaiting: 10,
      async perform(items) {
        if (first) {
          first = false
          throw new Error('the first one fails')
        }
        return items
      },
      tooMany,
    })
    const failed = batches.add(1)
    const done = batches.add(2)
    await expect(failed).rejects.toThrow('the first one fails')
    await expect(done).resolves.toBe(2)
    await batches.drain()
    expect(batches.waiting).toBe(0)
  })
})
