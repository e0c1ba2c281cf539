export {
  type BucketDefinition,
  defineBucket,
  defineBytesRequest,
  defineEvent,
  defineObjectStore,
  defineRequest,
  defineStream,
  type EventDefinition,
  type ObjectStoreDefinition,
  type Permission,
  type RequestDefinition,
  type RestBinding,
  type ServiceName,
  type StreamDefinition,
  serviceNames,
  type WithBody,
} from './definition.ts'
export { Actor, TaskDocument } from './documents/task.ts'
export { type ErrorCode, errors, Fault, type FieldProblem, isErrorCode } from './errors.ts'
