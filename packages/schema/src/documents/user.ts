import Type from 'typebox'
import { Instant, ObjectId, Revision, TenantId } from '../identity.ts'
import { Scopes } from '../scopes.ts'
import { PermissionName } from './token.ts'

/** A name for a permission and the scopes within it; users of its tenant can have it. */
export const Role = Type.Object({
  id: ObjectId,
  tenant: TenantId,
  name: Type.String({ minLength: 1, maxLength: 100 }),
  permission: PermissionName,
  scopes: Type.Optional({ ...Scopes, description: 'Absent: all that the permission allows' }),
  users: Type.Integer({ minimum: 0, description: 'How many have it' }),
  revision: Revision,
})
export type Role = Type.Static<typeof Role>

export const RoleInput = Type.Object({
  name: Role.properties.name,
  permission: PermissionName,
  scopes: Role.properties.scopes,
})
export type RoleInput = Type.Static<typeof RoleInput>

const Login = Type.String({
  pattern: '^[^\\s:/]{1,100}$',
  description: 'Unique in the installation; no colon, slash or space',
})

/** Who may log in. A password is written and never shown. */
export const User = Type.Object({
  id: ObjectId,
  tenant: TenantId,
  login: Login,
  name: Type.Optional(Type.String({ maxLength: 100 })),
  email: Type.Optional(Type.String({ maxLength: 254 })),
  permission: { ...PermissionName, description: 'Of the user’s own, or of the role' },
  role: Type.Optional({ ...ObjectId, description: 'Absent: the user has a permission of its own' }),
  enabled: Type.Boolean({ description: 'false: nothing of this user opens anything' }),
  hasPassword: Type.Boolean(),
  openid: Type.Boolean({ description: 'Has signed in with the OpenID provider' }),
  createdAt: Instant,
  revision: Revision,
})
export type User = Type.Static<typeof User>

export const UserInput = Type.Object({
  login: Login,
  name: User.properties.name,
  email: User.properties.email,
  permission: Type.Optional({ ...PermissionName, description: 'Without permission and role: read' }),
  role: Type.Optional({ ...ObjectId, description: 'Instead of a permission' }),
  enabled: Type.Optional(Type.Boolean()),
})
export type UserInput = Type.Static<typeof UserInput>

/** Length is what makes a password hard to guess (NIST SP 800-63B §5.1.1): there are no rules of composition. */
export const Password = Type.String({ minLength: 8, maxLength: 256 })
