import type { ReadModel } from '@strowger/bus'
import type { Clock } from '@strowger/service'

const patienceMs = 2_000

/** The last that an event told of an entry. */
interface Told {
  readonly revision: number
  /** The entry is gone; `revision` is the last that it had. */
  readonly deleted?: boolean
}

/**
 * Resolves when the read model shows what an event tells of an entry: an event can overtake the bucket it belongs to,
 * and another replica may have written it. Goes on all the same after two seconds; a later event will come when the
 * entry has changed again.
 */
export async function untilHeld<Value extends { revision: number }>(
  model: Pick<ReadModel<Value>, 'get' | 'subscribe'>,
  key: string,
  { revision, deleted = false }: Told,
  clock: Pick<Clock, 'after'>,
): Promise<void> {
  const isHeld = () => {
    const held = model.get(key)?.revision
    return deleted ? held === undefined || held > revision : held !== undefined && held >= revision
  }
  if (isHeld()) return
  await new Promise<void>((resolve) => {
    const done = () => {
      patience.cancel()
      unsubscribe()
      resolve()
    }
    const patience = clock.after(patienceMs, done)
    const unsubscribe = model.subscribe((changed) => {
      if (changed === key && isHeld()) done()
    })
  })
}
