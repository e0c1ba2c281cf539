import { createToken, deleteToken, Fault, listTokens, type TokenView } from '@strowger/schema'
import { aclOf, grantCoversAcl } from '../../access/acl.ts'
import type { Caller } from '../../access/authenticate.ts'
import type { Asked, FacadeAnswer, FacadeRoute } from '../facade.ts'

const defaultSeconds = 7_200
/** The shortest token there is. */
const minSeconds = 60
const maxSeconds = 315_360_000

export const tokenRoutes: readonly FacadeRoute[] = [
  { method: 'POST', path: '/token', permission: 'none', answer: logIn },
  { method: 'GET', path: '/token/:token', permission: 'none', answer: show },
  { method: 'HEAD', path: '/token/:token', permission: 'none', answer: check },
  { method: 'DELETE', path: '/token/:token', permission: 'none', answer: revoke },
  { method: 'POST', path: '/token/:token/scopes/check', permission: 'none', answer: checkScopes },
]

async function logIn(asked: Asked): Promise<FacadeAnswer> {
  const { expiration = defaultSeconds } = recordOf(asked.body)
  if (typeof expiration !== 'number' || !(expiration > 0)) {
    throw new Fault('invalid-input', { detail: 'Invalid expiration' })
  }
  const expiresInS = Math.min(maxSeconds, Math.max(minSeconds, Math.ceil(expiration)))
  const caller = await asked.caller('read', { isLogIn: true })
  const agent = String(asked.headers['user-agent'] ?? 'a script').slice(0, 60)
  const made = await asked.callAs(caller, createToken, { token: { name: `log-in of ${agent}`, expiresInS } })
  return { status: 200, body: { data: dataOf(asked, caller, made, made.text) } }
}

async function show(asked: Asked): Promise<FacadeAnswer> {
  const caller = await bearer(asked)
  const view = await viewOf(asked, caller)
  return { status: 200, body: { data: dataOf(asked, caller, view, asked.params['token'] ?? '') } }
}

async function check(asked: Asked): Promise<FacadeAnswer> {
  await bearer(asked)
  return { status: 204 }
}

async function revoke(asked: Asked): Promise<FacadeAnswer> {
  try {
    const caller = await bearer(asked)
    await asked.callAs(caller, deleteToken, { id: caller.actor.id ?? '' })
  } catch (error) {
    // What is not there need not be ended: clients end what may have expired.
    if (!(error instanceof Fault) || error.code !== 'not-found') throw error
  }
  return { status: 200, body: { data: { message: 'success' } } }
}

async function checkScopes(asked: Asked): Promise<FacadeAnswer> {
  const { scopes, tenant_uuid: tenant } = recordOf(asked.body)
  if (!Array.isArray(scopes) || !scopes.every((scope) => typeof scope === 'string')) {
    throw new Fault('invalid-input', { detail: 'Invalid scopes' })
  }
  const found = await bearer({ ...asked, query: typeof tenant === 'string' ? { tenant } : {} })
  return {
    status: 200,
    body: { scopes: Object.fromEntries(scopes.map((scope) => [scope, grantCoversAcl(found, scope)])) },
  }
}

/** Whose the token in the path is. @throws Fault `not-found` when it is no token, `forbidden` when it may not do that. */
async function bearer({ params, query, caller }: Pick<Asked, 'params' | 'query' | 'caller'>): Promise<Caller> {
  const { scope, tenant } = query
  const found = await caller('read', { token: params['token'] ?? '', tenant: '' }).catch((error: unknown) => {
    if (error instanceof Fault && error.code === 'unauthenticated')
      throw new Fault('not-found', { detail: 'No such token' })
    throw error
  })
  if (scope !== undefined && !grantCoversAcl(found, scope)) {
    throw new Fault('forbidden', { detail: `Unauthorized for ${scope}` })
  }
  if (tenant === undefined) return found
  return caller('read', { token: params['token'] ?? '', tenant }).catch((error: unknown) => {
    if (error instanceof Fault && error.code === 'not-found')
      throw new Fault('forbidden', { detail: 'Unauthorized tenant' })
    throw error
  })
}

const pageSize = 1_000

async function viewOf(asked: Asked, caller: Caller): Promise<TokenView | undefined> {
  for (let offset = 0; ; offset += pageSize) {
    const { items, total } = await asked.callAs(caller, listTokens, { limit: pageSize, offset })
    const found = items.find(({ id }) => id === caller.actor.id)
    if (found !== undefined || offset + pageSize >= total) return found
  }
}

function dataOf(asked: Asked, caller: Caller, view: TokenView | undefined, token: string): object {
  const { actor, tenant, permission, scopes } = caller
  const authId = actor.id ?? actor.name
  const issued = view?.createdAt
  const expires = view?.expiresAt
  return {
    token,
    session_uuid: view?.id ?? authId,
    auth_id: authId,
    xivo_uuid: null,
    issued_at: withoutZone(issued),
    utc_issued_at: withoutZone(issued),
    expires_at: withoutZone(expires),
    utc_expires_at: withoutZone(expires),
    acl: aclOf({
      permission: view?.permission ?? permission,
      scopes: view?.scopes ? [...scopes, view.scopes] : scopes,
    }),
    metadata: {
      uuid: authId,
      tenant_uuid: tenant,
      auth_id: authId,
      pbx_user_uuid: null,
      xivo_uuid: null,
      username: actor.name,
    },
    user_agent: String(asked.headers['user-agent'] ?? ''),
    remote_addr: asked.address,
  }
}

/** As `2026-11-21T09:30:00.000000`, in UTC. */
function withoutZone(instant: string | undefined): string | null {
  return instant === undefined ? null : `${instant.slice(0, 23)}000`
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}
