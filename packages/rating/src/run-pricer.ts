import type { AllowanceCounters } from './allowance.ts'
import { textFrom } from './amount.ts'
import { converted } from './currency.ts'
import type { CompiledVendor, EngineParts } from './engine-parts.ts'
import { type TreeNode, valueAt } from './organisation-tree.ts'
import { createPlanLevels, type PlanLevel } from './plan-levels.ts'
import { createDeckPrice, explainRow, findPrice, type PricedCall, priceCall } from './price-deck.ts'
import type { Provider } from './provider.ts'
import { type CallDraft, keepRuns, type RatedRun, spareRun } from './rated-call.ts'
import type { Reason } from './reason.ts'
import type { CdrRecord } from './record.ts'
import { powerOfTen, storedDigits } from './rounding.ts'
import { useAllowances } from './use-allowances.ts'
import type { ExplainedStep } from './walk-exactly.ts'

export interface RunPricer {
  /** Adds the runs of a call whose owner is known: its incomes, then its cost. The first reason wins. */
  price(
    draft: CallDraft,
    record: CdrRecord,
    provider: Provider,
    owner: TreeNode,
    counters: AllowanceCounters | undefined,
    steps: (readonly ExplainedStep[])[] | undefined,
  ): Reason | ''
}

type Steps = (readonly ExplainedStep[])[] | undefined
const dayMs = 86_400_000

export function createRunPricer(parts: EngineParts): RunPricer {
  const found = createDeckPrice()
  const planLevels = createPlanLevels(parts.tree, parts.plans)
  const call: PricedCall = { called: '', caller: '', atMs: 0, answeredS: 0 }
  /** By the clock of who is billed: rates of currencies go by it. */
  let localDay = 0

  /** Runs of the call that is rated. */
  let count = 0

  const pushRun = (
    draft: CallDraft,
    kind: RatedRun['kind'],
    level: number,
    party: string,
    plan: string,
    otherwise: string,
  ): Reason | '' => {
    const { deck } = found
    const currency = deck === undefined ? otherwise : deck.settings.currency
    const isOwn = currency === parts.configuration.currency
    const fx = isOwn ? '1' : (parts.rates.find(currency, parts.configuration.currency, localDay)?.text ?? '')
    const run = spareRun(draft, count)
    count += 1
    run.kind = kind
    run.level = level
    run.party = party
    run.plan = plan
    run.deck = deck === undefined ? '' : deck.settings.id
    run.row = found.row
    // The prefix that was found is what the number begins with.
    run.prefix = deck === undefined ? '' : call.called.slice(0, deck.prefixLength(found.row))
    run.currency = currency
    run.amount = found.amount
    run.scale = found.decimals
    run.billedS = found.billedS
    run.includedS = found.includedS
    run.fx = fx
    return fx === '' ? 'currency_missing' : ''
  }

  /** A call of no time has a price without looking for one: nothing. */
  const free = (): void => {
    found.reason = ''
    found.deck = undefined
    found.row = -1
    found.amount = 0
    found.decimals = 0
    found.billedS = 0
    found.includedS = 0
  }

  const income = (
    draft: CallDraft,
    level: PlanLevel,
    counters: AllowanceCounters | undefined,
    steps: Steps,
  ): Reason | '' => {
    const { plan } = level
    if (plan === undefined) return draft.answeredS === 0 ? '' : 'no_plan'
    const direction = draft.direction === 'outgoing' || draft.direction === 'incoming' ? draft.direction : 'internal'
    const decks = plan.decks[direction]
    // What a plan has no deck for is not charged: calls that come in, and those from desk to desk.
    if (decks.length === 0 && direction !== 'outgoing') return ''
    const { currency } = plan.source
    if (draft.answeredS === 0) {
      free()
      return pushRun(draft, 'income', level.level, level.billableId, level.planId, currency)
    }
    findPrice(found, decks, call, plan.source.longestOverAll === true)
    priceCall(found, call)
    if (found.reason === '' && counters !== undefined && level.level === 0 && plan.allowances.length > 0) {
      const holder = {
        node: level.billableId,
        zone: level.zone ?? parts.zone,
        sinceMs: level.sinceMs,
        allowances: plan.allowances,
      }
      useAllowances(found, call, holder, counters)
    }
    if (found.reason !== '') return notFound(draft, level.planId)
    const reason = pushRun(draft, 'income', level.level, level.billableId, level.planId, currency)
    if (steps !== undefined) explain(steps)
    return reason
  }

  const notFound = (draft: CallDraft, where: string): Reason | '' => {
    if (draft.part === '') draft.part = `${where} ${call.called.slice(0, 8)}`
    return found.reason
  }

  const explain = (steps: (readonly ExplainedStep[])[]): void => {
    if (found.deck === undefined) return
    const isWhole = found.includedS > 0 && found.includedS === found.billedS
    const explained = explainRow(found.deck, found.row, call, found.includedS, isWhole)
    steps.push(
      explained.amount === BigInt(found.amount) || explained.decimals !== found.decimals
        ? explained.steps
        : [...explained.steps, moneyStep(explained.amount, BigInt(found.amount), found.decimals)],
    )
  }

  const cost = (draft: CallDraft, record: CdrRecord, provider: Provider, steps: Steps): Reason | '' => {
    const isCosting =
      draft.direction === 'outgoing' || (draft.direction === 'incoming' && provider.costOfIncoming === true)
    if (!isCosting || parts.vendors.size === 0) return ''
    const vendor = vendorOf(parts, draft, record, provider)
    if (vendor === undefined) {
      if (draft.answeredS === 0) return ''
      if (draft.part === '') draft.part = record.trunkOut
      return 'no_vendor'
    }
    const { id, currency } = vendor.source
    if (draft.answeredS === 0) {
      free()
      return pushRun(draft, 'cost', 0, id, '', currency)
    }
    findPrice(found, valueAt(vendor.decks, draft.atMs)?.value ?? [], call, false)
    priceCall(found, call)
    if (found.reason !== '') return notFound(draft, id)
    const reason = pushRun(draft, 'cost', 0, id, '', currency)
    if (steps !== undefined) explain(steps)
    return reason
  }

  return {
    price(draft, record, provider, owner, counters, steps) {
      const lowest = planLevels.of(owner, draft.atMs)
      draft.billable = lowest.billableId
      const zone = lowest.zone ?? parts.zone
      localDay = Math.floor((draft.atMs + zone.offsetAt(draft.atMs)) / dayMs)
      call.called = draft.ported === '' ? numberOf(draft.called) : draft.ported
      call.caller = numberOf(draft.caller)
      call.atMs = draft.atMs
      call.answeredS = draft.answeredS
      count = 0
      let reason: Reason | '' = ''
      for (let level: PlanLevel | undefined = lowest; level !== undefined; level = level.above) {
        const one = income(draft, level, counters, steps)
        if (one === 'no_plan' && draft.part === '') draft.part = draft.billable
        reason ||= one
      }
      reason ||= cost(draft, record, provider, steps)
      keepRuns(draft, count)
      draft.margin = marginOf(parts, localDay, draft.runs)
      return reason
    },
  }
}

