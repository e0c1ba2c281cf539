import Type from 'typebox'
import { Instant } from '../identity.ts'
import { ratingStatuses } from './rating-call.ts'
import { RatingScope } from './rating-scope.ts'

const Amount = Type.Union([Type.String(), Type.Null()])

export const RunSum = Type.Object({
  node: Type.String(),
  currency: Type.String(),
  calls: Type.Integer(),
  changed: Type.Integer(),
  incomeBefore: Type.String(),
  incomeAfter: Type.String(),
  costBefore: Type.String(),
  costAfter: Type.String(),
})
export type RunSum = Type.Static<typeof RunSum>

export const RatingRun = Type.Object({
  id: Type.Integer({ minimum: 1 }),
  state: Type.Enum(['running', 'ready', 'published', 'withdrawn', 'failed', 'expired'], {
    description: 'expired: nobody published it in time; its sums stay, what each call was rated to does not',
  }),
  cause: Type.Enum(['request', 'retry', 'late']),
  scope: RatingScope,
  knownAt: Instant,
  reason: Type.String(),
  actor: Type.String(),
  engine: Type.String(),
  calls: Type.Integer(),
  changed: Type.Integer(),
  hash: Type.Union([Type.String(), Type.Null()], {
    description: 'Over key and result of every call, whatever their order: the same inputs give the same',
  }),
  sums: Type.Array(RunSum, {
    description: 'Before and after by customer, the largest difference first; at most 1,000',
  }),
  failure: Type.Union([Type.String(), Type.Null()]),
  createdAt: Instant,
  finishedAt: Type.Union([Instant, Type.Null()]),
  publishedAt: Type.Union([Instant, Type.Null()]),
})
export type RatingRun = Type.Static<typeof RatingRun>

export const exampleRun: RatingRun = {
  id: 7,
  state: 'ready',
  cause: 'request',
  scope: { nodes: ['acme'] },
  knownAt: '2026-11-21T09:30:00.000Z',
  reason: 'wrong deck in November',
  actor: 'admin',
  engine: '1',
  calls: 120,
  changed: 40,
  hash: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  sums: [
    {
      node: 'acme',
      currency: 'EUR',
      calls: 120,
      changed: 40,
      incomeBefore: '3.12',
      incomeAfter: '3.51',
      costBefore: '2.0805',
      costAfter: '2.0805',
    },
  ],
  failure: null,
  createdAt: '2026-11-21T09:30:00.000Z',
  finishedAt: '2026-11-21T09:30:02.000Z',
  publishedAt: null,
}

const Result = Type.Object({ status: Type.Enum([...ratingStatuses]), income: Amount, cost: Amount })

/** A call that a run rates otherwise than it is rated at present. */
export const RunChange = Type.Object({
  key: Type.String(),
  at: Instant,
  node: Type.String(),
  called: Type.String(),
  before: Result,
  after: Result,
  adjusts: Type.Boolean({ description: 'It is on a confirmed invoice: the difference becomes an adjustment' }),
})
export type RunChange = Type.Static<typeof RunChange>
