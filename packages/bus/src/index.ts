export { type Bucket, type BucketChange, type BucketEntry, bucketSubject, type WatchOptions } from './bucket.ts'
export { type Bus, type BusOptions, connectBus } from './bus.ts'
export type { CallContext } from './context.ts'
export { type EventMessage, type Events, isEvent, type MessageOf, type Reader } from './events.ts'
export { useBus, useReadModel } from './in-service.ts'
export { JetStreamError } from './jetstream-api.ts'
export { decodeKey, encodeKey } from './key.ts'
export type { ObjectStore, StoredObject } from './object-store.ts'
export { type Definitions, type Permissions, permissionsOf } from './permissions.ts'
export type { Stored, StoredMessage } from './publisher.ts'
export {
  type IndexedReadModel,
  type ReadModel,
  type ReadModelListener,
  type ReadModelOptions,
  readModel,
} from './read-model.ts'
export type { Call, Forwarded, Handler, ReplyOptions, Responder } from './reply.ts'
export type { RequestOptions } from './request.ts'
export { type NatsUser, natsAuthorization, natsUsers } from './server-configuration.ts'
export { createSharedTexts } from './shared-texts.ts'
export { ensureStreams, reportStreams, type StoredDefinition, streamConfiguration } from './streams.ts'
export { tasksStore } from './tasks-store.ts'
