import { Fault } from '@strowger/schema'
import type { Clock, Log } from '@strowger/service'
import type { Connection } from './connection.ts'
import { createFollower, type FollowerOptions } from './follower.ts'

const patienceMs = 10_000

/**
 * Gives everything that a stream holds at this moment to `onMessage`, once, and resolves. Rejects with Fault
 * `unavailable` when NATS is away or takes longer than 10 s.
 */
export async function readThrough(
  parts: { connection: Connection; clock: Clock; log: Log; name: string },
  options: Pick<FollowerOptions, 'stream' | 'filter' | 'from' | 'headersOnly' | 'onMessage'>,
): Promise<void> {
  if (!parts.connection.isUp()) throw new Fault('unavailable', { internal: 'NATS is away' })
  let end: () => unknown = () => {}
  try {
    await new Promise<void>((resolve, reject) => {
      const overdue = parts.clock.after(patienceMs, () =>
        reject(new Fault('unavailable', { internal: `${options.stream} could not be read through` })),
      )
      const follower = createFollower(parts, { ...options, onCaughtUp: resolve })
      end = () => {
        overdue.cancel()
        return follower.close()
      }
    })
  } finally {
    await end()
  }
}
