import type {
  BucketDefinition,
  EventDefinition,
  ObjectStoreDefinition,
  RequestDefinition,
  ServiceName,
} from '@strowger/schema'
import { bucketStream } from './bucket.ts'
import { inboxPrefixOf } from './connection.ts'

/** Everything the house says, as `packages/schema` lists it. */
export interface Definitions {
  requests: readonly RequestDefinition<unknown, unknown>[]
  events: readonly EventDefinition<unknown>[]
  buckets: readonly BucketDefinition<unknown>[]
  objectStores: readonly ObjectStoreDefinition[]
}

/** Subjects of one NATS user. */
export interface Permissions {
  publish: string[]
  subscribe: string[]
}

/** JetStream's API for one who reads a stream: make, ask and remove own consumers, and answer flow control. */
function readStream(stream: string): string[] {
  return [
    `$JS.API.STREAM.INFO.${stream}`,
    `$JS.API.CONSUMER.CREATE.${stream}.>`,
    `$JS.API.CONSUMER.INFO.${stream}.>`,
    `$JS.API.CONSUMER.DELETE.${stream}.>`,
    `$JS.FC.${stream}.>`,
  ]
}

function readEvents(stream: string): string[] {
  return [...readStream(stream), `$JS.API.CONSUMER.MSG.NEXT.${stream}.>`, `$JS.ACK.${stream}.>`]
}

function readBucket(bucket: BucketDefinition<unknown>): string[] {
  const stream = bucketStream(bucket)
  return [...readStream(stream), `$JS.API.DIRECT.GET.${stream}.>`]
}

function readObjects({ name }: ObjectStoreDefinition): string[] {
  const stream = `OBJ_${name}`
  return [...readStream(stream), `$JS.API.STREAM.MSG.GET.${stream}`, `$JS.API.DIRECT.GET.${stream}.>`]
}

function writeObjects({ name }: ObjectStoreDefinition): string[] {
  return [`$O.${name}.>`, `$JS.API.STREAM.PURGE.OBJ_${name}`]
}

/**
 * Who may ask this, and so is answered: callers, those who pass questions on to it, and whose questions those are.
 * (nats-server's `allow_responses` would bound this to one answer a question, but it remembers each question that was
 * passed on, and each message of a stream, for its whole time, and beyond 4,096 of them looks at all for every further
 * message: measured, 2.8 ms of the server's CPU time a request.)
 */
function askersOf(asked: RequestDefinition<unknown, unknown>, requests: Definitions['requests']): ServiceName[] {
  const passedOn = requests.filter(({ forwardsTo }) => forwardsTo === asked.subject)
  return [...asked.callers, ...passedOn.flatMap(({ owner, callers }) => [owner, ...callers])]
}

/** What the definitions allow a service, and nothing else. */
export function permissionsOf(service: ServiceName, definitions: Definitions): Permissions {
  const { requests, events, buckets, objectStores } = definitions
  const reads = (reader: { owner: ServiceName; readers: readonly ServiceName[] }) =>
    reader.owner === service || reader.readers.includes(service)
  const writes = (bucket: BucketDefinition<unknown>) => bucket.owner === service || bucket.writers.includes(service)
  const owned = requests.filter(({ owner }) => owner === service)

  const publish = [
    ...requests.filter(({ callers }) => callers.includes(service)).map(({ subject }) => subject),
    ...owned.flatMap(({ forwardsTo }) => forwardsTo ?? []),
    ...owned.flatMap((request) => askersOf(request, requests)).map((asker) => `${inboxPrefixOf(asker)}.>`),
    ...events.filter(({ owner }) => owner === service).map(({ subject }) => `${subject}.*`),
    ...events.filter(({ readers }) => readers.includes(service)).flatMap(({ stream }) => readEvents(stream.name)),
    ...events
      .filter(({ stream }) => stream.purger === service)
      .flatMap(({ stream }) => [...readStream(stream.name), `$JS.API.STREAM.MSG.DELETE.${stream.name}`]),
    ...buckets.filter(writes).map(({ name }) => `$KV.${name}.>`),
    ...buckets.filter((bucket) => reads(bucket) || writes(bucket)).flatMap(readBucket),
    ...objectStores.filter(reads).flatMap(readObjects),
    ...objectStores.filter(({ owner }) => owner === service).flatMap(writeObjects),
  ]
  const subscribe = [`${inboxPrefixOf(service)}.>`, ...owned.map(({ subject }) => subject)]
  return { publish: [...new Set(publish)].sort(), subscribe: [...new Set(subscribe)].sort() }
}
