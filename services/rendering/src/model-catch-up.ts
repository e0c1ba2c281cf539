import type { ReadModel } from '@strowger/bus'
import type { Clock } from '@strowger/service'

const patienceMs = 2_000

/**
 * Resolves when the read model has this revision of an entry: an event can overtake the bucket it belongs to. Goes on
 * all the same after two seconds; a later event will come when the entry has changed again.
 */
export async function untilHeld<Value extends { revision: number }>(
  model: ReadModel<Value>,
  key: string,
  revision: number,
  clock: Pick<Clock, 'after'>,
): Promise<void> {
  const isHeld = () => (model.get(key)?.revision ?? -1) >= revision
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