/** A short number is rated by its digits; `IT:112` is 112. */
function numberOf(normal: string): string {
  // No digit, which numbers mostly begin with, has a code as high as a letter's.
  if (normal.charCodeAt(0) < 58) return normal
  const colon = normal.indexOf(':')
  return colon < 0 ? normal : normal.slice(colon + 1)
}

function vendorOf(
  parts: EngineParts,
  draft: CallDraft,
  record: CdrRecord,
  provider: Provider,
): CompiledVendor | undefined {
  const trunk = draft.direction === 'incoming' ? record.trunkIn : record.trunkOut
  const found = trunk === '' ? undefined : parts.vendorTrunks.find(trunk, draft.atMs)
  if (found !== undefined && found !== 'ambiguous') return found
  return provider.vendor === undefined ? undefined : parts.vendors.get(provider.vendor)
}

/** What an allowance of money has paid of a rounded price. */
function moneyStep(before: bigint, after: bigint, decimals: number): ExplainedStep {
  const paid = textFrom(before - after, decimals)
  return { step: 'allowance', text: `An allowance pays ${paid} of it`, amount: textFrom(after, decimals) }
}

/** In the configuration's currency at 8 digits; each side is converted and rounded once. */
function marginOf(parts: EngineParts, day: number, runs: readonly RatedRun[]): number | null {
  let income: RatedRun | undefined
  let cost: RatedRun | undefined
  for (const run of runs) {
    if (run.kind === 'cost') cost ??= run
    else if (run.level === 0) income ??= run
  }
  if (income === undefined || cost === undefined || income.fx === '' || cost.fx === '') return null
  if (income.fx === '1' && cost.fx === '1') {
    const margin =
      income.amount * powerOfTen(storedDigits - income.scale) - cost.amount * powerOfTen(storedDigits - cost.scale)
    if (Number.isSafeInteger(margin)) return margin
  }
  const [left, right] = [inCurrency(parts, day, income), inCurrency(parts, day, cost)]
  if (left === undefined || right === undefined) return null
  const margin = Number(left - right)
  return Number.isSafeInteger(margin) ? margin : null
}

function inCurrency(parts: EngineParts, day: number, run: RatedRun): bigint | undefined {
  const rate = parts.rates.find(run.currency, parts.configuration.currency, day)
  return rate && converted(BigInt(run.amount), run.scale, rate, storedDigits)
}
