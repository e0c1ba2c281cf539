import { Fault, type Tenants } from '@strowger/schema'
import type { Clock, Metrics } from '@strowger/service'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Authentication, Caller } from '../access/authenticate.ts'
import { openStream, type Topics } from '../events/stream.ts'

const maxStreams = 256
const maxStreamsOfOne = 16

/** `GET /api/v1/events`: what happens, as it happens. */
export function serveEvents(
  app: FastifyInstance,
  parts: { topics: Topics; tenants: Tenants; authentication: Authentication; clock: Clock; metrics: Metrics },
): { closeAll(): void } {
  const { topics, tenants, authentication, clock, metrics } = parts
  const open = new Map<() => void, string>()
  metrics.observedGauge({ name: 'rest_event_streams', help: 'Listeners to events over REST' }, () => open.size)

  app.get('/api/v1/events', { exposeHeadRoute: false }, async (request, reply) => {
    request.facts.operation = 'events'
    const wanted = queryOf(request)
    const ask = () => callerOf(request, wanted.names)
    const caller = await ask()
    request.facts.caller = caller
    const who = caller.actor.id ?? caller.actor.name
    refuseMore(open, who)
    const last = request.headers['last-event-id']
    reply.hijack()
    const { raw } = reply
    raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      // When it ends the connection is of no more use; kept alive it would hold up our own end.
      connection: 'close',
      // Proxies that collect answers before they pass them on (nginx) must not.
      'x-accel-buffering': 'no',
      'x-request-id': request.facts.requestId,
    })
    const sink = {
      write: (text: string) => void raw.write(text),
      waiting: () => raw.writableLength,
      end: () => void raw.end(),
    }
    const end = openStream(
      sink,
      {
        topics: Object.fromEntries(wanted.names.map((name) => [name, topics[name] as Topics[string]])),
        tenant: caller.tenant,
        recurse: wanted.recurse,
        lastEventId: typeof last === 'string' ? last : wanted.lastEventId,
        stillAllowed: () => isAllowed(ask),
      },
      { tenants, clock },
    )
    open.set(end, who)
    raw.on('close', () => {
      open.delete(end)
      end()
    })
  })

  /** @throws Fault as for any operation; each topic is a resource that is read. */
  async function callerOf({ headers, ip }: FastifyRequest, names: readonly string[]): Promise<Caller> {
    const needs = (resource: string) => ({
      permission: 'read' as const,
      scope: { resource, verb: 'read' as const },
      isLogIn: false,
    })
    const [first = '', ...others] = names
    for (const name of others) await authentication.caller({ headers, ip }, needs(name))
    return authentication.caller({ headers, ip }, needs(first))
  }

  function queryOf(request: FastifyRequest) {
    const { topics: named, recurse, last_event_id: lastEventId, ...unknown } = request.query as Record<string, unknown>
    const known = Object.keys(topics)
    const names = named === undefined ? known : String(named).split(',')
    const fields = [
      ...Object.keys(unknown).map((name) => ({
        field: `?${name}`,
        problem: 'is not known; there is topics, recurse, last_event_id',
      })),
      ...names
        .filter((name) => !known.includes(name))
        .map((name) => ({ field: '?topics', problem: `${name} is none; there is ${known.join(', ')}` })),
    ]
    const [first] = fields
    if (first !== undefined) throw new Fault('invalid-input', { detail: `${first.field} ${first.problem}`, fields })
    return {
      names: known.filter((name) => names.includes(name)),
      recurse: recurse === 'true',
      lastEventId: typeof lastEventId === 'string' ? lastEventId : undefined,
    }
  }

  return {
    closeAll() {
      for (const end of [...open.keys()]) end()
    },
  }
}

function refuseMore(open: ReadonlyMap<unknown, string>, who: string): void {
  const ofOne = [...open.values()].filter((other) => other === who).length
  if (open.size < maxStreams && ofOne < maxStreamsOfOne) return
  throw new Fault('too-many-requests', { detail: 'Too many listeners are connected; end one of them' })
}

/** Only a refusal ends it: while the database is away nobody knows. */
async function isAllowed(ask: () => Promise<unknown>): Promise<boolean> {
  try {
    await ask()
    return true
  } catch (error) {
    return !(error instanceof Fault) || !['unauthenticated', 'forbidden', 'not-found'].includes(error.code)
  }
}
