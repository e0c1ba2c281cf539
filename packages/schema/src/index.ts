export { plainAddress } from './address.ts'
export {
  bansBucket,
  configsBucket,
  customFilesBucket,
  devicesBucket,
  firmwareStore,
  floodBucket,
  offendersBucket,
  pluginsBucket,
  policiesBucket,
  provisioningSecretsBucket,
  renderedBucket,
  tasksBucket,
  tenantsBucket,
} from './buckets.ts'
export { type Catalogue, catalogue } from './catalogue.ts'
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
export { AppliedConfiguration, Asterisk, AsteriskCheck, WantedCheck } from './documents/asterisk.ts'
export { AuditEntry } from './documents/audit.ts'
export { Ban } from './documents/ban.ts'
export { ChangeSet, RowChange } from './documents/change-set.ts'
export { Config, ConfigExplanation, ConfigInput, ConfigView, ParameterSource, secretMask } from './documents/config.ts'
export {
  CustomFile,
  CustomFileName,
  maxStaticFileBytes,
  maxTemplateCharacters,
  Preview,
  PreviewedDevice,
  StaticFileView,
  Template,
  TemplateName,
  TemplateVersion,
  TemplateView,
} from './documents/custom-file.ts'
export { Device, DeviceInput, DeviceView, deviceTexts, withSharedIdentity } from './documents/device.ts'
export { DeviceLine, DeviceLines, LineParameters } from './documents/device-lines.ts'
export { defaultFloodLimits, FloodLimits, FloodLimitsInput, Offender } from './documents/flood.ts'
export { Plugin, PluginView } from './documents/plugin.ts'
export {
  defaultPolicy,
  Policy,
  PolicyChange,
  PolicyImpact,
  ProvisioningSecret,
  StoredPolicy,
  wholePolicy,
} from './documents/policy.ts'
export { ImportOutcome, RatingBatch, SourceState } from './documents/rating-batch.ts'
export {
  RatingCall,
  RatingProblem,
  type RatingReason,
  type RatingStatus,
  ratingReasons,
  ratingStatuses,
} from './documents/rating-call.ts'
export {
  type RatingAllowance,
  type RatingCalendar,
  type RatingCurrency,
  type RatingDeck,
  type RatingItemKind,
  type RatingNode,
  type RatingPlan,
  type RatingPortability,
  type RatingSource,
  type RatingTax,
  type RatingVendor,
  ratingItemKinds,
} from './documents/rating-items.ts'
export {
  QuoteAnswer,
  QuoteBand,
  QuoteCall,
  QuoteQuestion,
  QuoteStep,
  QuoteTariff,
} from './documents/rating-quote.ts'
export { RatingRun, RunChange, RunSum } from './documents/rating-run.ts'
export { RatingScope, UsedBy } from './documents/rating-scope.ts'
export {
  FunctionKey,
  RawConfig,
  rawConfigParameters,
  type ServiceFeature,
  SipLine,
  secretParameters,
  serviceFeatures,
} from './documents/raw-config.ts'
export { compactRendered, isPresentFile, Rendered, renderedTexts } from './documents/rendered.ts'
export { ServiceCodes } from './documents/service-codes.ts'
export { SipApplied, SipConfiguration, SipConfigurationView, SipTemplateInput } from './documents/sip-configuration.ts'
export { SipExplanation, SipImpact } from './documents/sip-impact.ts'
export {
  Extension,
  ExtensionChange,
  ExtensionInput,
  ExtensionView,
  Line,
  LineInput,
  LineKey,
  LineKeys,
  LineView,
  Trunk,
  TrunkInput,
  TrunkView,
} from './documents/sip-line.ts'
export {
  maxSipOptions,
  type SipOption,
  SipOptionOperation,
  SipOptions,
  type SipSection,
  sipSections,
} from './documents/sip-options.ts'
export {
  Registrar,
  RegistrarInput,
  SipSetting,
  SipTransport,
  SipTransportInput,
  SipTransportView,
} from './documents/sip-transport.ts'
export { Actor, TaskDocument } from './documents/task.ts'
export { Tenant } from './documents/tenant.ts'
export { SessionView, TokenView } from './documents/token.ts'
export { Password, Role, RoleInput, User, UserInput } from './documents/user.ts'
export { type ErrorCode, errors, Fault, type FieldProblem, isErrorCode } from './errors.ts'
export { CdrRecords, cdrRaw } from './events/cdr.ts'
export { configChanged, customFileChanged, pluginChanged } from './events/config.ts'
export { deviceCreated, deviceDeleted, deviceMoved, deviceUpdated, policyChanged } from './events/device.ts'
export { FetchFact, fileFetched } from './events/phone.ts'
export { deviceAutocreated, requestsObserved, SecurityObservation } from './events/security.ts'
export { deviceLinesChanged } from './events/sip.ts'
export { tenantChanged, tenantDeleted } from './events/tenant.ts'
export { Address, Instant, Mac, ObjectId, PluginId, Revision, rootTenantId, TenantId, Text } from './identity.ts'
export { normalizedMac } from './mac.ts'
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
export { extendedManifest, type ManifestSource } from './manifest-inheritance.ts'
export { type ListQuery, pageOf } from './page-of.ts'
export { keyPrefix, splitKey, withoutKeys } from './provisioning-key.ts'
export { refuseStale } from './refuse-stale.ts'

