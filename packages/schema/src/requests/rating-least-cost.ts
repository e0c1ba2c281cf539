import Type from 'typebox'
import { defineRequest } from '../definition.ts'
import { Instant, ObjectId } from '../identity.ts'

const Amount = Type.String({ pattern: '^-?[0-9]{1,12}(?:\\.[0-9]{1,8})?$', description: 'Decimal' })

const CallLength = Type.Object({
  seconds: Type.Integer({ minimum: 1, maximum: 86_400 }),
  calls: Type.Integer({ minimum: 1, maximum: 1_000_000_000, description: 'How many of that length' }),
})

export const LeastCostQuestion = Type.Object({
  number: Type.String({ minLength: 1, maxLength: 64, description: 'International digits, with or without +' }),
  caller: Type.Optional(
    Type.String({ maxLength: 64, description: 'For decks with prices by where a call comes from' }),
  ),
  at: Type.Optional(Type.Union([Instant], { description: 'When it would be answered; default: now' })),
  durations: Type.Optional(
    Type.Array(CallLength, { minItems: 1, maxItems: 10_000, description: 'Default: one each of 30, 60 and 180 s' }),
  ),
  histogram: Type.Optional(
    Type.Object(
      { node: ObjectId, from: Type.Optional(Instant), to: Type.Optional(Instant) },
      { description: 'Instead of durations: those of the stored calls of a customer and all below' },
    ),
  ),
  plan: Type.Optional(Type.Union([ObjectId], { description: 'What such calls earn: for minimumMargin' })),
  minimumMargin: Type.Optional(
    Type.Union([Amount], { description: 'Of a call of mean length; vendors that leave less are dropped. Default 0' }),
  ),
  currency: Type.Optional(Type.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217; default: of the house' })),
})
export type LeastCostQuestion = Type.Static<typeof LeastCostQuestion>

export const LeastCostAnswer = Type.Object({
  currency: Type.String(),
  number: Type.String({ description: 'By which it was looked up: the ported form where there is one' }),
  calls: Type.Integer({ description: 'Of all durations' }),
  routes: Type.Array(
    Type.Object({
      vendor: Type.String(),
      prefix: Type.String(),
      expected: Type.String({ description: 'Mean cost of a call, with fees and increments' }),
      costs: Type.Array(Type.Object({ seconds: Type.Integer(), cost: Type.String() }), {
        description: 'Of the first 100 durations',
      }),
    }),
    { description: 'The cheapest first; of equal ones by weight, quality, id' },
  ),
  dropped: Type.Array(
    Type.Object({
      vendor: Type.String(),
      reason: Type.String({ description: 'blocked, below_margin, no_rate, destination_closed, currency_missing' }),
    }),
  ),
})
export type LeastCostAnswer = Type.Static<typeof LeastCostAnswer>

export const routeLeastCost = defineRequest({
  domain: 'rating',
  verb: 'least-cost',
  owner: 'rating',
  summary: 'Vendors for a number by what calls really cost with their fees and increments, the cheapest first',
  input: Type.Object({ question: LeastCostQuestion }),
  output: LeastCostAnswer,
  errors: ['not-found'],
  deadlineMs: 10_000,
  rest: { method: 'POST', path: '/api/v1/rating/least-cost', success: 200, permission: 'read', body: 'question' },
  example: {
    input: { question: { number: '+39021234567', durations: [{ seconds: 60, calls: 1 }] } },
    output: {
      currency: 'EUR',
      number: '39021234567',
      calls: 1,
      routes: [{ vendor: 'one', prefix: '3902', expected: '0.01', costs: [{ seconds: 60, cost: '0.01' }] }],
      dropped: [{ vendor: 'two', reason: 'no_rate' }],
    },
  },
})
