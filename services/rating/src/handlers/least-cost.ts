import type { Bus } from '@strowger/bus'
import { type Database, personFrom } from '@strowger/database'
import {
  type CompiledDeck,
  createCurrencyRates,
  createPortability,
  leastCost,
  type RouteCandidate,
  valueAt,
  zoneOf,
} from '@strowger/rating'
import {
  Fault,
  type LeastCostAnswer,
  type LeastCostQuestion,
  type RatingVendor,
  routeLeastCost,
} from '@strowger/schema'
import type { Clock } from '@strowger/service'
import { decksInUse } from '../configuration/compose.ts'
import type { Engines, Knowledge } from '../configuration/engines.ts'
import { namedId } from '../configuration/items.ts'
import { storedCallLengths } from '../store/call-lengths.ts'
import { plainId } from '../store/items.ts'
import type { RatingSchema } from '../store/tables.ts'

const dayMs = 86_400_000
const shownCosts = 100
const usualLengths = [30, 60, 180].map((seconds) => ({ seconds, calls: 1 }))

/** Which vendor a number is best sent to (d14); nothing is stored. */
export function answerLeastCost(
  bus: Bus,
  parts: { database: Database<RatingSchema>; engines: Engines; clock: Clock },
): void {
  const { database, engines, clock } = parts

  bus.reply(routeLeastCost, async ({ question }, { context }) => {
    const tenant = personFrom(context).tenantId
    const knowledge = await engines.known(tenant)
    const durations =
      question.histogram === undefined
        ? (question.durations ?? usualLengths)
        : await storedCallLengths(database, tenant, question.histogram)
    if (durations.length === 0) {
      throw new Fault('invalid-input', {
        fields: [{ field: '/question/histogram', problem: 'there are no priced outgoing calls of this node then' }],
      })
    }
    const plan = question.plan === undefined ? undefined : namedId(knowledge.items, 'plan', question.plan)
    const atMs = question.at === undefined ? clock.now() : Date.parse(question.at)
    const decks = await knowledge.decksOf(decksInUse(knowledge.tariffs))
    return routesFor(knowledge, question, { decks, durations, plan, atMs })
  })
}

function routesFor(
  knowledge: Knowledge,
  { number, caller = '', minimumMargin, currency = knowledge.tariffs.currency }: LeastCostQuestion,
  parts: {
    decks: ReadonlyMap<string, CompiledDeck>
    durations: NonNullable<LeastCostQuestion['durations']>
    plan: string | undefined
    atMs: number
  },
): LeastCostAnswer {
  const { tariffs } = knowledge
  const { decks, durations, plan, atMs } = parts
  const digits = digitsOf(number)
  const asked = createPortability(tariffs.ported)(digits, atMs) ?? digits
  const income = tariffs.plans.find(({ id }) => id === plan)?.decks ?? []
  const decksOf = (ids: readonly string[]): CompiledDeck[] =>
    ids.map((id) => decks.get(id)).filter((deck) => deck !== undefined)
  const { routes, dropped } = leastCost({
    candidates: tariffs.vendors.map(
      ({ id, decks }): RouteCandidate => ({
        vendor: id,
        decks: decksOf(valueAt(decks, atMs)?.value ?? []),
        ...preferencesOf(knowledge, id),
      }),
    ),
    number: asked,
    caller: digitsOf(caller),
    atMs,
    durations,
    currency,
    rates: createCurrencyRates(tariffs.rates),
    day: Math.floor((atMs + (zoneOf(tariffs.zone)?.offsetAt(atMs) ?? 0)) / dayMs),
    ...(plan === undefined
      ? {}
      : {
          income: decksOf(income.filter(({ direction = 'outgoing' }) => direction === 'outgoing').map((d) => d.deck)),
        }),
    ...(minimumMargin === undefined ? {} : { minimumMargin }),
  })
  return {
    currency,
    number: asked,
    calls: durations.reduce((sum, { calls }) => sum + calls, 0),
    routes: routes.map(({ vendor, prefix, expected, costs }) => ({
      vendor: plainId(vendor),
      prefix,
      expected,
      costs: costs.slice(0, shownCosts).map(({ seconds, cost }) => ({ seconds, cost })),
    })),
    dropped: dropped.map(({ vendor, reason }) => ({ vendor: plainId(vendor), reason })),
  }
}

function preferencesOf(knowledge: Knowledge, vendor: string): Omit<RouteCandidate, 'vendor' | 'decks'> {
  const place = vendor.indexOf('/')
  const item = knowledge.items.at(vendor.slice(0, place), 'vendor', vendor.slice(place + 1))
  const { weight, quality, blocked } = (item?.data ?? {}) as Partial<RatingVendor>
  return {
    ...(weight === undefined ? {} : { weight }),
    ...(quality === undefined ? {} : { quality }),
    ...(blocked === undefined ? {} : { isBlocked: blocked }),
  }
}

function digitsOf(text: string): string {
  return text.replaceAll(/[^0-9]/g, '')
}
