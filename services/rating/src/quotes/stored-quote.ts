import {
  type AllowanceCounters,
  type CdrRecord,
  createEngine,
  type Engine,
  makeRecord,
  momentFrom,
  quoteStepFrom,
  textFrom,
  zoneOf,
} from '@strowger/rating'
import { Fault, type QuoteAnswer, type QuoteQuestion, type RatingItemKind } from '@strowger/schema'
import type { Knowledge } from '../configuration/engines.ts'

/** By what a stored quote is priced: exactly one of them. */
type Named = Pick<QuoteQuestion, 'deck' | 'plan' | 'vendor' | 'organisation'>

const account = 'quote'
const engines = new WeakMap<Knowledge, Map<string, Engine>>()

/** An engine in which calls of one account are priced by what is named. */
function engineFor(knowledge: Knowledge, resolved: (kind: RatingItemKind, id: string) => string, named: Named): Engine {
  const key = JSON.stringify(named)
  const known = engines.get(knowledge) ?? new Map<string, Engine>()
  engines.set(knowledge, known)
  const made = known.get(key)
  if (made !== undefined) return made
  const { configuration } = knowledge
  const always = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY }
  const { deck, plan, vendor, organisation } = named
  const decks =
    deck !== undefined
      ? [resolved('deck', deck)]
      : (
          configuration.vendors.find(({ id }) => vendor !== undefined && id === resolved('vendor', vendor))?.decks ?? []
        ).flatMap(({ value }) => value)
  const deckCurrency = decks.map((id) => knowledge.decks.get(id)?.settings.currency)[0] ?? configuration.currency
  const own = { id: 'quote', name: 'quote', currency: deckCurrency, decks: decks.map((id) => ({ deck: id })) }
  const planId = plan === undefined ? 'quote' : resolved('plan', plan)
  const parent = organisation === undefined ? null : resolved('node', organisation)
  const engine = createEngine({
    ...configuration,
    currency: deckCurrency,
    vendors: [],
    providers: [
      {
        id: 'quote',
        numbers: { country: 'ZZ', callingCode: '999', internationalPrefixes: [], nationalPrefix: '', shortNumbers: [] },
        longestS: 31_536_000,
      },
    ],
    plans: decks.length === 0 ? configuration.plans : [...configuration.plans, own],
    organisations: [
      ...(organisation === undefined ? [] : configuration.organisations),
      {
        id: 'quote',
        name: 'quote',
        parent: [{ ...always, value: parent }],
        plan: organisation === undefined ? [{ ...always, value: planId }] : [],
        billable: organisation === undefined ? [{ ...always, value: true }] : [],
        claims: [{ ...always, value: { kind: 'account', pattern: account } }],
      },
    ],
  })
  known.set(key, engine)
  return engine
}

/**
 * What a call costs by stored tariffs, with every step. `counters`: what allowances have left now, for the quote of an
 * organisation; they are changed. @throws Fault `not-found`, `invalid-input`
 */
export function quoteStored(
  knowledge: Knowledge,
  resolved: (kind: RatingItemKind, id: string) => string,
  { call, deck, plan, vendor, organisation }: QuoteQuestion,
  counters?: AllowanceCounters,
): QuoteAnswer {
  const named = Object.fromEntries(
    Object.entries({ deck, plan, vendor, organisation }).filter(([, value]) => value !== undefined),
  ) as Named
  if (Object.keys(named).length !== 1) {
    throw new Fault('invalid-input', { detail: 'A quote needs one of tariff, deck, plan, vendor, organisation' })
  }
  const zone = zoneOf(knowledge.configuration.zone)
  const startMs = zone && momentFrom(call.start, zone)
  if (startMs === undefined) {
    throw new Fault('invalid-input', {
      fields: [{ field: '/quote/call/start', problem: 'must be an instant of ISO 8601' }],
    })
  }
  const { call: rated, steps } = engineFor(knowledge, resolved, named).explain(recordOf(call, startMs), 'quote', {
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
  const said = { key: 'quote', caller: call.caller ?? '', called: `+${digits}`, account } as const
  const answered = { answeredMs, isAnswered: true, disposition: 'ANSWERED', direction: 'outgoing' } as const
  return makeRecord({ ...said, ...answered }, { startMs, answerMs: startMs, endMs: startMs + answeredMs })
}
