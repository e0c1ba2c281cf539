import { type Clock, type Log, sideBySide } from '@strowger/service'
import type { Connection } from './connection.ts'
import { askJetStream, JetStreamError } from './jetstream-api.ts'
import { readThrough } from './read-through.ts'

/** JetStream's error code for a message that is not there (any more). */
const noMessage = 10_057
const atOnce = 16

/**
 * Removes the messages of a subject from a stream, one by one, their bytes overwritten, and answers how many. Not by
 * `STREAM.PURGE` with a filter: nats-server 2.9 then moves *every* consumer of the stream behind its last message, and
 * what its readers had not been sent yet is lost to them, whatever its subject.
 */
export async function removeMessages(
  parts: { connection: Connection; clock: Clock; log: Log; name: string },
  { stream, filter }: { stream: string; filter: string },
): Promise<number> {
  const found: number[] = []
  await readThrough(parts, {
    stream,
    filter,
    from: 1,
    headersOnly: true,
    onMessage: ({ sequence }) => void found.push(sequence),
  })
  let removed = 0
  await sideBySide(found, atOnce, async (seq) => {
    if (await removeOne(parts.connection, stream, seq)) removed++
  })
  return removed
}

/** False when somebody else, or its age, has removed it meanwhile. */
async function removeOne(connection: Connection, stream: string, seq: number): Promise<boolean> {
  try {
    await askJetStream(connection, `STREAM.MSG.DELETE.${stream}`, { seq })
    return true
  } catch (error) {
    if (error instanceof JetStreamError && (error.status === 404 || error.code === noMessage)) return false
    throw error
  }
}
