import Type from 'typebox'
import { Instant, ObjectId, TenantId } from '../identity.ts'

/** A token as it is listed: its text is shown once, when it is made, and only a hash of it is kept. */
export const TokenView = Type.Object({
  id: ObjectId,
  tenant: TenantId,
  name: Type.String({ maxLength: 100 }),
  permission: Type.Enum(['read', 'write', 'admin']),
  createdAt: Instant,
  expiresAt: Type.Optional(Instant),
  lastUsedAt: Type.Optional(Instant),
})
export type TokenView = Type.Static<typeof TokenView>
