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
export { FunctionKey, RawConfig, rawConfigParameters, SipLine, secretParameters } from './documents/raw-config.ts'
export { type ErrorCode, errors, Fault, type FieldProblem, isErrorCode } from './errors.ts'
export { Address, Instant, Mac, ObjectId, PluginId, Revision, rootTenantId, TenantId, Text } from './identity.ts'
export {
  CommonFile,
  DeviceFile,
  DhcpRule,
  HttpRule,
  type IdentityField,
  PhoneModel,
  PluginManifest,
  StaticFile,
  TftpRule,
} from './manifest.ts'
