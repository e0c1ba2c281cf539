import Type from 'typebox'
import { Instant, ObjectId, TenantId } from '../identity.ts'
import { Scopes } from '../scopes.ts'

export const PermissionName = Type.Enum(['read', 'write', 'admin'])

/** A token as it is listed: its text is shown once, when it is made, and only a hash of it is kept. */
export const TokenView = Type.Object({
  id: ObjectId,
  tenant: TenantId,
  name: Type.String({ maxLength: 100 }),
  permission: PermissionName,
  scopes: Type.Optional({ ...Scopes, description: 'Absent: all that the permission allows' }),
  user: Type.Optional({ ...ObjectId, description: 'The user for whom it acts, and beyond whom it never may' }),
  createdAt: Instant,
  expiresAt: Type.Optional(Instant),
  lastUsedAt: Type.Optional(Instant),
})
export type TokenView = Type.Static<typeof TokenView>

/** A log-in that is still open. Its text is shown once, too. */
export const SessionView = Type.Object({
  id: ObjectId,
  tenant: TenantId,
  user: ObjectId,
  login: Type.String(),
  via: Type.Enum(['password', 'openid']),
  address: Type.Optional(Type.String({ description: 'From where it was opened' })),
  agent: Type.Optional(Type.String({ description: 'By which program' })),
  current: Type.Boolean({ description: 'It is the one that asks' }),
  createdAt: Instant,
  lastUsedAt: Instant,
  expiresAt: { ...Instant, description: 'At the latest; earlier when it is not used' },
})
export type SessionView = Type.Static<typeof SessionView>
