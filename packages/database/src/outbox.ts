import { type Kysely, sql } from 'kysely'
import pg from 'pg'
import { literal } from './literal.ts'
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
  /** In this order. A few small ones are written in one message with the commit. */
  addMany(messages: readonly OutboxMessage[]): Promise<void>
}

interface TransactionOutbox extends Outbox {
  /** The statement that writes what has not been written yet; undefined when there is nothing. */
  rest(): string | undefined
}

/** More than these, or bytes of payload, are a statement of their own, with parameters. */
const mostAtCommit = { messages: 16, bytes: 16 * 1024 }

/**
 * The outbox within a transaction. Adding takes a lock of the schema until the commit, so that rows become visible in
 * the order of their ids: without it a transaction that took id 10 could commit after the relay had published id 11,
 * and an older state would follow a newer one. Add last, then the lock is held for the commit only.
 */
export function outboxOf<DB>(tx: Kysely<DB>, schema: string): TransactionOutbox {
  let waiting: { message: OutboxMessage; payload: Buffer }[] = []
  let waitingBytes = 0

  async function addMany(messages: readonly OutboxMessage[]): Promise<void> {
    for (const message of messages) {
      const payload = bytesOf(message.payload)
      waiting.push({ message, payload })
      waitingBytes += payload.length
    }
    if (waiting.length <= mostAtCommit.messages && waitingBytes <= mostAtCommit.bytes) return
    const all = waiting
    waiting = []
    waitingBytes = 0
    await insert(all)
  }

  async function insert(added: readonly { message: OutboxMessage; payload: Buffer }[]): Promise<void> {
    const messages = added.map(({ message }) => message)
    const { bytes, starts, lengths } = packBytes(added.map(({ payload }) => [payload]))
    // Rows are numbered when they are inserted, hence after the lock: it is taken before they are sorted.
    await sql`
      with held as materialized (select pg_advisory_xact_lock(hashtextextended(${outboxLock(schema)}, 0)))
      insert into ${sql.id(schema, 'outbox')} (message_id, subject, headers, payload)
      select message_id, subject, headers::jsonb, substring(${bytes}::bytea from start for length) from held, unnest(
        ${messages.map(({ id }) => id ?? null)}::text[],
        ${messages.map(({ subject }) => subject)}::text[],
        ${messages.map(({ headers }) => JSON.stringify(headers ?? {}))}::text[],
        ${starts}::int[], ${lengths}::int[]
      ) with ordinality as message (message_id, subject, headers, start, length, place) order by place`.execute(tx)
  }
  function rest(): string | undefined {
    if (waiting.length === 0) return undefined
    const rows = waiting.map(({ message: { id, subject, headers = {} }, payload }) =>
      [
        literal(id),
        literal(subject),
        `${literal(JSON.stringify(headers))}::jsonb`,
        `decode('${payload.toString('hex')}', 'hex')`,
      ].join(', '),
    )
    const lock = `pg_advisory_xact_lock(hashtextextended(${literal(outboxLock(schema))}, 0))`
    const table = `${pg.escapeIdentifier(schema)}.outbox`
    // Two statements: the rows of one would be numbered before its lock is taken.
    return `select ${lock}; insert into ${table} (message_id, subject, headers, payload) values (${rows.join('), (')})`
  }

  return { add: (message) => addMany([message]), addMany, rest }
}

/** Name of the advisory lock under which rows are added. */
function outboxLock(schema: string): string {
  return `strowger outbox ${schema}`
}

function bytesOf(payload: Uint8Array | object): Buffer {
  if (payload instanceof Uint8Array) return Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)
  return Buffer.from(JSON.stringify(payload))
}
