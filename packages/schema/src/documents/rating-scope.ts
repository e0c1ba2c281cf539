import Type from 'typebox'
import { Instant, ObjectId } from '../identity.ts'
import { ratingReasons } from './rating-call.ts'

const ids = Type.Optional(Type.Array(ObjectId, { minItems: 1, maxItems: 1000 }))

/** Which calls: all that is said must hold; nothing said is every call of the tenant. */
export const RatingScope = Type.Object({
  from: Type.Optional(Instant),
  to: Type.Optional(Instant),
  nodes: Type.Optional(
    Type.Array(ObjectId, { minItems: 1, maxItems: 1000, description: 'With every node below them, at any time' }),
  ),
  plans: ids,
  decks: ids,
  vendors: ids,
  sources: ids,
  reasons: Type.Optional(Type.Array(Type.Enum([...ratingReasons]), { minItems: 1, maxItems: ratingReasons.length })),
  errorsOnly: Type.Optional(Type.Boolean()),
})
export type RatingScope = Type.Static<typeof RatingScope>

/** Calls that were rated by what a change touches, and how they are rated again. */
export const UsedBy = Type.Object({
  calls: Type.Integer({ minimum: 0 }),
  atLeast: Type.Optional(
    Type.Boolean({
      description:
        'Only the latest calls were looked at: earlier ones may have used it, too. A dry run counts them all',
    }),
  ),
  first: Type.Union([Instant, Type.Null()]),
  last: Type.Union([Instant, Type.Null()]),
  rerate: Type.Union([RatingScope, Type.Null()], {
    description: 'Scope with which POST /api/v1/rating/runs rates them again; null when there are none',
  }),
})
export type UsedBy = Type.Static<typeof UsedBy>
