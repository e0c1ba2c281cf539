import type { Bus } from '@strowger/bus'
import { type Catalogue, errors, Fault, type Tenants } from '@strowger/schema'
import type { Clock, CounterSeries, HistogramSeries, Log, Metrics, Telemetry } from '@strowger/service'
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify'
import type { Authentication } from '../access/authenticate.ts'

import type { OpenId } from '../access/openid.ts'
import type { Audit } from '../audit.ts'
import type { Topics } from '../events/stream.ts'
import { registerFacades } from '../facades/register.ts'

import { auditedRequests } from './audited.ts'
import { documentationPage } from './documentation-page.ts'
import { serveEvents } from './events-route.ts'
import type { Idempotency } from './idempotency.ts'
import { jsonBody } from './json-body.ts'
import { openApiDocument } from './open-api.ts'
import { type Operation, operationsOf, routePath } from './operation.ts'
import { faultOf, problemFrom, problemHeaders, problemType } from './problem.ts'
import { createRouteHandler, newFacts } from './route.ts'
import { serveSignIn } from './sign-in-route.ts'

const maxBodyBytes = 1_048_576

export interface RestServer {
  /** Resolves to the address it listens on, as `http://127.0.0.1:8080`. Rejects when the port cannot be had. */
  listen(host: string, port: number): Promise<string>
  /** Answers what has begun, then closes. */
  close(): Promise<void>
}

interface Parts {
  readonly catalogue: Pick<Catalogue, 'requests'>
  readonly bus: Pick<Bus, 'request' | 'requestJson'>
  readonly authentication: Authentication
  readonly audit: Pick<Audit, 'record'>
  readonly idempotency: Idempotency
  readonly tenants: Tenants
  /** What can be listened to. */
  readonly topics: Topics
  readonly openId: OpenId | undefined
  /** Under which browsers reach us; else where we listen. */
  readonly ownOrigin: string | undefined
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
  readonly telemetry: Telemetry
}

/** REST: a route for each operation of the catalogue that has a binding, and the pages that describe them. */
export function createRestServer(parts: Parts): RestServer {
  const { catalogue } = parts
  const operations = operationsOf(catalogue.requests)
  const app = fastify({
    bodyLimit: maxBodyBytes,
    // A request that trickles in must not hold a connection for ever.
    requestTimeout: 30_000,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 256 },
    // A URL that cannot be decoded reaches no route.
    frameworkErrors: (error, request, reply) => {
      request.facts ??= newFacts()
      sendFault(parts, faultOf(error), request, reply)
    },
  })
  app.decorateRequest('facts')
  acceptJsonOnly(app)
  tellOfRequests(app, parts)
  app.setErrorHandler((error, request, reply) => sendFault(parts, faultOf(error), request, reply))
  app.setNotFoundHandler((request, reply) => {
    const allowed = methodsOf(operations, request.url)
    if (allowed.length === 0 || allowed.includes(request.method)) {
      const detail = 'There is nothing at this address; GET /api/docs lists what there is'
      sendFault(parts, new Fault('not-found', { detail }), request, reply)
      return
    }
    reply.header('allow', allowed.join(', '))
    const detail = `This address knows ${allowed.join(', ')}`
    sendFault(parts, new Fault('method-not-allowed', { detail }), request, reply)
  })
  for (const operation of operations) {
    app.route({
      method: operation.rest.method,
      url: routePath(operation),
      exposeHeadRoute: false,
      handler: createRouteHandler(operation, parts),
    })
  }
  const events = serveEvents(app, parts)
  serveSignIn(app, parts)
  registerFacades(app, { ...parts, bus: auditedRequests(parts.bus, parts.audit) })
  describe(app, catalogue)

  return {
    async listen(host, port) {
      return app.listen({ host, port })
    },
    close() {
      events.closeAll()
      return app.close()
    },
  }
}

function acceptJsonOnly(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i,
    { parseAs: 'string' },
    (_request, body, done) => {
      try {
        // Clients that always name a type send it with nothing, too.
        done(null, body === '' ? undefined : jsonBody(String(body)))
      } catch (error) {
        done(error as Error, undefined)
      }
    },
  )
}

