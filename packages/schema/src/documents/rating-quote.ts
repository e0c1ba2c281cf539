import Type from 'typebox'
import { ObjectId } from '../identity.ts'

const Amount = Type.Union([Type.String({ maxLength: 64 }), Type.Number()], {
  description: 'Decimal, as "0.0125"; a text is exact, a number is read by its shortest decimal form',
})
const Seconds = Type.Number({ minimum: 0 })
const Moment = Type.Union([Type.String({ maxLength: 40 }), Type.Number()], {
  description:
    'ISO 8601. Without an offset: by the wall clock of the tariff’s zone. A number: seconds since 1970, or milliseconds from 10^11 on',
})
const Whole = (least: number, most: number) =>
  Type.Array(Type.Integer({ minimum: least, maximum: most }), { maxItems: 366 })
const Clock = Type.String({ maxLength: 8, description: 'HH:MM or HH:MM:SS' })

/** One row of a tariff that is given with the question: a prefix, when it holds, from which second on, and its price. */
export const QuoteBand = Type.Object({
  prefix: Type.String({ maxLength: 40, description: 'Digits; empty or *any: every number' }),
  from_interval_s: Type.Optional(Type.Integer({ minimum: 0, description: 'Elapsed seconds from which it holds' })),
  increment_s: Type.Integer({ minimum: 1 }),
  unit_s: Type.Integer({ minimum: 1, description: 'Seconds for which price_per_unit is asked' }),
  price_per_unit: Amount,
  days: Type.Optional(
    Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), { description: 'ISO: 1 Monday to 7 Sunday' }),
  ),
  months: Type.Optional(Whole(1, 12)),
  month_days: Type.Optional(Whole(1, 31)),
  from_time: Type.Optional(Clock),
  to_time: Type.Optional(
    Type.String({ maxLength: 8, description: 'Not included; earlier than from_time: past midnight' }),
  ),
  weight: Type.Optional(Type.Number({ description: 'Of several that hold the highest wins' })),
  connect_fee: Type.Optional(Amount),
  rounding: Type.Optional(Type.String({ maxLength: 16, description: 'up, down, half_up, half_even or none' })),
  decimals: Type.Optional(Type.Integer({ minimum: 0, maximum: 18 })),
  valid_from: Type.Optional(Moment),
  valid_to: Type.Optional(Moment),
})
export type QuoteBand = Type.Static<typeof QuoteBand>

export const QuoteTariff = Type.Object({
  connect_fee: Type.Optional(Amount),
  grace_s: Type.Optional(Seconds),
  free_s: Type.Optional(Seconds),
  min_s: Type.Optional(Seconds),
  max_cost: Type.Optional(Amount),
  min_cost: Type.Optional(Amount),
  discount_percent: Type.Optional(Amount),
  zone: Type.Optional(Type.String({ maxLength: 64, description: 'IANA; UTC when not said' })),
  bands: Type.Array(QuoteBand, { maxItems: 10_000 }),
})
export type QuoteTariff = Type.Static<typeof QuoteTariff>

export const QuoteCall = Type.Object({
  start: Moment,
  duration_s: Type.Number({ minimum: 0, description: 'Answered seconds; parts of a second are rounded up first' }),
  destination: Type.String({ maxLength: 256 }),
  bundle_seconds_left: Type.Optional(Seconds),
  bundle_policy: Type.Optional(Type.Enum(['split', 'whole'])),
  /** Of stored tariffs only. */
  caller: Type.Optional(Type.String({ maxLength: 256 })),
})
export type QuoteCall = Type.Static<typeof QuoteCall>

/** What is asked: a call, and a tariff of its own or stored ones. */
export const QuoteQuestion = Type.Object({
  call: QuoteCall,
  tariff: Type.Optional(QuoteTariff),
  deck: Type.Optional(ObjectId),
  plan: Type.Optional(ObjectId),
  vendor: Type.Optional(ObjectId),
  organisation: Type.Optional(ObjectId),
})
export type QuoteQuestion = Type.Static<typeof QuoteQuestion>

/** One step of how the price came about, in the order in which it was worked out. */
export const QuoteStep = Type.Object({
  step: Type.String({
    description:
      'duration, grace, free, minimum_duration, row, increments, allowance, fee, maximum, minimum, discount, rounding, zero, error',
  }),
  text: Type.String(),
  seconds: Type.Optional(Type.Number()),
  amount: Type.Optional(Type.String({ description: 'The sum so far, not rounded before the step "rounding"' })),
  from_s: Type.Optional(Type.Integer()),
  to_s: Type.Optional(Type.Integer()),
  increments: Type.Optional(Type.Integer()),
  increment_s: Type.Optional(Type.Integer()),
  unit_s: Type.Optional(Type.Integer()),
  price: Type.Optional(Type.String()),
  prefix: Type.Optional(Type.String()),
  band: Type.Optional(Type.Integer({ description: 'Place in bands, from 0' })),
  at: Type.Optional(Type.String()),
})
export type QuoteStep = Type.Static<typeof QuoteStep>

export const QuoteAnswer = Type.Object({
  cost: Type.Union([Type.String(), Type.Null()], { description: 'Decimal; null with an error' }),
  billed_s: Type.Integer(),
  included_s: Type.Optional(Type.Integer({ description: 'Of them, free by what was left of a bundle' })),
  error: Type.Optional(Type.String({ description: 'no_rate, destination_closed or another reason of d12' })),
  currency: Type.Optional(Type.String()),
  steps: Type.Array(QuoteStep),
})
export type QuoteAnswer = Type.Static<typeof QuoteAnswer>
