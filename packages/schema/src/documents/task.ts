import Type, { type Static } from 'typebox'
import { Instant, ObjectId, TenantId } from '../identity.ts'

/** Who began it; what is written into change sets, tasks and the log. */
export const Actor = Type.Object(
  {
    kind: Type.Enum(['person', 'service', 'phone']),
    name: Type.String({ maxLength: 256, description: 'Log-in, service name or device id' }),
    id: Type.Optional(Type.String({ maxLength: 64 })),
  },
  { description: 'Who asked for it' },
)
export type Actor = Static<typeof Actor>

/**
 * Long work: shown from its first moment to its end, and kept for 30 days. The owner writes it; anybody who may write
 * the bucket sets `cancelRequested`. A running task is written at least every few seconds, so an old `updatedAt` says
 * that its process has died.
 */
export const TaskDocument = Type.Object({
  id: ObjectId,
  kind: Type.String({ maxLength: 64, description: 'What it does, as plugin-install' }),
  owner: Type.String({ maxLength: 64, description: 'The service that does it' }),
  tenant: Type.Optional(TenantId),
  actor: Actor,
  state: Type.Enum(['waiting', 'running', 'done', 'failed', 'cancelled']),
  progress: Type.Optional(
    Type.Object({
      current: Type.Number({ minimum: 0 }),
      total: Type.Number({ minimum: 0 }),
      unit: Type.String({ maxLength: 32, description: 'What is counted, as devices or bytes' }),
    }),
  ),
  input: Type.Optional(Type.Unknown({ description: 'What it was asked to do; a resumed task is given it again' })),
  result: Type.Optional(Type.Unknown({ description: 'What came of it, when done' })),
  reason: Type.Optional(Type.String({ maxLength: 1024, description: 'Why it failed or was cancelled' })),
  startedAt: Instant,
  updatedAt: Instant,
  cancelRequested: Type.Boolean(),
})
export type TaskDocument = Static<typeof TaskDocument>
