import { createManualClock } from '@strowger/service'
import { describe, expect, it } from 'vitest'
import { untilHeld } from './model-catch-up.ts'

/** A read model of one entry that the test changes. */
function modelOf(first: number | undefined) {
  let revision = first
  const listeners = new Set<(key: string, value: undefined, old: undefined) => void>()
  return {
    get: () => (revision === undefined ? undefined : { revision }),
    subscribe(listener: (key: string, value: undefined, old: undefined) => void) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    become(next: number | undefined) {
      revision = next
      for (const listener of listeners) listener('a', undefined, undefined)
    },
  }
}

async function isWaiting(waiting: Promise<void>): Promise<boolean> {
  return Promise.race([waiting.then(() => false), new Promise<true>((resolve) => setImmediate(() => resolve(true)))])
}

describe('an event that overtakes its bucket', () => {
  it('waits for the revision that it tells of', async () => {
    const model = modelOf(3)
    const waiting = untilHeld(model, 'a', { revision: 4 }, createManualClock())
    expect(await isWaiting(waiting)).toBe(true)
    model.become(4)
    expect(await isWaiting(waiting)).toBe(false)
  })

  it('of a deletion waits until the entry is gone', async () => {
    const model = modelOf(3)
    const waiting = untilHeld(model, 'a', { revision: 3, deleted: true }, createManualClock())
    expect(await isWaiting(waiting)).toBe(true)
    model.become(undefined)
    expect(await isWaiting(waiting)).toBe(false)
  })

  it('of a deletion does not wait for an entry that has come again', async () => {
    await untilHeld(modelOf(5), 'a', { revision: 3, deleted: true }, createManualClock())
  })

  it('waits for two seconds at most', async () => {
    const clock = createManualClock()
    const waiting = untilHeld(modelOf(undefined), 'a', { revision: 1 }, clock)
    expect(await isWaiting(waiting)).toBe(true)
    await clock.advance(2_000)
    expect(await isWaiting(waiting)).toBe(false)
  })
})
