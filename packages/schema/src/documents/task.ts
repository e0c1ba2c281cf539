import Type from 'typebox'
import { Instant, ObjectId, TenantId } from '../identity.ts'

/** Long work: an id at once, progress, and a result with its reason. */
export const Task = Type.Object({
  id: ObjectId,
  kind: Type.String({ description: 'As rendering.reconfigure' }),
  owner: Type.String({ description: 'The service that does it' }),
  tenant: TenantId,
  actor: Type.String(),
  state: Type.Enum(['waiting', 'running', 'done', 'failed', 'cancelled']),
  progress: Type.Object({
    current: Type.Integer(),
    total: Type.Optional(Type.Integer()),
    unit: Type.Optional(Type.String()),
  }),
  result: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  reason: Type.Optional(Type.String({ description: 'Why it failed or was cancelled' })),
  cancelRequested: Type.Optional(Type.Boolean()),
  startedAt: Instant,
  updatedAt: Instant,
})
export type Task = Type.Static<typeof Task>