/** One line a request, when it has been answered: never a token, a body or a query. */
function tellOfRequests(app: FastifyInstance, { clock, log, metrics }: Parts): void {
  const startedMs = new WeakMap<FastifyRequest, number>()
  const answers = metrics.counter({
    name: 'rest_answers_total',
    help: 'Requests over REST, by operation and status',
    labels: ['operation', 'status'],
  })
  const seconds = metrics.histogram({
    name: 'rest_answer_seconds',
    help: 'How long requests over REST took',
    labels: ['operation'],
  })
  const seriesOf = createAnswerSeries(answers, seconds)
  app.addHook('onRequest', (request, reply, done) => {
    request.facts = newFacts()
    startedMs.set(request, clock.monotonicMs())
    reply.header('x-request-id', request.facts.requestId)
    reply.header('cache-control', 'no-store')
    done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    const { requestId, operation = 'none', caller } = request.facts
    const endedMs = clock.monotonicMs()
    const durationMs = endedMs - (startedMs.get(request) ?? endedMs)
    const series = seriesOf(operation, reply.statusCode)
    series.count.add()
    series.seconds.observe(durationMs / 1_000)
    log.info(
      {
        requestId,
        method: request.method,
        path: request.url.split('?', 1)[0]?.slice(0, 256),
        actor: caller?.actor.name,
        tenant: caller?.tenant,
        address: request.ip,
        status: reply.statusCode,
        durationMs: Math.round(durationMs * 10) / 10,
      },
      'request',
    )
    done()
  })
}

interface AnswerSeries {
  readonly count: CounterSeries
  readonly seconds: HistogramSeries
}

/** Finding a series by its labels costs more than counting in it. Operations and statuses are few. */
function createAnswerSeries(
  answers: { of(labels: { operation: string; status: string }): CounterSeries },
  seconds: { of(labels: { operation: string }): HistogramSeries },
): (operation: string, status: number) => AnswerSeries {
  const known = new Map<string, AnswerSeries>()
  return (operation, status) => {
    const name = `${status} ${operation}`
    let series = known.get(name)
    if (series === undefined) {
      series = { count: answers.of({ operation, status: String(status) }), seconds: seconds.of({ operation }) }
      known.set(name, series)
    }
    return series
  }
}

function sendFault({ log }: Pick<Parts, 'log'>, fault: Fault, request: FastifyRequest, reply: FastifyReply): void {
  const { requestId, operation } = request.facts
  if (fault.internal !== undefined || fault.code === 'internal') {
    const level = errors[fault.code].status >= 500 && fault.code === 'internal' ? 'error' : 'warn'
    log[level]({ requestId, operation, error: fault.cause ?? fault, internal: fault.internal }, 'a request failed')
  }
  void reply
    .code(errors[fault.code].status)
    .headers(problemHeaders(fault))
    .type(problemType)
    // As bytes: to text fastify adds a charset, which the type has not (RFC 9457 §6.1).
    .send(Buffer.from(JSON.stringify(problemFrom(fault))))
}

/** The methods that operations take at the path of this URL. */
function methodsOf(operations: readonly Operation[], url: string): string[] {
  const path = url.split('?')[0] ?? ''
  const methods = operations
    .filter(({ rest }) =>
      new RegExp(`^${rest.path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path),
    )
    .map(({ rest }) => rest.method)
  return [...new Set(methods)].sort()
}

function describe(app: FastifyInstance, catalogue: Pick<Catalogue, 'requests'>): void {
  const document = JSON.stringify(openApiDocument(catalogue), undefined, 2)
  const page = documentationPage(catalogue)
  app.get('/api/v1/openapi.json', async (_request, reply) => reply.type('application/json').send(document))
  for (const path of ['/', '/api/docs']) {
    app.get(path, async (_request, reply) =>
      reply
        .headers({
          'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
          'x-content-type-options': 'nosniff',
        })
        .type('text/html; charset=utf-8')
        .send(page),
    )
  }
}
