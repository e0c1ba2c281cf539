import Type from 'typebox'
import { Instant, TenantId } from '../identity.ts'

/** One request that changes something, or was refused: who, what, when, from where, with what outcome. */
export const AuditEntry = Type.Object({
  id: Type.Integer({ minimum: 1 }),
  at: Instant,
  tenant: TenantId,
  actor: Type.String({ description: 'Log-in of the user, or name of the token' }),
  actorId: Type.Optional(Type.String({ description: 'Id of the token or session' })),
  operation: Type.String({ description: 'As devices.update' }),
  method: Type.String(),
  path: Type.String(),
  status: Type.Integer(),
  code: Type.Optional(Type.String({ description: 'Of a refusal' })),
  request: Type.String({ description: 'Id of the request; change sets have the same' }),
  note: Type.Optional(Type.String()),
  address: Type.Optional(Type.String()),
})
export type AuditEntry = Type.Static<typeof AuditEntry>
