import Type from 'typebox'
import { defineRequest } from '../definition.ts'
import { Password, Role, RoleInput, User, UserInput } from '../documents/user.ts'
import { ObjectId, Revision, rootTenantId } from '../identity.ts'
import { listParameters, Page } from './lists.ts'

const owner = 'gateway' as const
const one = Type.Object({ id: ObjectId })

export const exampleRole = {
  id: '7d2e4b6a8c0f4e1d9b3a5c7e9f1b3d5f',
  tenant: rootTenantId,
  name: 'Help desk',
  permission: 'write' as const,
  scopes: ['devices:*', 'configs:read'],
  users: 2,
  revision: 4,
}
const exampleRoleInput = { name: 'Help desk', permission: 'write' as const, scopes: ['devices:*', 'configs:read'] }

export const exampleUser = {
  id: '3b1d5f7e9a2c4e6f8b0d1c3e5a7f9b2d',
  tenant: rootTenantId,
  login: 'marie',
  name: 'Marie Dupont',
  permission: 'write' as const,
  enabled: true,
  hasPassword: true,
  openid: false,
  createdAt: '2026-11-21T09:30:00.000Z',
  revision: 5,
}
const exampleUserInput = { login: 'marie', name: 'Marie Dupont', permission: 'write' as const }

export const listUsers = defineRequest({
  domain: 'users',
  verb: 'list',
  owner,
  summary: 'Who may log in',
  input: Type.Object({
    ...listParameters,
    order: Type.Optional(Type.Enum(['login', 'name', 'createdAt'])),
    role: Type.Optional(ObjectId),
    enabled: Type.Optional(Type.Boolean()),
  }),
  output: Page(User),
  rest: { method: 'GET', path: '/api/v1/users', success: 200, permission: 'admin' },
  example: { input: { search: 'marie' }, output: { items: [exampleUser], total: 1 } },
})

export const getUser = defineRequest({
  domain: 'users',
  verb: 'get',
  owner,
  // Whose a user is that a line is given to.
  callers: ['sip-config'],
  summary: 'One user',
  input: one,
  output: User,
  errors: ['not-found'],
  rest: { method: 'GET', path: '/api/v1/users/{id}', success: 200, permission: 'admin' },
  example: { input: { id: exampleUser.id }, output: exampleUser },
})

export const createUser = defineRequest({
  domain: 'users',
  verb: 'create',
  owner,
  summary: 'Adds a user of the asking tenant; without a password only the OpenID provider can sign it in',
  input: Type.Object({
    user: Type.Object({ ...UserInput.properties, password: Type.Optional(Password) }),
  }),
  output: User,
  errors: ['conflict', 'forbidden', 'not-found'],
  rest: { method: 'POST', path: '/api/v1/users', success: 201, permission: 'admin', body: 'user' },
  example: { input: { user: { ...exampleUserInput, password: 'four words are long' } }, output: exampleUser },
})

export const updateUser = defineRequest({
  domain: 'users',
  verb: 'update',
  owner,
  summary: 'Replaces what is written of a user; one that is not enabled is logged out at once',
  input: Type.Object({ id: ObjectId, user: UserInput, ifRevision: Type.Optional(Revision) }),
  output: User,
  errors: ['not-found', 'conflict', 'forbidden', 'stale-revision'],
  rest: { method: 'PUT', path: '/api/v1/users/{id}', success: 200, permission: 'admin', body: 'user' },
  example: { input: { id: exampleUser.id, user: exampleUserInput }, output: exampleUser },
})

export const deleteUser = defineRequest({
  domain: 'users',
  verb: 'delete',
  owner,
  summary: 'Removes a user with its tokens and sessions',
  input: Type.Object({ id: ObjectId, ifRevision: Type.Optional(Revision) }),
  output: Type.Object({}),
  errors: ['not-found', 'forbidden', 'stale-revision'],
  rest: { method: 'DELETE', path: '/api/v1/users/{id}', success: 204, permission: 'admin' },
  example: { input: { id: exampleUser.id }, output: {} },
})

