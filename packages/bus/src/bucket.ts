import { headers, type Msg, type MsgHdrs } from '@nats-io/nats-core'
import { type BucketDefinition, Fault } from '@strowger/schema'
import { type Clock, type Log, newId } from '@strowger/service'
import type { Connection } from './connection.ts'
import { createFollower } from './follower.ts'
import { decodeKey, encodeKey } from './key.ts'
import type { Publisher } from './publisher.ts'
import { readThrough } from './read-through.ts'
import { jsonBytes, parseChecked } from './schema-check.ts'
import type { Delivered } from './stored-message.ts'

/** One entry of a bucket. `revision` is its place in the stream; it grows with every write to the bucket. */
export interface BucketEntry<Value> {
  key: string
  value: Value
  revision: number
  storedAtMs: number
}

/** What a watcher is told: a value, or that the key has none any more. */
export type BucketChange<Value> =
  | BucketEntry<Value>
  | { key: string; value: undefined; revision: number; storedAtMs: number }

export interface WatchOptions {
  /** Everything that was there has been told. */
  onCaughtUp?: () => void
  /** The bucket is not the one that was watched: everything is told anew, and what is not told is gone. */
  onLost?: () => void
}

/**
 * A key-value bucket in NATS, laid out as its own clients do (NATS ADR-8). Every method makes one attempt and rejects
 * with Fault `unavailable` when NATS is away; what must not be lost goes through `bus.publishAcked` with
 * `bucketSubject`.
 */
export interface Bucket<Value> {
  get(key: string): Promise<BucketEntry<Value> | undefined>
  /** Whether the key had a value that was removed; false also when it never had one. */
  wasRemoved(key: string): Promise<boolean>
  /** Writes whatever was there. Resolves to the revision. */
  put(key: string, value: Value): Promise<number>
  /** Writes only when the key has no value. Fault `conflict` when it has. */
  create(key: string, value: Value): Promise<number>
  /** Writes only when the entry still has this revision. Fault `stale-revision` when it has not. */
  update(key: string, value: Value, revision: number): Promise<number>
  /** Removes a key; with a revision only when it still has it. */
  delete(key: string, revision?: number): Promise<void>
  keys(): Promise<string[]>
  entries(): Promise<BucketEntry<Value>[]>
  /** Tells every entry, then `onCaughtUp`, then every change, until it is closed. */
  watch(
    onChange: (change: BucketChange<Value>) => void,
    options?: WatchOptions,
  ): { close(): Promise<void>; problem(): string | undefined }
}

const getTimeoutMs = 2_000

export function bucketStream(definition: BucketDefinition<unknown>): string {
  return `KV_${definition.name}`
}

/** The subject of an entry: publishing JSON there (with ack) is a put, publishing `deletedEntry` headers is a delete. */
export function bucketSubject(definition: BucketDefinition<unknown>, key: string): string {
  return `$KV.${definition.name}.${encodeKey(key)}`
}

function isDeleted(operation: string | undefined): boolean {
  return operation === 'DEL' || operation === 'PURGE'
}

/** Reads an entry as a follower delivers it. Fault `invalid-input` when key or value are not what they must be. */
function changeFrom<Value>(definition: BucketDefinition<Value>, message: Delivered): BucketChange<Value> {
  const { sequence: revision, storedAtMs } = message
  const key = decodeKey(message.subject.slice(`$KV.${definition.name}.`.length))
  if (key === undefined) throw new Fault('invalid-input', { fields: [{ field: 'key', problem: 'is not encoded' }] })
  // Deletions carry headers, values usually none: asking for a header that is not there costs nothing.
  if (isDeleted(message.header('KV-Operation'))) return { key, value: undefined, revision, storedAtMs }
  return { key, value: parseChecked(definition.value, message.data) as Value, revision, storedAtMs }
}

export function createBucket<Value>(
  parts: {
    connection: Connection
    publisher: Publisher
    clock: Clock
    log: Log
    name: string
    onBad: (error: unknown) => void
  },
  definition: BucketDefinition<Value>,
): Bucket<Value> {
  const { connection, publisher, onBad } = parts
  const stream = bucketStream(definition)

  /** The last message of a key, also when it says that the key was deleted. */
  async function last(key: string): Promise<Msg | undefined> {
    const subject = `$JS.API.DIRECT.GET.${stream}.${bucketSubject(definition, key)}`
    const message = await connection.ask(subject, new Uint8Array(0), { timeoutMs: getTimeoutMs })
    return message.headers && message.headers.code >= 400 ? undefined : message
  }

  async function write(key: string, bytes: Uint8Array, expected: number | undefined, map: MsgHdrs): Promise<number> {
    if (expected !== undefined) map.set('Nats-Expected-Last-Subject-Sequence', String(expected))
    // With an id a second attempt of the client or a message sent twice is not taken for somebody else's write.
    map.set('Nats-Msg-Id', newId())
    return (await publisher.publishOnce(bucketSubject(definition, key), bytes, map)).sequence
  }

  /** What lies there was not said by the caller, so it is not the caller's fault. */
  function heldValue(bytes: Uint8Array): Value {
    try {
      return parseChecked(definition.value, bytes) as Value
    } catch (cause) {
      onBad(cause)
      throw new Fault('internal', { internal: `an entry of ${definition.name} does not have its shape`, cause })
    }
  }

  const sequenceOf = (message: Msg) => Number(message.headers?.get('Nats-Sequence'))

  const filter = `$KV.${definition.name}.>`

  /** Reads a change and tells it; what cannot be read is counted. */
  const telling = (onChange: (change: BucketChange<Value>) => void) => (message: Delivered) => {
    let change: BucketChange<Value>
    try {
      change = changeFrom(definition, message)
    } catch (error) {
      return onBad(error)
    }
    onChange(change)
  }

  function watch(onChange: (change: BucketChange<Value>) => void, options: WatchOptions = {}) {
    return createFollower(parts, { ...options, stream, filter, from: 'latest', onMessage: telling(onChange) })
  }

  async function entries(): Promise<BucketEntry<Value>[]> {
    const found = new Map<string, BucketEntry<Value>>()
    const onMessage = telling((change) => {
      const { value } = change
      if (value === undefined) found.delete(change.key)
      else found.set(change.key, { ...change, value })
    })
    await readThrough(parts, { stream, filter, from: 'latest', onMessage })
    return [...found.values()]
  }

  return {
    async get(key) {
      const message = await last(key)
      if (!message || isDeleted(message.headers?.get('KV-Operation'))) return undefined
      const value = heldValue(message.data)
      const storedAtMs = Date.parse(message.headers?.get('Nats-Time-Stamp') ?? '')
      return { key, value, revision: sequenceOf(message), storedAtMs }
    },
    wasRemoved: async (key) => isDeleted((await last(key))?.headers?.get('KV-Operation')),
    put: (key, value) => write(key, jsonBytes(value), undefined, headers()),
    async create(key, value) {
      const found = await last(key)
      if (found && !isDeleted(found.headers?.get('KV-Operation'))) throw new Fault('conflict')
      try {
        return await write(key, jsonBytes(value), found ? sequenceOf(found) : 0, headers())
      } catch (error) {
        throw error instanceof Fault && error.code === 'stale-revision' ? new Fault('conflict') : error
      }
    },
    update: (key, value, revision) => write(key, jsonBytes(value), revision, headers()),
    async delete(key, revision) {
      const map = headers()
      map.set('KV-Operation', 'DEL')
      await write(key, new Uint8Array(0), revision, map)
    },
    entries,
    keys: async () => (await entries()).map(({ key }) => key),
    watch,
  }
}