export {
  createTenant,
  createToken,
  deleteTenant,
  deleteToken,
  getTenant,
  listTenants,
  listTokens,
  updateTenant,
} from './requests/access.ts'
export { asterisks } from './requests/asterisks.ts'
export { getAudit, listAudit, listChangeSets } from './requests/audit.ts'
export { createBan, deleteBan, isKnownAddress, listBans, reportBans } from './requests/bans.ts'
export {
  accessChanges,
  changeAreas,
  configChanges,
  deviceChanges,
  ratingChanges,
  sipChanges,
} from './requests/change-sets.ts'
export {
  createConfig,
  deleteConfig,
  explainConfig,
  getConfig,
  listConfigs,
  patchConfig,
  replaceConfig,
} from './requests/configs.ts'
export { applyDeviceLines } from './requests/device-lines.ts'
export {
  claimDevice,
  createDevice,
  deleteDevice,
  getDevice,
  lastFetches,
  listDevices,
  updateDevice,
} from './requests/devices.ts'
export { eraseConfigs, eraseDevices, eraseRating, eraseSip, eraseTenant } from './requests/erasure.ts'
export { expireDevices, getFlood, listExpiring, updateFlood } from './requests/flood.ts'
export { explain, FileAnswer, identify, learn, PhoneEvidence, render, ToldEvidence } from './requests/phone.ts'
export { assignPlugin, changePlugin, synchronize } from './requests/plugin-changes.ts'
export { getPlugin, listPlugins, reconfigure } from './requests/plugins.ts'
export {
  consentDevice,
  getDeviceKey,
  getPolicy,
  getTenantKey,
  openFirstBoot,
  replaceTenantKey,
  revokeDeviceKey,
  updatePolicy,
} from './requests/provisioning-keys.ts'
export { getRatingCall, listRatingCalls, listRatingProblems, ratingTotals } from './requests/rating-calls.ts'
export { exportDeckRows, importDeckRows, listDeckPresets, listDeckVersions } from './requests/rating-decks.ts'
export { ratingItems } from './requests/rating-items.ts'
export { type LeastCostAnswer, LeastCostQuestion, routeLeastCost } from './requests/rating-least-cost.ts'
export { quoteCall } from './requests/rating-quote.ts'
export {
  createConfirmation,
  createRun,
  getRun,
  listAdjustments,
  listAlarms,
  listConfirmations,
  listRunChanges,
  listRuns,
  publishRun,
  withdrawRun,
} from './requests/rating-runs.ts'
export {
  createRatingUpload,
  getSourceState,
  importRecords,
  listBatches,
  listFormats,
  maxPartCharacters,
  putRatingUploadPart,
  rereadSource,
  testSource,
  withdrawBatch,
} from './requests/rating-sources.ts'
export { createSession, deleteSession, listSessions, whoAmI } from './requests/sessions.ts'
export { resetSipTemplates, sipEndpoints, sipTemplates } from './requests/sip-configurations.ts'
export { functionKeys, serviceCodes } from './requests/sip-function-keys.ts'
export { pjsipSections, registrars, sipGeneral, sipTransports } from './requests/sip-installation.ts'
export { lineAssociations, lines, SipStep } from './requests/sip-lines.ts'
export { sipMigration, sipUploadLimits } from './requests/sip-migration.ts'
export { extensions, trunks } from './requests/sip-trunks.ts'

export {
  deleteStaticFile,
  FolderNote,
  listStaticFiles,
  putStaticFile,
  syncPluginFolder,
} from './requests/static-files.ts'
export { cancelTask, getTask, listTasks } from './requests/tasks.ts'
export {
  copyTemplates,
  deleteTemplate,
  getTemplate,
  listTemplates,
  listTemplateVersions,
  previewTemplates,
  putTemplate,
} from './requests/templates.ts'
export {
  admitUpload,
  deleteUploads,
  getUpload,
  keepUploads,
  listUploads,
  maxUploadBytes,
  storeUpload,
} from './requests/uploads.ts'
export {
  changePassword,
  createRole,
  createUser,
  deleteRole,
  deleteUser,
  getRole,
  getUser,
  listRoles,
  listUsers,
  setPassword,
  updateRole,
  updateUser,
} from './requests/users.ts'
export { type NeededScope, neededScope, Scope, Scopes, type ScopeVerb, scopesAllow, scopesCover } from './scopes.ts'
export {
  appliedBucket,
  asterisksBucket,
  extensionsBucket,
  linesBucket,
  registrarsBucket,
  sipConfigurationsBucket,
  sipSettingsBucket,
  sipStream,
  sipTransportsBucket,
  trunksBucket,
  wantedChecksBucket,
} from './sip-buckets.ts'
export { cdrStream, configStream, deviceStream, phoneStream, securityStream, tenantStream } from './streams.ts'

export { allTenants, type Tenants, tenantsAbove, tenantsFrom } from './tenant-tree.ts'
export { compareVersions, type ParsedVersion, parseVersion } from './version-order.ts'
