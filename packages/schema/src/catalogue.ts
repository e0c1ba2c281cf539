import * as buckets from './buckets.ts'
import type {
  BucketDefinition,
  EventDefinition,
  ObjectStoreDefinition,
  RequestDefinition,
  StreamDefinition,
} from './definition.ts'
import * as cdrEvents from './events/cdr.ts'
import * as configEvents from './events/config.ts'
import * as deviceEvents from './events/device.ts'
import * as phoneEvents from './events/phone.ts'
import * as securityEvents from './events/security.ts'
import * as sipEvents from './events/sip.ts'
import * as tenantEvents from './events/tenant.ts'
import * as accessRequests from './requests/access.ts'
import * as asteriskRequests from './requests/asterisks.ts'
import * as auditRequests from './requests/audit.ts'
import * as banRequests from './requests/bans.ts'
import * as changeSetRequests from './requests/change-sets.ts'
import * as configRequests from './requests/configs.ts'
import * as deviceLinesRequests from './requests/device-lines.ts'
import * as deviceRequests from './requests/devices.ts'
import * as erasureRequests from './requests/erasure.ts'
import * as floodRequests from './requests/flood.ts'
import * as phoneRequests from './requests/phone.ts'
import * as pluginChangeRequests from './requests/plugin-changes.ts'
import * as pluginRequests from './requests/plugins.ts'
import * as keyRequests from './requests/provisioning-keys.ts'
import * as ratingCallRequests from './requests/rating-calls.ts'
import * as ratingDeckRequests from './requests/rating-decks.ts'
import { ratingItems } from './requests/rating-items.ts'
import * as ratingLeastCostRequests from './requests/rating-least-cost.ts'
import * as ratingQuoteRequests from './requests/rating-quote.ts'
import * as ratingRunRequests from './requests/rating-runs.ts'
import * as ratingSourceRequests from './requests/rating-sources.ts'
import * as sessionRequests from './requests/sessions.ts'
import * as sipConfigurationRequests from './requests/sip-configurations.ts'
import * as sipFunctionKeyRequests from './requests/sip-function-keys.ts'
import * as sipInstallationRequests from './requests/sip-installation.ts'
import * as sipLineRequests from './requests/sip-lines.ts'
import * as sipMigrationRequests from './requests/sip-migration.ts'
import * as sipTrunkRequests from './requests/sip-trunks.ts'
import * as staticFileRequests from './requests/static-files.ts'
import * as taskRequests from './requests/tasks.ts'
import * as templateRequests from './requests/templates.ts'
import * as uploadRequests from './requests/uploads.ts'

import * as userRequests from './requests/users.ts'
import * as sipBuckets from './sip-buckets.ts'

import * as streamDefinitions from './streams.ts'

/** Every definition of the house, found by its kind among what the modules above export: nothing is listed twice. */
export interface Catalogue {
  readonly requests: readonly RequestDefinition<unknown, unknown>[]
  readonly events: readonly EventDefinition<unknown>[]
  readonly buckets: readonly BucketDefinition<unknown>[]
  readonly objectStores: readonly ObjectStoreDefinition[]
  readonly streams: readonly StreamDefinition[]
}

const modules: readonly object[] = [
  deviceRequests,
  configRequests,
  pluginRequests,
  pluginChangeRequests,
  templateRequests,
  staticFileRequests,
  taskRequests,
  accessRequests,
  banRequests,
  phoneRequests,
  floodRequests,
  uploadRequests,
  keyRequests,
  userRequests,
  sessionRequests,
  auditRequests,
  erasureRequests,
  ...Object.values(changeSetRequests.changeAreas),
  ratingCallRequests,
  ratingDeckRequests,
  ratingRunRequests,
  ratingSourceRequests,
  ...Object.values(ratingItems),
  ratingLeastCostRequests,
  ratingQuoteRequests,
  deviceLinesRequests,
  { resetSipTemplates: sipConfigurationRequests.resetSipTemplates },
  ...[
    sipConfigurationRequests,
    sipInstallationRequests,
    sipLineRequests,
    sipTrunkRequests,
    sipFunctionKeyRequests,
    sipMigrationRequests,
    asteriskRequests,
  ].flatMap((module) => Object.values(module)),
  cdrEvents,
  configEvents,
  deviceEvents,
  phoneEvents,
  securityEvents,
  sipEvents,
  tenantEvents,
  buckets,
  sipBuckets,
  streamDefinitions,
]

function definitionsOf<Definition extends { kind: string }>(kind: Definition['kind']): Definition[] {
  return modules.flatMap((module) => Object.values(module)).filter((value): value is Definition => value?.kind === kind)
}

export const catalogue: Catalogue = {
  requests: definitionsOf<RequestDefinition<unknown, unknown>>('request'),
  events: definitionsOf<EventDefinition<unknown>>('event'),
  buckets: definitionsOf<BucketDefinition<unknown>>('bucket'),
  objectStores: definitionsOf<ObjectStoreDefinition>('object-store'),
  streams: definitionsOf<StreamDefinition>('stream'),
}
