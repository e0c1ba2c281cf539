export { type AutoprovAccount, autoprovAccount } from './autoprov-account.ts'
export { type Batches, createBatches } from './batches.ts'
export { type Clock, createClock, createManualClock, type ManualClock, type Timer } from './clock.ts'
export { commonSettings, databaseSettings } from './common-settings.ts'
export { createHealth, type Health, type HealthServer, type HealthState, listenHealth } from './health.ts'
export {
  createLog,
  createSparseWarnings,
  type Log,
  type LogLevel,
  logLevels,
  type SparseWarnings,
  silentLog,
} from './log.ts'
export {
  type CounterSeries,
  createMetrics,
  type Family,
  type GaugeSeries,
  type HistogramSeries,
  type Metrics,
} from './metrics.ts'
export { createOldestFirst } from './oldest-first.ts'
export { type Persistent, startPersistently } from './persistently.ts'
export {
  createTenantKeys,
  credentialDigest,
  deviceUsername,
  isSameDigest,
  provisioningSecretAbout,
  type TenantKeys,
} from './provisioning-keys.ts'
export { newId, newSecret, newUuid, randomFraction } from './random.ts'
export { runService, type ServiceContext } from './run-service.ts'
export { createScope, type Scope } from './scope.ts'
export {
  createSeal,
  isSealed,
  newSealKeyRing,
  readSealKeyRing,
  rotateSealKeyRing,
  type Seal,
  type SealKeyRing,
} from './seal.ts'
export {
  defineSettings,
  readSettings,
  type SettingDefinition,
  type SettingDefinitions,
  type SettingProblem,
  type Settings,
  SettingsFault,
} from './settings.ts'
export { settingsDocumentation } from './settings-documentation.ts'
export { sideBySide } from './side-by-side.ts'
export {
  createSourceCounts,
  createTokenBuckets,
  isInNetwork,
  networkOf,
  type SourceCounts,
  type TokenBuckets,
  type TokenRate,
} from './sources.ts'
export { createTasks, type RunningTask, type TaskStore, type Tasks, type TaskWork } from './tasks.ts'
export { createTelemetry, silentTelemetry } from './telemetry.ts'
export type { Span, SpanKind, SpanOptions, Telemetry } from './traces.ts'
export { createTurns, type Turns } from './turns.ts'
