import type { Clock } from './clock.ts'

/**
 * Gathers single pieces of work into batches: one batch at a time (or as many as are said), made of all that has come
 * while the one before was being done, so that a lone piece waits for nobody and a flood is done in few transactions.
 */
export interface Batches<Item, Result> {
  /** Resolves or rejects as the batch it became part of. Rejects at once when too much waits. */
  add(item: Item): Promise<Result>
  readonly waiting: number
  /** Resolves when everything that was added has been done. */
  drain(): Promise<void>
}

export function createBatches<Item, Result>(options: {
  maxBatch: number
  maxWaiting: number
  /** Batches that are performed at the same time; begun in order. Default 1. */
  atOnce?: number
  /** A batch that is not full begins so long after the last that was not either: for what nobody waits for. Default: at once. */
  apart?: { readonly ms: number; readonly clock: Pick<Clock, 'monotonicMs' | 'sleep'> }
  /** Results in the order of the items. */
  perform: (items: readonly Item[]) => Promise<readonly Result[]>
  tooMany: () => Error
}): Batches<Item, Result> {
  const { maxBatch, maxWaiting, atOnce = 1, apart, perform, tooMany } = options
  interface Waiting {
    item: Item
    resolve: (result: Result) => void
    reject: (error: unknown) => void
  }
  let queue: Waiting[] = []
  const working = new Set<Promise<void>>()
  let begunMs = Number.NEGATIVE_INFINITY

  async function work(): Promise<void> {
    // What the same turn of the event loop brings belongs to the first batch.
    await new Promise((resolve) => setImmediate(resolve))
    while (queue.length > 0) {
      if (apart && queue.length < maxBatch) {
        const restMs = begunMs + apart.ms - apart.clock.monotonicMs()
        if (restMs > 0) await apart.clock.sleep(restMs)
        begunMs = apart.clock.monotonicMs()
      }
      const batch = queue.slice(0, maxBatch)
      queue = queue.slice(maxBatch)
      try {
        const results = await perform(batch.map(({ item }) => item))
        batch.forEach(({ resolve, reject }, index) => {
          const result = results[index]
          if (result === undefined) reject(new Error('a batch gave fewer results than it had items'))
          else resolve(result)
        })
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
  }

  function begin(): void {
    const one = work().finally(() => working.delete(one))
    working.add(one)
  }

  return {
    add(item) {
      if (queue.length >= maxWaiting) return Promise.reject(tooMany())
      return new Promise((resolve, reject) => {
        queue.push({ item, resolve, reject })
        if (working.size < atOnce) begin()
      })
    },
    get waiting() {
      return queue.length
    },
    async drain() {
      while (working.size > 0) await Promise.all(working)
    },
  }
}
