import Type from 'typebox'
import { Instant } from '../identity.ts'

/** What became of a record. In this order they are stored as numbers: only ever append. */
export const ratingStatuses = ['rated', 'error', 'ignored', 'superseded', 'withdrawn'] as const
export type RatingStatus = (typeof ratingStatuses)[number]

/** Why it has its status; `none` for a call that was simply rated. Stored as numbers: only ever append. */
export const ratingReasons = [
  'none',
  'parse_error',
  'bad_times',
  'implausible_duration',
  'future_time',
  'bad_number',
  'no_owner',
  'ambiguous_owner',
  'no_plan',
  'no_rate',
  'destination_closed',
  'no_vendor',
  'currency_missing',
  'dst_ambiguous',
  'bundle_conflict',
  'limit_exceeded',
  'internal',
  'not_answered',
  'zero_duration',
  'ignored_rule',
  'counted_once',
] as const
export type RatingReason = (typeof ratingReasons)[number]

/** Records that cannot be rated for the same cause. */
export const RatingProblem = Type.Object({
  reason: Type.Enum([...ratingReasons]),
  key: Type.String({ description: 'The part that they have in common: a prefix, an account code, a file' }),
  count: Type.Integer({ minimum: 1 }),
  first: Instant,
  last: Instant,
  estimate: Type.Union([Type.String(), Type.Null()], {
    description: 'Money that waits: answered minutes at the average income a minute of the tenant’s rated calls',
  }),
  hint: Type.String({ description: 'What removes it' }),
})
export type RatingProblem = Type.Static<typeof RatingProblem>
