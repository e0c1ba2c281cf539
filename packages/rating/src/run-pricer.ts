import type { AllowanceCounters } from './allowance.ts'
import { converted } from './currency.ts'
import type { CompiledVendor, EngineParts } from './engine-parts.ts'
import { type TreeNode, valueAt } from './organisation-tree.ts'
import { createPlanLevels, type PlanLevel } from './plan-levels.ts'
import { createDeckPrice, type DeckPrice, explainRow, findPrice, type PricedCall, priceCall } from './price-deck.ts'
import type { Provider } from './provider.ts'
import type { CallDraft, RatedRun } from './rated-call.ts'
import type { Reason } from './reason.ts'
import type { CdrRecord } from './record.ts'
import { storedDigits } from './rounding.ts'
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
interface Party {
  readonly kind: RatedRun['kind']
  readonly level: number
  readonly party: string
  readonly plan: string
}

const dayMs = 86_400_000

export function createRunPricer(parts: EngineParts): RunPricer {
  const found = createDeckPrice()
  const planLevels = createPlanLevels(parts.tree)
  const call: PricedCall = { called: '', caller: '', atMs: 0, answeredS: 0 }
  /** By the clock of who is billed: rates of currencies go by it. */
  let localDay = 0

  const currencyOf = (price: DeckPrice, otherwise: string): string => price.deck?.settings.currency ?? otherwise

  const pushRun = (runs: RatedRun[], of: Party, otherwise: string): Reason | '' => {
    const currency = currencyOf(found, otherwise)
    const isOwn = currency === parts.configuration.currency
    const fx = isOwn ? '1' : (parts.rates.find(currency, parts.configuration.currency, localDay)?.text ?? '')
    runs.push({
      kind: of.kind,
      level: of.level,
      party: of.party,
      plan: of.plan,
      deck: found.deck?.settings.id ?? '',
      row: found.row,
      // The prefix that was found is what the number begins with.
      prefix: found.deck === undefined ? '' : call.called.slice(0, found.deck.prefixLength(found.row)),
      currency,
      amount: found.amount,
      scale: found.decimals,
      billedS: found.billedS,
      includedS: found.includedS,
      fx,
    })
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
    runs: RatedRun[],
    level: PlanLevel,
    counters: AllowanceCounters | undefined,
    steps: Steps,
  ): Reason | '' => {
    const plan = parts.plans.get(level.plan)
    if (!plan) return draft.answeredS === 0 ? '' : 'no_plan'
    const direction = draft.direction === 'outgoing' || draft.direction === 'incoming' ? draft.direction : 'internal'
    const decks = plan.decks[direction]
    // What a plan has no deck for is not charged: calls that come in, and those from desk to desk.
    if (decks.length === 0 && direction !== 'outgoing') return ''
    const of: Party = { kind: 'income', level: level.level, party: level.billable.id, plan: level.plan }
    if (draft.answeredS === 0) {
      free()
      return pushRun(runs, of, plan.source.currency)
    }
    findPrice(found, decks, call, plan.source.longestOverAll === true)
    priceCall(found, call)
    if (found.reason === '' && counters !== undefined && level.level === 0 && plan.allowances.length > 0) {
      const holder = {
        node: level.billable.id,
        zone: level.billable.zone ?? parts.zone,
        sinceMs: level.sinceMs,
        allowances: plan.allowances,
      }
      useAllowances(found, call, holder, counters)
    }
    return finished(draft, runs, of, plan.source.currency, steps)
  }

  const finished = (draft: CallDraft, runs: RatedRun[], of: Party, currency: string, steps: Steps): Reason | '' => {
    if (found.reason !== '') {
      if (draft.part === '') draft.part = `${of.kind === 'cost' ? of.party : of.plan} ${call.called.slice(0, 8)}`
      return found.reason
    }
    const reason = pushRun(runs, of, currency)
    if (steps !== undefined && found.deck !== undefined) {
      steps.push(
        explainRow(
          found.deck,
          found.row,
          call,
          found.includedS,
          found.includedS > 0 && found.includedS === found.billedS,
        ).steps,
      )
    }
    return reason
  }

  const cost = (
    draft: CallDraft,
    runs: RatedRun[],
    record: CdrRecord,
    provider: Provider,
    steps: Steps,
  ): Reason | '' => {
    const isCosting =
      draft.direction === 'outgoing' || (draft.direction === 'incoming' && provider.costOfIncoming === true)
    if (!isCosting || parts.vendors.size === 0) return ''
    const vendor = vendorOf(parts, draft, record, provider)
    if (vendor === undefined) {
      if (draft.answeredS === 0) return ''
      if (draft.part === '') draft.part = record.trunkOut
      return 'no_vendor'
    }
    const of: Party = { kind: 'cost', level: 0, party: vendor.source.id, plan: '' }
    if (draft.answeredS === 0) {
      free()
      return pushRun(runs, of, vendor.source.currency)
    }
    findPrice(found, valueAt(vendor.decks, draft.atMs)?.value ?? [], call, false)
    priceCall(found, call)
    return finished(draft, runs, of, vendor.source.currency, steps)
  }

  return {
    price(draft, record, provider, owner, counters, steps) {
      const levels = planLevels.of(owner, draft.atMs)
      draft.billable = levels[0]?.billable.id ?? owner.id
      const zone = levels[0]?.billable.zone ?? parts.zone
      localDay = Math.floor((draft.atMs + zone.offsetAt(draft.atMs)) / dayMs)
      call.called = draft.ported === '' ? numberOf(draft.called) : draft.ported
      call.caller = numberOf(draft.caller)
      call.atMs = draft.atMs
      call.answeredS = draft.answeredS
      const runs: RatedRun[] = []
      let reason: Reason | '' = ''
      for (const level of levels) {
        const one = income(draft, runs, level, counters, steps)
        if (one === 'no_plan' && draft.part === '') draft.part = draft.billable
        reason ||= one
      }
      reason ||= cost(draft, runs, record, provider, steps)
      draft.runs = runs
      draft.margin = marginOf(parts, localDay, runs)
      return reason
    },
  }
}

/** A short number is rated by its digits; `IT:112` is 112. */
function numberOf(normal: string): string {
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

/** In the configuration's currency at 8 digits; each side is converted and rounded once. */
function marginOf(parts: EngineParts, day: number, runs: readonly RatedRun[]): number | null {
  const income = runs.find(({ kind, level }) => kind === 'income' && level === 0)
  const cost = runs.find(({ kind }) => kind === 'cost')
  if (income === undefined || cost === undefined || income.fx === '' || cost.fx === '') return null
  if (income.fx === '1' && cost.fx === '1') {
    const margin = income.amount * 10 ** (storedDigits - income.scale) - cost.amount * 10 ** (storedDigits - cost.scale)
    if (Number.isSafeInteger(margin)) return margin
  }
  const inCurrency = (run: RatedRun): bigint | undefined => {
    const rate = parts.rates.find(run.currency, parts.configuration.currency, day)
    return rate && converted(BigInt(run.amount), run.scale, rate, storedDigits)
  }
  const [left, right] = [inCurrency(income), inCurrency(cost)]
  if (left === undefined || right === undefined) return null
  const margin = Number(left - right)
  return Number.isSafeInteger(margin) ? margin : null
}
