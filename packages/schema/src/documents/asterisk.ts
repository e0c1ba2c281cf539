import Type from 'typebox'
import { Instant, ObjectId } from '../identity.ts'

const Count = Type.Integer({ minimum: 0 })
export const AsteriskId = Type.String({ minLength: 1, maxLength: 64, description: 'As the settings name it' })

const Difference = Type.Object({
  object: Type.String({ description: 'As endpoint/1001' }),
  what: Type.Enum(['missing', 'changed', 'not wanted']),
})

/** A comparison of every object in an Asterisk with what was written. */
export const AsteriskCheck = Type.Object({
  at: Instant,
  task: Type.Optional({ ...ObjectId, description: 'By which somebody asked for it' }),
  compared: Count,
  difference_count: Count,
  differences: Type.Array(Difference, { maxItems: 100, description: 'The first; they were repaired' }),
  problem: Type.Optional(Type.String({ maxLength: 1024, description: 'Why it could not be compared' })),
})
export type AsteriskCheck = Type.Static<typeof AsteriskCheck>

/** How an Asterisk stands, as the replica that keeps it says. */
export const Asterisk = Type.Object({
  id: AsteriskId,
  profile: Type.Enum(['memory', 'realtime', 'files']),
  connected: Type.Boolean(),
  problem: Type.Optional(Type.String({ maxLength: 1024, description: 'Why it is not, or what goes wrong' })),
  wanted: Type.Integer({ minimum: 0, description: 'Objects that it is to have' }),
  waiting: Type.Integer({ minimum: 0, description: 'Of these, not yet as they are to be' }),
  refused: Type.Integer({ minimum: 0, description: 'Of these, not taken by it, and tried again' }),
  last_full_push: Type.Optional(
    Type.Object(
      { at: Instant, duration_ms: Count, objects: Count },
      { description: 'When it was last brought all that it lacked: after each of its starts' },
    ),
  ),
  full_pushes: Type.Integer({ minimum: 0, description: 'Since the replica has kept it' }),
  last_check: Type.Optional(AsteriskCheck),
  keeper: Type.String({
    maxLength: 64,
    description: 'The replica of sip-config that keeps it; empty: none at the moment',
  }),
  at: { ...Instant, description: 'When this was said' },
})
export type Asterisk = Type.Static<typeof Asterisk>

/** How the objects of a configuration stand in an Asterisk. */
export const AppliedConfiguration = Type.Object({
  print: Type.String({ maxLength: 64, description: 'Of its objects: another one means that they have changed since' }),
  state: Type.Enum(['applied', 'waiting', 'failed']),
  reason: Type.Optional(Type.String({ maxLength: 1024 })),
  at: Type.Optional(Instant),
  objects: Type.Array(Type.String({ maxLength: 160 }), {
    description: 'As endpoint/1001: what the Asterisk was given, so that it is known what to take away',
  }),
})
export type AppliedConfiguration = Type.Static<typeof AppliedConfiguration>

/** Somebody wants an Asterisk compared now. */
export const WantedCheck = Type.Object({ task: ObjectId, at: Instant })
export type WantedCheck = Type.Static<typeof WantedCheck>
