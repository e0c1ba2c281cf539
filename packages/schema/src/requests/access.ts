import Type from 'typebox'
import { defineRequest } from '../definition.ts'
import { Tenant } from '../documents/tenant.ts'
import { TokenView } from '../documents/token.ts'
import { ObjectId, Revision, rootTenantId, TenantId } from '../identity.ts'
import { Scopes } from '../scopes.ts'
import { listParameters, Page } from './lists.ts'

const owner = 'gateway' as const
const exampleTenant = {
  id: '6b1f0c7e-2d3a-4b5c-8d6e-7f8091a2b3c4',
  parent: rootTenantId,
  name: 'Hotel Paris',
  revision: 3,
}
const exampleToken = {
  id: '1c0b5f5d7a3e4f2b9d8c7b6a5f4e3d2c',
  tenant: rootTenantId,
  name: 'monitoring',
  permission: 'read' as const,
  createdAt: '2026-11-21T09:30:00.000Z',
}

export const listTenants = defineRequest({
  domain: 'tenants',
  verb: 'list',
  owner,
  summary: 'The asking tenant and those below it',
  input: Type.Object({
    ...listParameters,
    order: Type.Optional(Type.Enum(['name', 'id'])),
    parent: Type.Optional({ ...TenantId, description: 'Only those right below it' }),
  }),
  output: Page(Tenant),
  rest: { method: 'GET', path: '/api/v1/tenants', success: 200, permission: 'read' },
  example: { input: {}, output: { items: [exampleTenant], total: 1 } },
})

export const getTenant = defineRequest({
  domain: 'tenants',
  verb: 'get',
  owner,
  summary: 'One tenant',
  input: Type.Object({ id: TenantId }),
  output: Tenant,
  errors: ['not-found'],
  rest: { method: 'GET', path: '/api/v1/tenants/{id}', success: 200, permission: 'read' },
  example: { input: { id: exampleTenant.id }, output: exampleTenant },
})

export const createTenant = defineRequest({
  domain: 'tenants',
  verb: 'create',
  owner,
  summary: 'Adds a tenant below the asking one, or below a given one of its own',
  input: Type.Object({
    tenant: Type.Object({ name: Tenant.properties.name, parent: Type.Optional(TenantId), id: Type.Optional(TenantId) }),
  }),
  output: Tenant,
  errors: ['conflict', 'not-found'],
  rest: { method: 'POST', path: '/api/v1/tenants', success: 201, permission: 'admin', body: 'tenant' },
  example: { input: { tenant: { name: 'Hotel Paris' } }, output: exampleTenant },
})

export const updateTenant = defineRequest({
  domain: 'tenants',
  verb: 'update',
  owner,
  summary: 'Renames a tenant',
  input: Type.Object({
    id: TenantId,
    tenant: Type.Object({ name: Tenant.properties.name }),
    ifRevision: Type.Optional(Revision),
  }),
  output: Tenant,
  errors: ['not-found', 'stale-revision'],
  rest: { method: 'PUT', path: '/api/v1/tenants/{id}', success: 200, permission: 'admin', body: 'tenant' },
  example: {
    input: { id: exampleTenant.id, tenant: { name: 'Hotel Lyon' } },
    output: { ...exampleTenant, name: 'Hotel Lyon' },
  },
})

export const deleteTenant = defineRequest({
  domain: 'tenants',
  verb: 'delete',
  owner,
  summary:
    'Removes a tenant that has no tenants below it; its devices return to the root tenant, its configs are removed',
  input: Type.Object({
    id: TenantId,
    ifRevision: Type.Optional(Revision),
    dryRun: Type.Optional(Type.Boolean({ description: 'Only count, and change nothing' })),
  }),
  output: Type.Object({
    applied: Type.Optional(Type.Boolean({ description: 'false: this was a dry run' })),
    areas: Type.Optional(
      Type.Array(Type.Object({ area: Type.String(), has: Type.Record(Type.String(), Type.Integer({ minimum: 0 })) }), {
        description: 'Of a dry run: what there is of the tenant, by who owns it',
      }),
    ),
  }),
  errors: ['not-found', 'in-use', 'not-deletable', 'stale-revision'],
  deadlineMs: 130_000,
  rest: { method: 'DELETE', path: '/api/v1/tenants/{id}', success: 204, permission: 'admin' },
  example: { input: { id: exampleTenant.id }, output: {} },
})

export const listTokens = defineRequest({
  domain: 'tokens',
  verb: 'list',
  owner,
  summary: 'The tokens of the asking tenant; never their texts',
  input: Type.Object({
    ...listParameters,
    order: Type.Optional(Type.Enum(['name', 'createdAt', 'expiresAt', 'lastUsedAt'])),
    user: Type.Optional(ObjectId),
    permission: Type.Optional(TokenView.properties.permission),
  }),
  output: Page(TokenView),
  rest: { method: 'GET', path: '/api/v1/tokens', success: 200, permission: 'admin' },
  example: { input: {}, output: { items: [exampleToken], total: 1 } },
})

export const createToken = defineRequest({
  domain: 'tokens',
  verb: 'create',
  owner,
  summary: 'Makes a token; its text is in this answer and nowhere else',
  input: Type.Object({
    token: Type.Object({
      name: Type.String({ minLength: 1, maxLength: 100 }),
      permission: Type.Optional(TokenView.properties.permission),
      scopes: Type.Optional(Scopes),
      expiresInS: Type.Optional(Type.Integer({ minimum: 60, maximum: 315_360_000 })),
    }),
  }),
  output: Type.Object({ ...TokenView.properties, text: Type.String() }),
  errors: ['forbidden'],
  rest: { method: 'POST', path: '/api/v1/tokens', success: 201, permission: 'admin', body: 'token', logIn: true },
  example: {
    input: { token: { name: 'monitoring', permission: 'read' } },
    output: { ...exampleToken, text: 'strowger_EXAMPLE0not0a0real0token0000000000000000' },
  },
})

export const deleteToken = defineRequest({
  domain: 'tokens',
  verb: 'delete',
  owner,
  summary: 'Ends a token at once',
  input: Type.Object({ id: ObjectId }),
  output: Type.Object({}),
  errors: ['not-found'],
  rest: {
    method: 'DELETE',
    path: '/api/v1/tokens/{id}',
    success: 204,
    permission: 'admin',
    unversioned: 'a token is never changed, only ended',
  },
  example: { input: { id: exampleToken.id }, output: {} },
})
