import { Fault } from '@strowger/schema'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { OpenId } from '../access/openid.ts'
import type { Audit } from '../audit.ts'

const cookieName = 'strowger-sign-in'
const cookiePath = '/api/v1/sign-in'

/**
 * `GET /api/v1/sign-in` sends a browser to the OpenID provider, which sends it back to `…/callback`; from there it goes
 * where it was to return to, with `#sign-in=<code>` (a program: `?sign-in=<code>`). With this code as Bearer, POST
 * /api/v1/sessions opens a session.
 */
export function serveSignIn(
  app: FastifyInstance,
  parts: { openId: OpenId | undefined; ownOrigin: string | undefined; audit: Pick<Audit, 'record'> },
): void {
  const { openId, ownOrigin, audit } = parts

  function provided(): OpenId {
    if (openId) return openId
    throw new Fault('not-found', { detail: 'No OpenID provider is set (OPENID_ISSUER)' })
  }

  app.get('/api/v1/sign-in', { exposeHeadRoute: false }, async (request, reply) => {
    request.facts.operation = 'sign-in'
    const { return_to: wanted = '/' } = request.query as Record<string, string>
    const { url, cookie } = await provided().begin(returnAddress(wanted))
    const secure = ownOrigin?.startsWith('https:') ? '; Secure' : ''
    reply.header(
      'set-cookie',
      `${cookieName}=${cookie}; Path=${cookiePath}; Max-Age=600; HttpOnly; SameSite=Lax${secure}`,
    )
    return reply.redirect(url, 302)
  })

  app.get('/api/v1/sign-in/callback', { exposeHeadRoute: false }, async (request, reply) => {
    request.facts.operation = 'sign-in'
    const { code, returnTo, user } = await provided().end(new URL(request.url, ownOrigin), cookieOf(request))
    await audit.record({
      tenant: user.tenant,
      actor: user.login,
      operation: 'sessions.sign-in',
      method: 'GET',
      path: '/api/v1/sign-in/callback',
      status: 303,
      request: request.facts.requestId,
      address: request.ip,
    })
    reply.header('set-cookie', `${cookieName}=; Path=${cookiePath}; Max-Age=0; HttpOnly; SameSite=Lax`)
    return reply.redirect(withCode(returnTo, code), 303)
  })
}

/**
 * Where a browser may be sent with a code that opens a session: a path of ours, or a program on the machine of the
 * browser itself (RFC 8252 §7.3).
 */
function returnAddress(wanted: string): string {
  if (/^\/(?![/\\])[^#\s]{0,500}$/.test(wanted)) return wanted
  if (/^http:\/\/(?:127\.0\.0\.1|\[::1\]):\d{1,5}\/[^#\s]{0,200}$/.test(wanted)) return wanted
  const problem = 'must be a path of this server, or http://127.0.0.1:<port>/…'
  throw new Fault('invalid-input', { detail: `return_to ${problem}`, fields: [{ field: '?return_to', problem }] })
}

/** To a page of ours behind `#`, which no server gets to see; a program can read what comes in the address only. */
function withCode(returnTo: string, code: string): string {
  if (returnTo.startsWith('/')) return `${returnTo}#sign-in=${code}`
  return `${returnTo}${returnTo.includes('?') ? '&' : '?'}sign-in=${code}`
}

function cookieOf({ headers }: FastifyRequest): string | undefined {
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='))
  return pairs.find(([name]) => name === cookieName)?.[1]
}
