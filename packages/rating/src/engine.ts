import type { AllowanceCounters } from './allowance.ts'
import { takeTimes } from './call-times.ts'
import { compileConfiguration, type EngineParts, type RatingConfiguration } from './engine-parts.ts'
import { findOwner, ruleFor } from './find-owner.ts'
import { createNumberDraft } from './number.ts'
import type { TreeNode } from './organisation-tree.ts'
import { type CallDraft, clearDraft, createDraft, type RatedCall } from './rated-call.ts'
import { flags, type Reason } from './reason.ts'
import type { CdrRecord } from './record.ts'
import { createRunPricer, type RunPricer } from './run-pricer.ts'
import type { ExplainedStep } from './walk-exactly.ts'

export interface RateOptions {
  /** Now, for records that end in the future. Milliseconds UTC. */
  readonly nowMs: number
  /** Counters of allowances, taken from and changed. Without them every call has its normal price. */
  readonly counters?: AllowanceCounters
  /** Whether another answered internal record of this call has been counted: one call of two records counts once. */
  readonly linkSeen?: (link: string) => boolean
}

/** How the prices of a call came about. */
export interface ExplainedCall {
  readonly call: RatedCall
  /** Of each of `call.runs`. */
  readonly steps: readonly (readonly ExplainedStep[])[]
}

export interface Engine {
  /** Rates one record of a provider. Never throws; what is wrong is its reason. */
  rate(record: CdrRecord, provider: string, options: RateOptions): RatedCall
  /**
   * As `rate`, into a draft of `createDraft`, which is what it gives: the call that was rated into it before is gone.
   * For those who rate a million calls and keep none.
   */
  rateInto(draft: CallDraft, record: CdrRecord, provider: string, options: RateOptions): RatedCall
  /** As `rate`, with every step. Counters are taken from as well: give it a copy. */
  explain(record: CdrRecord, provider: string, options: RateOptions): ExplainedCall
}

/** Compiles a configuration. Throws ConfigurationFault on what must have been refused when it was saved. */
export function createEngine(configuration: RatingConfiguration): Engine {
  const parts = compileConfiguration(configuration)
  const pricer = createRunPricer(parts)
  const rate = (
    draft: CallDraft,
    record: CdrRecord,
    provider: string,
    options: RateOptions,
    steps?: (readonly ExplainedStep[])[],
  ): RatedCall => {
    try {
      const reason = rated(parts, pricer, draft, record, provider, options, steps)
      if (reason !== '') draft.status = reason === 'ignored_rule' || reason === 'duplicate_leg' ? 'ignored' : 'error'
      draft.reason = reason === '' && (draft.flags & flags.zero_duration) !== 0 ? 'zero_duration' : reason
    } catch (error) {
      draft.status = 'error'
      draft.reason = 'internal'
      draft.part = error instanceof Error ? error.message.slice(0, 200) : ''
    }
    return draft
  }
  return {
    rate: (record, provider, options) => rate(createDraft(), record, provider, options),
    rateInto(draft, record, provider, options) {
      clearDraft(draft)
      return rate(draft, record, provider, options)
    },
    explain(record, provider, options) {
      const steps: (readonly ExplainedStep[])[] = []
      return { call: rate(createDraft(), record, provider, options, steps), steps }
    },
  }
}

/** One call is rated at a time. */
const callerDraft = createNumberDraft()
const calledDraft = createNumberDraft()

function rated(
  parts: EngineParts,
  pricer: RunPricer,
  draft: CallDraft,
  record: CdrRecord,
  providerId: string,
  options: RateOptions,
  steps: (readonly ExplainedStep[])[] | undefined,
): Reason | '' {
  const known = parts.providers.get(providerId)
  if (!known) throw new Error(`there is no provider ${providerId}`)
  const { provider, numbers } = known
  const timesReason = takeTimes(draft, record, provider, options.nowMs)
  parts.asking.atMs = draft.atMs
  const caller = numbers.read(record.caller, parts.isExtension, callerDraft)
  const called = numbers.read(record.called, parts.isExtension, calledDraft)
  draft.caller = caller.value
  draft.called = called.value
  draft.calledKind = called.kind
  const rule = ruleFor(provider, record)
  if (rule === 'ignore') return 'ignored_rule'
  if (timesReason !== '') return withPart(draft, timesReason, record.key)

  const owner = ownerOf(parts, draft, record, rule ?? record.direction)
  if (typeof owner === 'string') return withPart(draft, owner, record.account || draft.caller || draft.called)
  draft.owner = owner.id
  if (draft.answeredS > 0 && draft.direction === 'internal' && record.link !== '' && options.linkSeen?.(record.link)) {
    return 'duplicate_leg'
  }
  if (draft.answeredS > 0 && (called.kind === 'bad' || called.kind === 'anonymous') && draft.direction === 'outgoing') {
    return withPart(draft, 'bad_number', record.called.slice(0, 60))
  }
  draft.ported = portedOf(parts, record, draft)
  if (draft.ported !== '') draft.flags |= flags.ported
  return pricer.price(draft, record, provider, owner, options.counters, steps)
}

function withPart(draft: CallDraft, reason: Reason, part: string): Reason {
  draft.part = part
  return reason
}

function ownerOf(
  parts: EngineParts,
  draft: CallDraft,
  record: CdrRecord,
  stated: CallDraft['direction'],
): TreeNode | Reason {
  return findOwner(draft, record, parts.tree, parts.isVendorTrunk, stated)
}

/** What the source says was the ported number, or what the table says at that instant. */
function portedOf(parts: EngineParts, record: CdrRecord, draft: CallDraft): string {
  if (draft.calledKind !== 'e164') return ''
  if (record.ported !== '') return record.ported.replace(/^\+/, '')
  return parts.portedAt(draft.called, draft.atMs) ?? ''
}
