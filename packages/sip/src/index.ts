export { effectiveProblems, ownProblems } from './check-options.ts'
export { type ExplainedOption, explainOptions, type WithdrawnOption } from './explain.ts'
export { type ObjectChange, type OptionChange, objectChanges } from './object-changes.ts'
export {
  digestOf,
  type FieldOrigin,
  type ObjectParts,
  type ObjectType,
  objectsOf,
  outboundAuthName,
  registrationAuthName,
  type SipObject,
  type SipUse,
  tenantContext,
} from './objects.ts'
export {
  circleOf,
  createResolver,
  type EffectiveOption,
  type EffectiveSections,
  type FindConfiguration,
  type Resolved,
  type Resolver,
} from './resolve.ts'
export { isSecret, optionOf } from './section-objects.ts'
