import Type from 'typebox'
import { defineRequest } from '../definition.ts'
import { RatingProblem } from '../documents/rating-call.ts'
import { Instant } from '../identity.ts'
import { listParameters, Page } from './lists.ts'

const owner = 'rating' as const

export const listRatingProblems = defineRequest({
  domain: 'rating-problems',
  verb: 'list',
  owner,
  summary: 'Records that could not be rated, grouped by cause, the most costly first',
  input: Type.Object({
    from: Type.Optional(Instant),
    to: Type.Optional(Instant),
    ...listParameters,
    order: Type.Optional(Type.Enum(['estimate', 'count', 'last'])),
  }),
  output: Page(RatingProblem),
  rest: { method: 'GET', path: '/api/v1/rating/problems', success: 200, permission: 'read' },
  example: {
    input: {},
    output: {
      items: [
        {
          reason: 'no_rate' as const,
          key: '881',
          count: 12,
          first: '2026-11-20T09:30:00.000Z',
          last: '2026-11-21T09:30:00.000Z',
          estimate: '3.125',
          hint: 'A deck of the plan needs a row for this prefix',
        },
      ],
      total: 1,
    },
  },
})
