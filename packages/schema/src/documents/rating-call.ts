import Type from 'typebox'
import { Instant, rootTenantId, TenantId } from '../identity.ts'

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
  'duplicate_leg',
] as const
export type RatingReason = (typeof ratingReasons)[number]

/** Records that cannot be rated for the same cause. */
export const RatingProblem = Type.Object({
  reason: Type.Enum([...ratingReasons]),
  source: Type.String({ description: 'That brought them' }),
  key: Type.String({
    description:
      'What they have in common: a prefix, an account code; of lines that are no records what is wrong with them. With source and reason it finds them: GET /api/v1/rating/calls?source=…&reason=…&problem=…',
  }),
  count: Type.Integer({ minimum: 1 }),
  first: Instant,
  last: Instant,
  estimate: Type.Union([Type.String(), Type.Null()], {
    description:
      'Money that waits: answered minutes at the mean income of a minute of the calls rated last; where the length is not known, records at that of a call',
  }),
  samples: Type.Array(
    Type.Object({
      key: Type.String({ description: 'Of the record' }),
      at: Instant,
      detail: Type.String({ description: 'Of a line that is no record: file, line, column and reason' }),
    }),
    { description: 'The first of them' },
  ),
  hint: Type.String({ description: 'What removes it' }),
})
export type RatingProblem = Type.Static<typeof RatingProblem>

const Amount = Type.Union([Type.String(), Type.Null()], { description: 'Decimal; null where there is none' })

export const RatingCall = Type.Object({
  key: Type.String({ description: 'UUID: the record, whatever its revision' }),
  revision: Type.Integer({ minimum: 1 }),
  tenant: TenantId,
  at: Instant,
  answeredAt: Type.Union([Instant, Type.Null()]),
  durationS: Type.Number(),
  billableS: Type.Number(),
  disposition: Type.String(),
  direction: Type.Enum(['', 'outgoing', 'incoming', 'internal', 'system']),
  caller: Type.String(),
  called: Type.String(),
  dialled: Type.String({ description: 'As it stood in the record, where that differs' }),
  account: Type.String(),
  channel: Type.String(),
  trunk: Type.String(),
  source: Type.String(),
  batch: Type.Integer(),
  status: Type.Enum([...ratingStatuses]),
  reason: Type.Enum([...ratingReasons]),
  detail: Type.String(),
  flags: Type.Array(Type.String()),
  node: Type.String(),
  billableNode: Type.String(),
  vendor: Type.String(),
  plan: Type.String(),
  prefix: Type.String(),
  destination: Type.String(),
  billedS: Type.Union([Type.Number(), Type.Null()]),
  includedS: Type.Union([Type.Number(), Type.Null()]),
  currency: Type.String(),
  income: Amount,
  costCurrency: Type.String(),
  cost: Amount,
  margin: Amount,
  statedCost: Amount,
  run: Type.Union([Type.Integer(), Type.Null()], { description: 'The published run that rated it last' }),
})
export type RatingCall = Type.Static<typeof RatingCall>

export const exampleRatingCall: RatingCall = {
  key: '7d0f4f5e-9c8b-4a3d-8e2f-1a2b3c4d5e6f',
  revision: 1,
  tenant: rootTenantId,
  at: '2026-11-21T09:30:00.000Z',
  answeredAt: '2026-11-21T09:30:06.000Z',
  durationS: 79,
  billableS: 73,
  disposition: 'ANSWERED',
  direction: 'outgoing',
  caller: '201',
  called: '393471234567',
  dialled: '3471234567',
  account: 'acme',
  channel: 'PJSIP/201-00000001',
  trunk: 'PJSIP/one-00000002',
  source: 'pbx',
  batch: 4,
  status: 'rated',
  reason: 'none',
  detail: '',
  flags: [],
  node: 'acme-milan',
  billableNode: 'acme',
  vendor: 'one',
  plan: 'business',
  prefix: '39347',
  destination: 'Italy mobile',
  billedS: 78,
  includedS: 0,
  currency: 'EUR',
  income: '0.0312',
  costCurrency: 'EUR',
  cost: '0.020805',
  margin: '0.010395',
  statedCost: null,
  run: null,
}
