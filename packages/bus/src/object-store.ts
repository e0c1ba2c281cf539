import { jetstream } from '@nats-io/jetstream'
import { type ObjectInfo, Objm, type ObjectStore as StoredObjects } from '@nats-io/obj'
import { Fault, type ObjectStoreDefinition } from '@strowger/schema'
import { type Connection, inboxPrefixOf } from './connection.ts'

export interface StoredObject {
  name: string
  /** Bytes. */
  size: number
  /** SHA-256 of the content, hexadecimal. */
  sha256: string
  storedAt: string
}

/** Large things by name, in pieces of 128 KiB (NATS ADR-20). Rejects with Fault `unavailable` when NATS is away. */
export interface ObjectStore {
  /** Stores or replaces; readers see the old content or the new one whole. */
  put(name: string, content: Uint8Array | AsyncIterable<Uint8Array>): Promise<StoredObject>
  /** The content as it comes; the stream ends in an error when it is not what its digest says. */
  get(name: string): Promise<(StoredObject & { content: AsyncIterable<Uint8Array> }) | undefined>
  info(name: string): Promise<StoredObject | undefined>
  list(): Promise<StoredObject[]>
  /** True when there was one. */
  delete(name: string): Promise<boolean>
}

function storedFrom({ name, size, digest, mtime }: ObjectInfo): StoredObject {
  const sha256 = Buffer.from(digest.replace(/^SHA-256=/, ''), 'base64url').toString('hex')
  return { name, size, sha256, storedAt: mtime }
}

async function* single(content: Uint8Array): AsyncIterable<Uint8Array> {
  yield content
}

function readableOf(content: Uint8Array | AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const pieces = (content instanceof Uint8Array ? single(content) : content)[Symbol.asyncIterator]()
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await pieces.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
    async cancel() {
      await pieces.return?.()
    },
  })
}

export function createObjectStore(
  parts: { connection: Connection; name: string },
  definition: ObjectStoreDefinition,
): ObjectStore {
  const { connection } = parts
  const objects = new Objm(
    jetstream(connection.nats, { checkAPI: false, watcherPrefix: inboxPrefixOf(parts.name), timeout: 5_000 }),
  )
  let opened: Promise<StoredObjects> | undefined

  async function run<T>(work: (store: StoredObjects) => Promise<T>): Promise<T> {
    if (!connection.isUp()) throw new Fault('unavailable', { internal: 'NATS is away' })
    try {
      opened ??= objects.open(definition.name, false)
      return await work(await opened)
    } catch (cause) {
      throw new Fault('unavailable', { internal: `object store ${definition.name} could not be used`, cause })
    }
  }

  return {
    put: (name, content) => run(async (store) => storedFrom(await store.put({ name }, readableOf(content)))),
    get: (name) =>
      run(async (store) => {
        const found = await store.get(name)
        // Its end is told by the stream, too; unheard here it would end the process.
        found?.error.catch(() => {})
        return found ? { ...storedFrom(found.info), content: found.data } : undefined
      }),
    info: (name) =>
      run(async (store) => {
        const info = await store.info(name)
        return info && !info.deleted ? storedFrom(info) : undefined
      }),
    list: () => run(async (store) => (await store.list()).map(storedFrom)),
    delete: (name) =>
      run(async (store) => {
        const info = await store.info(name)
        if (!info || info.deleted) return false
        await store.delete(name)
        return true
      }),
  }
}
