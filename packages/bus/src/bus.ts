import type { BucketDefinition, ObjectStoreDefinition, RequestDefinition } from '@strowger/schema'
import {
  type Clock,
  createSparseWarnings,
  type HealthState,
  type Log,
  type Metrics,
  silentTelemetry,
  type Telemetry,
} from '@strowger/service'
import { type Bucket, createBucket } from './bucket.ts'
import { type Connection, createConnection } from './connection.ts'
import { createEvents, type Events } from './events.ts'
import { createObjectStore, type ObjectStore } from './object-store.ts'
import { createPublisher, type Publisher } from './publisher.ts'
import { badMessages, createResponder, type Handler, type ReplyOptions, type Responder } from './reply.ts'
import { createRequester, type Requester } from './request.ts'

export interface BusOptions {
  /** NATS_URL: one server or several of a cluster. */
  servers: string | readonly string[]
  user?: string | undefined
  password?: string | undefined
  /** Name of the service; its NATS user may listen to `_INBOX_<name>.>` only. */
  name: string
  log: Log
  clock: Clock
  metrics: Metrics
  telemetry?: Telemetry
}

/** Everything a service says to others and hears from them. */
export interface Bus extends Requester, Pick<Publisher, 'publishAcked' | 'publishInOrder' | 'publishRow'> {
  readonly events: Events
  readonly log: Log
  readonly clock: Clock
  /** The connection, for what else is built on the bus inside this package. */
  readonly connection: Connection
  /** Answers a request as a member of its owner's queue group, until it is closed or the bus is. */
  reply<Input, Output>(
    definition: RequestDefinition<Input, Output>,
    handler: Handler<Input, Output>,
    options?: ReplyOptions,
  ): Responder
  bucket<Value>(definition: BucketDefinition<Value>): Bucket<Value>
  objects(definition: ObjectStoreDefinition): ObjectStore
  /** Resolves when NATS has got everything said so far, so that what `reply` was called for is listened to. */
  flush(): Promise<void>
  /** Whether NATS is there; with the reason when it is not. */
  health(): HealthState
  /** Answers what has begun, waits for what is being published (3 s at most), and disconnects. */
  close(): Promise<void>
}

const publishDrainMs = 3_000

/** Connects to NATS; waits for it for as long as it takes, and never gives up afterwards. */
export async function connectBus(options: BusOptions): Promise<Bus> {
  const { log, clock, metrics, name, telemetry = silentTelemetry() } = options
  const connection = await createConnection(options)
  const sparse = createSparseWarnings(log, clock)
  const requester = createRequester({ connection, clock, metrics, telemetry })
  const publisher = createPublisher({ connection, clock, metrics, sparse })
  const parts = { connection, requester, publisher, clock, log, sparse, metrics, telemetry, name }
  const responders = new Set<Responder>()
  metrics.observedGauge({ name: 'bus_up', help: '1 while NATS is connected' }, () => (connection.isUp() ? 1 : 0))

  return {
    ...requester,
    publishAcked: publisher.publishAcked,
    publishInOrder: publisher.publishInOrder,
    publishRow: publisher.publishRow,
    events: createEvents(parts),
    log,
    clock,
    connection,
    reply(definition, handler, replyOptions) {
      const responder = createResponder(parts, definition, handler, replyOptions)
      responders.add(responder)
      return responder
    },
    bucket(definition) {
      const subject = `$KV.${definition.name}`
      const bad = badMessages(metrics).of({ subject })
      const onBad = (error: unknown) => {
        bad.add()
        sparse.warn(`bad ${subject}`, { error, bucket: definition.name }, 'an entry does not have its shape')
      }
      return createBucket({ ...parts, onBad }, definition)
    },
    objects: (definition) => createObjectStore(parts, definition),
    flush: () => connection.nats.flush(),
    health: connection.health,
    async close() {
      await Promise.all([...responders].map((responder) => responder.close()))
      await publisher.close(publishDrainMs)
      await connection.close()
    },
  }
}
