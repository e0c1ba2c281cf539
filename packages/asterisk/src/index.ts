export { type AgiSession, acceptAgi } from './agi/agi-session.ts'
export { type AmiClient, type AmiOptions, createAmiClient } from './ami-client.ts'
export { type AmiMessage, amiValue } from './ami-message.ts'
export {
  endingsOf,
  expireCachedObject,
  listObjectIds,
  readObjectAttribute,
  readVariable,
  writeVariable,
} from './ami-objects.ts'
export {
  createDynamicObjects,
  type DynamicObjects,
  maxObjectBytes,
  type ObjectFields,
  type ObjectKey,
} from './ari/dynamic-objects.ts'
export { createHttpPipeline, type HttpPipeline, type HttpPipelineOptions } from './ari/http-pipeline.ts'
export {
  type KnownObject,
  markAttribute,
  type ObjectStep,
  type OptionDefaults,
  stepsToChange,
  typeOrder,
} from './ari/object-change.ts'
export { optionDefaults } from './ari/option-defaults.ts'
export { type ConfFile, type ReadIncluded, readConf } from './conf/conf-file.ts'
export { type PjsipTextObject, pjsipText } from './conf/pjsip-text.ts'
export { type PjsipConfSource, planPjsipConf } from './migration/import-pjsip-conf.ts'
export { planSipConf, type SipConfSource } from './migration/import-sip-conf.ts'
export {
  generalTemplate,
  type MigrationPlan,
  type PlannedConfiguration,
  type PlannedTransport,
  type ReportLine,
} from './migration/plan.ts'
export { type NotifyTarget, notifyPhone, type PhoneNotice } from './notify.ts'
export { isWholeServer, type PjsipObject, pjsipOption, pjsipOptions } from './pjsip-options/catalogue.ts'
export { type CrossProblem, crossProblems, type EffectiveOptions } from './pjsip-options/cross-checks.ts'
export { objectOfSection } from './pjsip-options/object-of-section.ts'
export type { OptionTable, OptionType, PjsipOption } from './pjsip-options/option.ts'
export { allowedFor, isDomain, problemWith, truthOf } from './pjsip-options/value-check.ts'
