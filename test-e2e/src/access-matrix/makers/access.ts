import { type Asker, type Maker, shortId } from '../maker.ts'

const user = () => ({ login: `u${shortId()}` })
const role = () => ({ name: `r${shortId()}`, permission: 'read' as const })
const token = () => ({ name: `t${shortId()}`, permission: 'read' as const })
const tenant = () => ({ name: `n${shortId()}` })

const madeBy = (path: string, body: () => object) => async (asker: Asker) => {
  const { id } = await asker.made('POST', path, body())
  return { id: String(id) }
}
const newUser = madeBy('/api/v1/users', user)
const newRole = madeBy('/api/v1/roles', role)
const newToken = madeBy('/api/v1/tokens', token)
const newTenant = async (asker: Asker) => {
  const body = tenant()
  const { id } = await asker.made('POST', '/api/v1/tenants', body)
  return { id: String(id), ...body }
}
const password = 'four words are long'

export const accessMakers: readonly Maker[] = [
  { operations: ['POST /api/v1/users'], make: async () => ({ body: user() }) },
  {
    operations: ['GET /api/v1/users/{id}', 'DELETE /api/v1/users/{id}'],
    make: async (asker) => ({ params: await newUser(asker) }),
  },
  {
    operations: ['PUT /api/v1/users/{id}'],
    make: async (asker) => ({ params: await newUser(asker), body: user() }),
  },
  {
    operations: ['PUT /api/v1/users/{id}/password'],
    make: async (asker) => ({ params: await newUser(asker), body: { password } }),
  },
  { operations: ['POST /api/v1/roles'], make: async () => ({ body: role() }) },
  {
    operations: ['GET /api/v1/roles/{id}', 'DELETE /api/v1/roles/{id}'],
    make: async (asker) => ({ params: await newRole(asker) }),
  },
  {
    operations: ['PUT /api/v1/roles/{id}'],
    make: async (asker) => ({ params: await newRole(asker), body: role() }),
  },
  { operations: ['POST /api/v1/tokens'], make: async () => ({ body: token() }) },
  { operations: ['DELETE /api/v1/tokens/{id}'], make: async (asker) => ({ params: await newToken(asker) }) },
  { operations: ['POST /api/v1/tenants'], make: async () => ({ body: tenant() }) },
  {
    operations: ['GET /api/v1/tenants/{id}', 'DELETE /api/v1/tenants/{id}'],
    make: async (asker) => ({ params: { id: (await newTenant(asker)).id } }),
  },
  {
    operations: ['PUT /api/v1/tenants/{id}'],
    make: async (asker) => ({ params: { id: (await newTenant(asker)).id }, body: tenant() }),
  },
  {
    operations: ['POST /api/v1/tenants/{id}/erase'],
    make: async (asker) => {
      const { id, name } = await newTenant(asker)
      return { params: { id }, body: { name }, query: '?dry_run=true' }
    },
  },
  // Tokens of the matrix act for no user: they open and end no session, and have no password.
  { operations: ['POST /api/v1/sessions'], answers: 403 },
  {
    operations: ['PUT /api/v1/sessions/current/password'],
    make: async () => ({ body: { present: 'x', password } }),
    answers: 403,
  },
  {
    operations: ['DELETE /api/v1/sessions/{id}'],
    make: async () => ({ params: { id: 'none' } }),
    answers: 404,
  },
]
