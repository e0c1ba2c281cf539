import {
  type AllowanceCounters,
  type CdrRecord,
  createEngine,
  type Engine,
  makeRecord,
  momentFrom,
  type OrganisationNode,
  type Plan,
  quoteStepFrom,
  textFrom,
  zoneOf,
} from '@strowger/rating'
import { Fault, type QuoteAnswer, type QuoteQuestion } from '@strowger/schema'
import { decksInUse, nodesAbove } from '../configuration/compose.ts'
import type { Knowledge } from '../configuration/engines.ts'
import { namedId, namedItem } from '../configuration/items.ts'

/** By what a stored quote is priced: exactly one of them. */
type Named = Pick<QuoteQuestion, 'deck' | 'plan' | 'vendor' | 'organisation'>

const account = 'quote'
const always = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY }
const hold = <Value>(value: Value) => ({ ...always, value })
/** Of one state of knowledge: whoever asks for more than these waits a little longer. */
const mostEngines = 500
const engines = new WeakMap<Knowledge, Map<string, Promise<Engine>>>()

/** An engine in which calls of one account are priced by what is named. */
function engineFor(knowledge: Knowledge, named: Named): Promise<Engine> {
  const key = JSON.stringify(named)
  const known = engines.get(knowledge) ?? new Map<string, Promise<Engine>>()
  engines.set(knowledge, known)
  const made = known.get(key)
  if (made !== undefined) return made
  const engine = createQuoteEngine(knowledge, named)
  if (known.size >= mostEngines) known.clear()
  known.set(key, engine)
  engine.catch(() => known.delete(key))
  return engine
}

/** With the plans, the organisations and the rows of decks that have a part in it, and no others. @throws Fault `not-found` */
async function createQuoteEngine({ tariffs, items, decksOf }: Knowledge, named: Named): Promise<Engine> {
  const { deck, plan, vendor, organisation } = named
  const node = organisation === undefined ? undefined : namedItem(items, 'node', organisation)
  const above = node === undefined ? [] : nodesAbove(items.from(node.tenant), node.id)
  const vendorId = vendor === undefined ? undefined : namedId(items, 'vendor', vendor)
  const asked =
    deck === undefined
      ? (tariffs.vendors.find(({ id }) => id === vendorId)?.decks.flatMap(({ value }) => value) ?? [])
      : [namedId(items, 'deck', deck)]
  const planIds = new Set(
    plan === undefined ? above.flatMap((one) => one.plan.map(({ value }) => value)) : [namedId(items, 'plan', plan)],
  )
  const plans = tariffs.plans.filter(({ id }) => planIds.has(id))
  const decks = await decksOf(new Set([...asked, ...decksInUse({ plans: plans, vendors: [] })]))
  const currency = asked.map((id) => decks.get(id)?.settings.currency)[0] ?? tariffs.currency
  const own: Plan = { id: 'quote', name: 'quote', currency, decks: asked.map((id) => ({ deck: id })) }
  const caller: OrganisationNode = {
    id: 'quote',
    name: 'quote',
    parent: [hold(node === undefined ? null : node.composed)],
    plan: organisation === undefined ? [hold([...planIds][0] ?? own.id)] : [],
    billable: organisation === undefined ? [hold(true)] : [],
    claims: [hold({ kind: 'account', pattern: account })],
  }
  return createEngine({
    ...tariffs,
    currency,
    decks,
    vendors: [],
    providers: [
      {
        id: 'quote',
        numbers: { country: 'ZZ', callingCode: '999', internationalPrefixes: [], nationalPrefix: '', shortNumbers: [] },
        longestS: 31_536_000,
      },
    ],
    plans: asked.length === 0 ? plans : [...plans, own],
    organisations: [caller, ...above],
  })
}

/**
 * What a call costs by stored tariffs, with every step. `counters`: what allowances have left now, for the quote of an
 * organisation; they are changed. @throws Fault `not-found`, `invalid-input`
 */
export async function quoteStored(
  knowledge: Knowledge,
  { call, deck, plan, vendor, organisation }: QuoteQuestion,
  counters?: AllowanceCounters,
): Promise<QuoteAnswer> {
  const named = Object.fromEntries(
    Object.entries({ deck, plan, vendor, organisation }).filter(([, value]) => value !== undefined),
  ) as Named
  if (Object.keys(named).length !== 1) {
    throw new Fault('invalid-input', { detail: 'A quote needs one of tariff, deck, plan, vendor, organisation' })
  }
  const zone = zoneOf(knowledge.tariffs.zone)
  const startMs = zone && momentFrom(call.start, zone)
  if (startMs === undefined) {
    throw new Fault('invalid-input', {
      fields: [{ field: '/quote/call/start', problem: 'must be an instant of ISO 8601' }],
    })
  }
  const engine = await engineFor(knowledge, named)
  const { call: rated, steps } = engine.explain(recordOf(call, startMs), 'quote', {
    nowMs: Number.POSITIVE_INFINITY,
    ...(counters === undefined ? {} : { counters }),
  })
  const income = rated.runs.findIndex(({ kind, level }) => kind === 'income' && level === 0)
  const run = rated.runs[income]
  const ported = {
    step: 'portability',
    text: `${rated.called} is ported: rated as ${rated.ported}`,
    prefix: rated.ported,
  }
  const explained = [...(rated.ported === '' ? [] : [ported]), ...(steps[income] ?? steps[0] ?? []).map(quoteStepFrom)]
  if (rated.status !== 'rated' || run === undefined) {
    return { cost: null, billed_s: 0, error: rated.reason === '' ? 'no_rate' : rated.reason, steps: explained }
  }
  return {
    cost: textFrom(run.amount, run.scale),
    billed_s: run.billedS,
    included_s: run.includedS,
    currency: run.currency,
    steps: explained,
  }
}

function recordOf(call: QuoteQuestion['call'], startMs: number): CdrRecord {
  const digits = call.destination.replaceAll(/[^0-9]/g, '')
  const answeredMs = Math.ceil(call.duration_s * 1_000)
  const said = {
    key: 'quote',
    caller: call.caller ?? '',
    called: `+${digits}`,
    account,
    answeredMs,
    isAnswered: true,
    disposition: 'ANSWERED',
    direction: 'outgoing' as const,
  }
  return makeRecord(said, { startMs, answerMs: startMs, endMs: startMs + answeredMs })
}
