import { type Kysely, sql } from 'kysely'
import { packBytes } from './packed-bytes.ts'

export interface OutboxMessage {
  readonly subject: string
  /** Bytes as they are, anything else as JSON. */
  readonly payload: Uint8Array | object
  /** As `traceparent`. */
  readonly headers?: Readonly<Record<string, string>>
  /** By which the stream recognises a message it holds already. Default `<schema>:<row id>`. */
  readonly id?: string
}

export interface Outbox {
  add(message: OutboxMessage): Promise<void>
  /** In this order, in one statement. */
  addMany(messages: readonly OutboxMessage[]): Promise<void>
}

/**
 * The outbox within a transaction. Adding takes a lock of the schema until the commit, so that rows become visible in
 * the order of their ids: without it a transaction that took id 10 could commit after the relay had published id 11,
 * and an older state would follow a newer one. Add last, then the lock is held for the commit only.
 */
export function outboxOf<DB>(tx: Kysely<DB>, schema: string): Outbox {
  async function addMany(messages: readonly OutboxMessage[]): Promise<void> {
    if (messages.length === 0) return
    const { bytes, starts, lengths } = packBytes(messages.map(({ payload }) => [bytesOf(payload)]))
    await sql`select pg_advisory_xact_lock(hashtextextended(${outboxLock(schema)}, 0))`.execute(tx)
    await sql`
      insert into ${sql.id(schema, 'outbox')} (message_id, subject, headers, payload)
      select message_id, subject, headers::jsonb, substring(${bytes}::bytea from start for length) from unnest(
        ${messages.map(({ id }) => id ?? null)}::text[],
        ${messages.map(({ subject }) => subject)}::text[],
        ${messages.map(({ headers }) => JSON.stringify(headers ?? {}))}::text[],
        ${starts}::int[], ${lengths}::int[]
      ) with ordinality as message (message_id, subject, headers, start, length, place) order by place`.execute(tx)
  }
  return { add: (message) => addMany([message]), addMany }
}

/** Name of the advisory lock under which rows are added. */
function outboxLock(schema: string): string {
  return `strowger outbox ${schema}`
}

function bytesOf(payload: Uint8Array | object): Buffer {
  if (payload instanceof Uint8Array) return Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)
  return Buffer.from(JSON.stringify(payload))
}
