import Type from 'typebox'
import { defineRequest } from '../definition.ts'
import {
  exampleRatingCall,
  RatingCall,
  RatingProblem,
  ratingReasons,
  ratingStatuses,
} from '../documents/rating-call.ts'
import { Instant, ObjectId } from '../identity.ts'
import { listParameters, Page } from './lists.ts'

const owner = 'rating' as const
const period = { from: Type.Optional(Instant), to: Type.Optional(Instant) }
const Key = Type.String({ pattern: '^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$' })

export const listRatingProblems = defineRequest({
  domain: 'rating-problems',
  verb: 'list',
  owner,
  summary: 'Records that could not be rated, grouped by cause, the most costly first',
  input: Type.Object({
    ...period,
    ...listParameters,
    order: Type.Optional(Type.Enum(['estimate', 'count', 'last'])),
  }),
  output: Page(RatingProblem),
  deadlineMs: 10_000,
  rest: { method: 'GET', path: '/api/v1/rating/problems', success: 200, permission: 'read' },
  example: {
    input: {},
    output: {
      items: [
        {
          reason: 'no_rate' as const,
          source: 'pbx',
          key: '881',
          count: 12,
          first: '2026-11-20T09:30:00.000Z',
          last: '2026-11-21T09:30:00.000Z',
          estimate: '3.125',
          samples: [{ key: exampleRatingCall.key, at: '2026-11-20T09:30:00.000Z', detail: '881' }],
          hint: 'A deck of the plan needs a row for this prefix',
        },
      ],
      total: 1,
    },
  },
})

export const listRatingCalls = defineRequest({
  domain: 'rating-calls',
  verb: 'list',
  owner,
  summary: 'Calls with what they cost and earn, the latest first',
  input: Type.Object({
    ...period,
    ...listParameters,
    order: Type.Optional(Type.Enum(['at', 'billable', 'income', 'cost', 'margin'])),
    node: Type.Optional(ObjectId),
    vendor: Type.Optional(ObjectId),
    source: Type.Optional(ObjectId),
    batch: Type.Optional(Type.Integer({ minimum: 1 })),
    status: Type.Optional(Type.Enum([...ratingStatuses])),
    reason: Type.Optional(Type.Enum([...ratingReasons])),
    problem: Type.Optional(
      Type.String({ maxLength: 1_000, description: 'Those of one problem: its key, beside its source and reason' }),
    ),
  }),
  output: Page(RatingCall),
  deadlineMs: 10_000,
  rest: { method: 'GET', path: '/api/v1/rating/calls', success: 200, permission: 'read' },
  example: { input: {}, output: { items: [exampleRatingCall], total: 1 } },
})

export const getRatingCall = defineRequest({
  domain: 'rating-calls',
  verb: 'get',
  owner,
  summary: 'One call: its native record, all its revisions and ratings, and how its present price comes about',
  input: Type.Object({ key: Key }),
  output: Type.Object({
    call: RatingCall,
    native: Type.String({ description: 'The record as it came' }),
    revisions: Type.Array(RatingCall),
    ratings: Type.Array(
      Type.Object({
        run: Type.Union([Type.Integer(), Type.Null()]),
        at: Instant,
        status: Type.Enum([...ratingStatuses]),
        income: Type.Union([Type.String(), Type.Null()]),
        cost: Type.Union([Type.String(), Type.Null()]),
        published: Type.Boolean(),
      }),
    ),
    steps: Type.Array(
      Type.Object({
        run: Type.String({ description: 'cost or income, with the vendor or the node' }),
        steps: Type.Array(Type.Unknown()),
      }),
    ),
  }),
  errors: ['not-found'],
  deadlineMs: 10_000,
  rest: { method: 'GET', path: '/api/v1/rating/calls/{key}', success: 200, permission: 'read' },
  example: {
    input: { key: exampleRatingCall.key },
    output: {
      call: exampleRatingCall,
      native: '"acme","201","3471234567","office"',
      revisions: [exampleRatingCall],
      ratings: [
        {
          run: null,
          at: exampleRatingCall.at,
          status: 'rated' as const,
          income: '0.0312',
          cost: '0.020805',
          published: true,
        },
      ],
      steps: [{ run: 'income acme', steps: [] }],
    },
  },
})

const Total = Type.Object({
  tenant: Type.Optional(
    Type.String({ description: 'Of nodes, levels, vendors and sources: two tenants may have the same' }),
  ),
  key: Type.String(),
  name: Type.String(),
  currency: Type.String(),
  calls: Type.Integer(),
  answered: Type.Integer(),
  billableS: Type.Number(),
  billedS: Type.Number(),
  includedS: Type.Number(),
  income: Type.String(),
  cost: Type.String(),
  margin: Type.String(),
  errors: Type.Integer(),
})
const exampleTotal = {
  key: 'acme',
  name: 'Acme',
  currency: 'EUR',
  calls: 120,
  answered: 80,
  billableS: 7_300,
  billedS: 7_800,
  includedS: 600,
  income: '3.12',
  cost: '2.0805',
  margin: '1.0395',
  errors: 1,
}

export const ratingTotals = defineRequest({
  domain: 'rating-totals',
  verb: 'get',
  owner,
  summary: 'Sums of a period by level of the organisation, vendor, destination or hour; as CSV when asked for',
  input: Type.Object({
    by: Type.Enum(['node', 'level', 'vendor', 'destination', 'hour', 'day', 'source', 'reason']),
    from: Instant,
    to: Instant,
    level: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 50,
        description: 'With by=level: 0 is the top of the tree, 1 what is below it',
      }),
    ),
    node: Type.Optional(Type.String({ maxLength: 64, description: 'Only of this node and those below it' })),
    zone: Type.Optional(Type.String({ maxLength: 64, description: 'IANA, of hours and days. Default UTC' })),
    recurse: listParameters.recurse,
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 2000, default: 1000 })),
    offset: listParameters.offset,
    csv: Type.Optional(Type.Boolean({ description: 'Adds the same as CSV; Accept: text/csv gives that alone' })),
  }),
  output: Type.Object({
    items: Type.Array(Total, { description: 'In the order of their keys: so many as asked for' }),
    groups: Type.Optional(Type.Integer({ minimum: 0, description: 'How many there are in all' })),
    total: Type.Object({ ...Total.properties }, { description: 'Of all groups, listed or not' }),
    csv: Type.Optional(Type.String()),
  }),
  deadlineMs: 30_000,
  rest: { method: 'GET', path: '/api/v1/rating/totals', success: 200, permission: 'read', csv: true },
  example: {
    input: { by: 'node', from: '2026-11-01T00:00:00.000Z', to: '2026-12-01T00:00:00.000Z' },
    output: { items: [exampleTotal], total: { ...exampleTotal, key: '', name: '' } },
  },
})
