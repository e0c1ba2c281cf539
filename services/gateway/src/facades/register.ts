import type { Bus, CallContext } from '@strowger/bus'
import { errors, Fault, type Permission, type RequestDefinition } from '@strowger/schema'
import type { Clock, Log } from '@strowger/service'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Authentication, type Caller, refuseOutside } from '../access/authenticate.ts'
import { jsonBody } from '../rest/json-body.ts'
import { faultOf } from '../rest/problem.ts'
import { authFacade } from './auth/facade.ts'
import { confdFacade } from './confd/facade.ts'
import { describeFacade, descriptionPath } from './description.ts'
import type { Asked, Credentials, Facade, FacadeAnswer, FacadeRoute } from './facade.ts'
import { provdFacade } from './provd/facade.ts'

const facades: readonly Facade[] = [authFacade, provdFacade, confdFacade]

interface Parts {
  readonly bus: Pick<Bus, 'request'>
  readonly authentication: Authentication
  readonly clock: Pick<Clock, 'now'>
  readonly log: Log
}

/** The paths and bodies that scripts for Wazo already use (DESIGN §7), in front of our own operations. */
export function registerFacades(app: FastifyInstance, parts: Parts): void {
  for (const facade of facades) {
    void app.register(async (scope) => serveFacade(scope, facade, parts), { prefix: facade.prefix })
  }
}

function serveFacade(scope: FastifyInstance, facade: Facade, parts: Parts): void {
  const { clock, log } = parts
  scope.removeAllContentTypeParsers()
  // Read as text: which type and form a façade takes, it says in its own words.
  scope.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body))
  scope.addHook('onRequest', async (_request, reply) => void reply.headers({ ...facade.headers }))

  const refuse = (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const fault = faultOf(error)
    if (fault.internal !== undefined || fault.code === 'internal') {
      const { requestId, operation } = request.facts
      const level = fault.code === 'internal' ? 'error' : 'warn'
      log[level]({ requestId, operation, error: fault.cause ?? fault, internal: fault.internal }, 'a request failed')
    }
    if (errors[fault.code].retry === 'later') reply.header('retry-after', '2')
    send(facade, facade.refusal(fault, clock.now()), reply)
  }
  scope.setErrorHandler(refuse)
  scope.setNotFoundHandler((request, reply) => {
    const path = (request.url.split('?')[0] ?? '').slice(facade.prefix.length)
    const allowed = facade.routes.filter((route) => matches(route, path)).map(({ method }) => method)
    if (allowed.length > 0) reply.header('allow', [...new Set(allowed)].join(', '))
    refuse(new Fault(allowed.length > 0 ? 'method-not-allowed' : 'not-found'), request, reply)
  })
  const preflight = async (_request: FastifyRequest, reply: FastifyReply) => reply.code(200).send()
  for (const url of ['', '/*']) scope.route({ method: 'OPTIONS', url, handler: preflight })
  const description = describeFacade(facade)
  scope.get(descriptionPath, async (_request, reply) => reply.type('application/x-yaml').send(description))
  for (const route of facade.routes) {
    scope.route({
      method: route.method,
      url: route.path,
      exposeHeadRoute: false,
      handler: async (request, reply) => {
        request.facts.operation = `${facade.prefix}${route.path}`
        const asked = askedFrom(request, facade, parts)
        if (route.permission !== 'none') request.facts.caller = await asked.caller(route.permission)
        send(facade, await route.answer(asked), reply)
        return reply
      },
    })
  }
}

/** What a resource is given to work with. */
function askedFrom(request: FastifyRequest, facade: Facade, { bus, authentication, clock }: Parts): Asked {
  const { headers, ip, facts } = request
  const note = `${request.method} ${request.url.split('?')[0]}`.slice(0, 200)

  const caller = async (permission: Permission, credentials: Credentials = {}): Promise<Caller> => {
    const { token, isLogIn = false, tenant } = credentials
    const shown = {
      ...headers,
      ...(token === undefined ? {} : { 'x-auth-token': token, authorization: undefined }),
      ...(tenant === undefined ? {} : { 'wazo-tenant': tenant, 'strowger-tenant': undefined }),
    }
    return authentication.caller({ headers: shown, ip }, { permission, scope: 'later', isLogIn })
  }
  const callAs: Asked['callAs'] = ({ tenant, actor }, definition, input) =>
    bus.request(definition, input, { tenant, actor, requestId: facts.requestId, note, address: ip } as CallContext)

  return {
    params: request.params as Record<string, string>,
    query: firstOfEach(request.query as Record<string, string | string[]>),
    body: bodyOf(request, facade),
    headers,
    address: ip,
    nowMs: clock.now(),
    caller,
    callAs,
    async call<Input, Output>(definition: RequestDefinition<Input, Output>, input: Input): Promise<Output> {
      const who = await caller(definition.rest?.permission ?? 'admin')
      if (definition.rest !== undefined) refuseOutside(who, definition)
      return callAs(who, definition, input)
    },
  }
}

/** The value of the body; @throws Fault `unsupported-media-type`, `invalid-input`. */
function bodyOf({ body, headers, method }: FastifyRequest, { mediaTypes, isLenient = false }: Facade): unknown {
  if (method === 'GET' || method === 'HEAD' || typeof body !== 'string' || body.trim() === '') return undefined
  const [type = ''] = (headers['content-type'] ?? '').split(';')
  if (!isLenient && !mediaTypes.includes(type.trim().toLowerCase())) throw new Fault('unsupported-media-type')
  return jsonBody(body)
}

/** A parameter that is given twice counts as it was given first. */
function firstOfEach(query: Readonly<Record<string, string | string[]>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => [name, (Array.isArray(value) ? value[0] : value) ?? '']),
  )
}

function send(facade: Facade, answer: FacadeAnswer, reply: FastifyReply): void {
  const { status, headers = {}, body, type } = answer
  reply.code(status).headers({ ...headers })
  if (body === undefined) {
    void reply.send()
    return
  }
  const isText = typeof body === 'string'
  // As bytes: to text fastify adds a charset, which clients that compare the type do not expect.
  void reply
    .type(type ?? (isText ? 'text/plain' : facade.mediaTypes[0]))
    .send(Buffer.from(isText ? body : JSON.stringify(body)))
}

function matches({ path }: FacadeRoute, asked: string): boolean {
  return new RegExp(`^${path.replaceAll(/:\w+/g, '[^/]+')}$`).test(asked)
}