export const setPassword = defineRequest({
  domain: 'users',
  verb: 'set-password',
  owner,
  summary: 'Gives a user another password, and ends its sessions',
  input: Type.Object({
    id: ObjectId,
    credentials: Type.Object({ password: Password }),
    ifRevision: Type.Optional(Revision),
  }),
  output: Type.Object({}),
  errors: ['not-found', 'forbidden', 'too-many-requests', 'stale-revision'],
  rest: { method: 'PUT', path: '/api/v1/users/{id}/password', success: 204, permission: 'admin', body: 'credentials' },
  example: { input: { id: exampleUser.id, credentials: { password: 'four words are long' } }, output: {} },
})

export const changePassword = defineRequest({
  domain: 'sessions',
  verb: 'change-password',
  owner,
  summary: 'A user’s own password: the present one and the new one; ends the user’s other sessions',
  input: Type.Object({
    credentials: Type.Object({ present: Type.String({ minLength: 1, maxLength: 256 }), password: Password }),
  }),
  output: Type.Object({}),
  errors: ['forbidden', 'too-many-requests'],
  rest: {
    method: 'PUT',
    path: '/api/v1/sessions/current/password',
    success: 204,
    permission: 'read',
    body: 'credentials',
    unversioned: 'the present password is given instead',
  },
  example: { input: { credentials: { present: 'the old one', password: 'four words are long' } }, output: {} },
})

export const listRoles = defineRequest({
  domain: 'roles',
  verb: 'list',
  owner,
  summary: 'The roles of a tenant’s own, beside the permissions read, write and admin',
  input: Type.Object({ ...listParameters, order: Type.Optional(Type.Enum(['name', 'permission'])) }),
  output: Page(Role),
  rest: { method: 'GET', path: '/api/v1/roles', success: 200, permission: 'admin' },
  example: { input: {}, output: { items: [exampleRole], total: 1 } },
})

export const getRole = defineRequest({
  domain: 'roles',
  verb: 'get',
  owner,
  summary: 'One role',
  input: one,
  output: Role,
  errors: ['not-found'],
  rest: { method: 'GET', path: '/api/v1/roles/{id}', success: 200, permission: 'admin' },
  example: { input: { id: exampleRole.id }, output: exampleRole },
})

export const createRole = defineRequest({
  domain: 'roles',
  verb: 'create',
  owner,
  summary: 'Adds a role',
  input: Type.Object({ role: RoleInput }),
  output: Role,
  errors: ['conflict', 'forbidden'],
  rest: { method: 'POST', path: '/api/v1/roles', success: 201, permission: 'admin', body: 'role' },
  example: { input: { role: exampleRoleInput }, output: { ...exampleRole, users: 0 } },
})

export const updateRole = defineRequest({
  domain: 'roles',
  verb: 'update',
  owner,
  summary: 'Replaces a role; it holds at once for all who have it',
  input: Type.Object({
    id: ObjectId,
    role: RoleInput,
    ifRevision: Type.Optional(Revision),
    dryRun: Type.Optional(Type.Boolean({ description: 'Answer what it would be, and change nothing' })),
  }),
  output: Type.Object({
    ...Role.properties,
    applied: Type.Optional(Type.Boolean({ description: 'false: this was a dry run; `users` have it' })),
  }),
  errors: ['not-found', 'conflict', 'forbidden', 'stale-revision'],
  rest: { method: 'PUT', path: '/api/v1/roles/{id}', success: 200, permission: 'admin', body: 'role' },
  example: { input: { id: exampleRole.id, role: exampleRoleInput }, output: exampleRole },
})

export const deleteRole = defineRequest({
  domain: 'roles',
  verb: 'delete',
  owner,
  summary: 'Removes a role that nobody has',
  input: Type.Object({ id: ObjectId, ifRevision: Type.Optional(Revision) }),
  output: Type.Object({}),
  errors: ['not-found', 'in-use', 'forbidden', 'stale-revision'],
  rest: { method: 'DELETE', path: '/api/v1/roles/{id}', success: 204, permission: 'admin' },
  example: { input: { id: exampleRole.id }, output: {} },
})
