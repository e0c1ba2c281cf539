import type { BucketDefinition, ObjectStoreDefinition, StreamDefinition } from '@strowger/schema'
import { bucketStream } from './bucket.ts'
import type { Bus } from './bus.ts'
import { askJetStream, JetStreamError, nanoseconds } from './jetstream-api.ts'

export type StoredDefinition = StreamDefinition | BucketDefinition<unknown> | ObjectStoreDefinition

const streamNotFound = 10_059
/** A server drops what is sent twice within this time; buckets have no setting of their own for it. */
const bucketDuplicateWindowS = 120

interface StreamConfiguration {
  name: string
  subjects: string[]
  [field: string]: unknown
}

/** How a definition is laid out as a JetStream stream; buckets and object stores as NATS ADR-8 and ADR-20 say. */
export function streamConfiguration(definition: StoredDefinition): StreamConfiguration {
  const always = {
    storage: 'file',
    retention: 'limits',
    num_replicas: 1,
    description: definition.summary.slice(0, 200),
  }
  const ageOf = (maxAgeS: number) => nanoseconds(maxAgeS * 1_000)
  switch (definition.kind) {
    case 'stream':
      return {
        ...always,
        name: definition.name,
        subjects: [definition.subject],
        discard: 'old',
        max_age: ageOf(definition.maxAgeS),
        max_bytes: definition.maxBytes,
        num_replicas: definition.replicas,
        duplicate_window: ageOf(duplicateWindowS(definition.duplicateWindowS, definition.maxAgeS)),
      }
    case 'bucket':
      return {
        ...always,
        name: bucketStream(definition),
        subjects: [`$KV.${definition.name}.>`],
        discard: 'new',
        max_msgs_per_subject: 1,
        max_age: ageOf(definition.maxAgeS),
        max_bytes: definition.maxBytes,
        num_replicas: definition.replicas,
        duplicate_window: ageOf(duplicateWindowS(bucketDuplicateWindowS, definition.maxAgeS)),
        allow_rollup_hdrs: true,
        allow_direct: true,
        deny_delete: true,
      }
    case 'object-store':
      return {
        ...always,
        name: `OBJ_${definition.name}`,
        subjects: [`$O.${definition.name}.C.>`, `$O.${definition.name}.M.>`],
        discard: 'new',
        max_bytes: definition.maxBytes,
        allow_rollup_hdrs: true,
        allow_direct: true,
      }
  }
}

/** NATS refuses a window longer than the age. */
function duplicateWindowS(wantedS: number, maxAgeS: number): number {
  return maxAgeS > 0 ? Math.min(wantedS, maxAgeS) : wantedS
}

/**
 * Makes streams, buckets and object stores as they are defined, and brings existing ones to their limits. What is in
 * them stays. May be run any number of times. Rejects with a JetStreamError that names the stream that was refused.
 */
export async function ensureStreams(bus: Bus, definitions: readonly StoredDefinition[]): Promise<void> {
  for (const definition of definitions) {
    const wanted = streamConfiguration(definition)
    const existing = await configurationOf(bus, wanted.name)
    if (!existing) await askJetStream(bus.connection, `STREAM.CREATE.${wanted.name}`, wanted)
    else if (Object.entries(wanted).some(([field, value]) => !isSame(existing[field], value))) {
      await askJetStream(bus.connection, `STREAM.UPDATE.${wanted.name}`, { ...existing, ...wanted })
    }
  }
}

/** A field that is not there is the same as one that says nothing. */
function isSame(one: unknown, other: unknown): boolean {
  const meaning = (value: unknown) => (value === undefined || value === 0 || value === false ? null : value)
  return JSON.stringify(meaning(one)) === JSON.stringify(meaning(other))
}

async function configurationOf(bus: Bus, name: string): Promise<StreamConfiguration | undefined> {
  try {
    const info = await askJetStream<{ config: StreamConfiguration }>(bus.connection, `STREAM.INFO.${name}`)
    return info.config
  } catch (error) {
    if (error instanceof JetStreamError && error.code === streamNotFound) return undefined
    throw error
  }
}

/** How a stream and those who read it stand. */
export interface StreamReport {
  readonly name: string
  readonly messages: number
  readonly bytes: number
  readonly firstSequence: number
  readonly lastSequence: number
  readonly consumers: readonly ConsumerReport[]
}

interface ConsumerReport {
  readonly name: string
  /** Not given to it yet. */
  readonly waiting: number
  /** Given to it, and not acknowledged yet. */
  readonly unacknowledged: number
  readonly redelivered: number
  readonly lastGiven: number
}

interface ListedStream {
  readonly config: { readonly name: string }
  readonly state: {
    readonly messages: number
    readonly bytes: number
    readonly first_seq: number
    readonly last_seq: number
  }
}

interface ListedConsumer {
  readonly name: string
  readonly num_pending: number
  readonly num_ack_pending: number
  readonly num_redelivered: number
  readonly delivered: { readonly stream_seq: number }
}

/** Every stream with its consumers; needs the rights of an operator. */
export async function reportStreams(bus: Bus): Promise<StreamReport[]> {
  const streams = await everyPage<ListedStream>(bus, 'STREAM.LIST', 'streams')
  return Promise.all(
    streams.map(async ({ config: { name }, state }) => ({
      name,
      messages: state.messages,
      bytes: state.bytes,
      firstSequence: state.first_seq,
      lastSequence: state.last_seq,
      consumers: (await everyPage<ListedConsumer>(bus, `CONSUMER.LIST.${name}`, 'consumers')).map((consumer) => ({
        name: consumer.name,
        waiting: consumer.num_pending,
        unacknowledged: consumer.num_ack_pending,
        redelivered: consumer.num_redelivered,
        lastGiven: consumer.delivered.stream_seq,
      })),
    })),
  )
}

async function everyPage<Item>(bus: Bus, verb: string, field: string): Promise<Item[]> {
  const items: Item[] = []
  for (;;) {
    const page = await askJetStream<Record<string, unknown> & { total: number }>(bus.connection, verb, {
      offset: items.length,
    })
    const found = (page[field] ?? []) as Item[]
    items.push(...found)
    if (found.length === 0 || items.length >= page.total) return items
  }
}
