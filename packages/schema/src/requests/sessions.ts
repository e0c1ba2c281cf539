import Type from 'typebox'
import { defineRequest } from '../definition.ts'
import { PermissionName, SessionView } from '../documents/token.ts'
import { ObjectId, rootTenantId, TenantId } from '../identity.ts'
import { Scopes } from '../scopes.ts'
import { listParameters, Page } from './lists.ts'

const owner = 'gateway' as const
const exampleSession = {
  id: '9f1b3d5f7d2e4b6a8c0f4e1d9b3a5c7e',
  tenant: rootTenantId,
  user: '3b1d5f7e9a2c4e6f8b0d1c3e5a7f9b2d',
  login: 'marie',
  via: 'password' as const,
  address: '192.0.2.7',
  current: true,
  createdAt: '2026-11-21T09:30:00.000Z',
  lastUsedAt: '2026-11-21T09:31:00.000Z',
  expiresAt: '2026-11-28T09:30:00.000Z',
}

export const createSession = defineRequest({
  domain: 'sessions',
  verb: 'create',
  owner,
  summary:
    'Logs in, with name and password (Authorization: Basic) or the code of a sign-in (Bearer); its text is in this answer only',
  input: Type.Object({
    from: Type.Optional(
      Type.Object({
        address: Type.Optional(Type.String({ maxLength: 64 })),
        agent: Type.Optional(Type.String({ maxLength: 256 })),
        via: Type.Optional(SessionView.properties.via),
      }),
    ),
  }),
  output: Type.Object({ ...SessionView.properties, permission: PermissionName, text: Type.String() }),
  errors: ['unauthenticated', 'forbidden'],
  rest: {
    method: 'POST',
    path: '/api/v1/sessions',
    success: 201,
    permission: 'read',
    sender: 'from',
    logIn: true,
  },
  example: {
    input: {},
    output: { ...exampleSession, permission: 'write', text: 'strowger-session_EXAMPLE0not0a0real0session00000000' },
  },
})

export const listSessions = defineRequest({
  domain: 'sessions',
  verb: 'list',
  owner,
  summary: 'Log-ins that are open: one’s own; all of the tenant for who has the permission admin',
  input: Type.Object({
    ...listParameters,
    order: Type.Optional(Type.Enum(['createdAt', 'lastUsedAt', 'login'])),
    user: Type.Optional(ObjectId),
  }),
  output: Page(SessionView),
  rest: { method: 'GET', path: '/api/v1/sessions', success: 200, permission: 'read' },
  example: { input: {}, output: { items: [exampleSession], total: 1 } },
})

export const deleteSession = defineRequest({
  domain: 'sessions',
  verb: 'delete',
  owner,
  summary:
    'Logs out: `current` for the session that asks; another of one’s own; any of the tenant for an administrator',
  input: Type.Object({ id: ObjectId }),
  output: Type.Object({}),
  errors: ['not-found'],
  rest: {
    method: 'DELETE',
    path: '/api/v1/sessions/{id}',
    success: 204,
    permission: 'read',
    unversioned: 'a session is never changed, only ended',
  },
  example: { input: { id: exampleSession.id }, output: {} },
})

export const whoAmI = defineRequest({
  domain: 'sessions',
  verb: 'current',
  owner,
  summary: 'Who asks, for which tenant, and what that one may',
  input: Type.Object({}),
  output: Type.Object({
    actor: Type.String(),
    kind: Type.Enum(['token', 'session']),
    id: ObjectId,
    user: Type.Optional(ObjectId),
    tenant: Type.Object(
      { id: TenantId, name: Type.String() },
      { description: 'For which it asks: its own, or the one named by Strowger-Tenant' },
    ),
    permission: PermissionName,
    scopes: Type.Optional(Scopes),
  }),
  rest: { method: 'GET', path: '/api/v1/sessions/current', success: 200, permission: 'read' },
  example: {
    input: {},
    output: {
      actor: 'marie',
      kind: 'session',
      id: exampleSession.id,
      user: exampleSession.user,
      tenant: { id: rootTenantId, name: 'root' },
      permission: 'write',
    },
  },
})
