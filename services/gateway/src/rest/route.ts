import type { Bus, CallContext } from '@strowger/bus'
import { Fault, neededScope } from '@strowger/schema'
import { newId, type Telemetry } from '@strowger/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Authentication, Caller } from '../access/authenticate.ts'
import { credentialsFrom } from '../access/credentials.ts'
import type { Audit } from '../audit.ts'
import { type Answer, answerOfFault, createAnswers, jsonType } from './answer.ts'
import { auditEntry, isAudited } from './audited.ts'
import { csvAlone, wantsCsv } from './csv.ts'
import { type Idempotency, idempotencyKey } from './idempotency.ts'
import { createInputReader } from './input.ts'
import { linesFrom, wantsLines } from './lines.ts'
import type { Operation } from './operation.ts'
import { faultOf } from './problem.ts'

/** What the log tells of a request, gathered while it is answered. */
export interface RequestFacts {
  readonly requestId: string
  operation?: string
  caller?: Caller
}

declare module 'fastify' {
  interface FastifyRequest {
    facts: RequestFacts
  }
}

type Headers = FastifyRequest['headers']

export interface RouteParts {
  readonly bus: Pick<Bus, 'requestJson'>
  readonly authentication: Authentication
  readonly audit: Pick<Audit, 'record'>
  readonly idempotency: Idempotency
  readonly telemetry: Telemetry
}

const maxNoteLength = 200

/** Answers one operation: who asks, with what; then its owner is asked over the bus, also when that is the gateway. */
export function createRouteHandler(
  operation: Operation,
  parts: RouteParts,
): (request: FastifyRequest, reply: FastifyReply) => Promise<void> {
  const { bus, authentication, audit, idempotency, telemetry } = parts
  const { rest, subject } = operation
  const readInput = createInputReader(operation)
  const answerFrom = createAnswers(operation)
  const needs = { permission: rest.permission, scope: neededScope(rest), isLogIn: rest.logIn === true }
  const audited = isAudited(operation)
  const isRead = rest.method === 'GET'

  function inputOf(request: FastifyRequest): Record<string, unknown> {
    return readInput({
      params: request.params as Record<string, string>,
      query: request.query as Record<string, string | string[]>,
      body: request.body,
      ifMatch: request.headers['if-match'],
    }) as Record<string, unknown>
  }

  async function ask(request: FastifyRequest, caller: Caller): Promise<Answer> {
    const input = inputOf(request)
    if (rest.sender !== undefined) input[rest.sender] = senderOf(request, caller)
    const isTable = rest.csv === true && wantsCsv(request.headers.accept)
    if (isTable) input['csv'] = true
    const answer = answerFrom(await bus.requestJson(operation, input, contextOf(request, caller)))
    return isTable ? csvAlone(answer) : answer
  }

  async function sendLines(request: FastifyRequest, reply: FastifyReply, caller: Caller): Promise<void> {
    const input = inputOf(request)
    const context = contextOf(request, caller)
    const lines = linesFrom(async (page) => {
      const json = await bus.requestJson(operation, { ...input, ...page, direction: 'asc', offset: 0 }, context)
      return (JSON.parse(Buffer.from(json).toString('utf8')) as { items: { id: number }[] }).items
    })
    await reply.type('application/x-ndjson').send(lines)
  }

  /** Refusals are answers, too, when somebody may ask again with the same key. */
  async function askOnce(request: FastifyRequest, caller: Caller, key: string): Promise<Answer> {
    const { headers, method, url, body } = request
    const credentials = credentialsFrom(headers)
    return idempotency.once(
      {
        key,
        tenant: caller.tenant,
        actorId: caller.actor.id ?? caller.actor.name,
        credential: JSON.stringify(credentials),
        asked: [method, url, JSON.stringify(body) ?? '', headers['if-match'] ?? ''],
      },
      () => ask(request, caller).catch((error: unknown) => answerOfFault(keepable(error))),
    )
  }

  function contextOf(request: FastifyRequest, { tenant, actor }: Caller): CallContext {
    return { tenant, actor, requestId: request.facts.requestId, note: noteOf(request) }
  }

  async function answer(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { headers, ip, facts } = request
    const tell = async (fault: Fault | undefined) => {
      if (!audited) return
      const { tenant, actor } = facts.caller ?? { tenant: undefined, actor: triedBy(headers) }
      // Anybody can send a wrong token; that is in the log. A log-in that fails is told.
      if (actor === undefined) return
      const [path = ''] = request.url.split('?')
      const asked = { tenant, actor, path, requestId: facts.requestId, note: ownNote(headers), address: ip }
      await audit.record(auditEntry(operation, asked, fault))
    }
    try {
      const caller = await authentication.caller({ headers, ip }, needs)
      facts.caller = caller
      if (rest.lines && wantsLines(headers.accept)) return await sendLines(request, reply, caller)
      const key = isRead ? undefined : idempotencyKey(headers['idempotency-key'])
      const answered = key === undefined ? await ask(request, caller) : await askOnce(request, caller, key)
      if (answered.status >= 400) await tell(faultOfAnswer(answered))
      else if (answered.headers['idempotency-replayed'] === undefined) await tell(undefined)
      await send(answered, reply)
    } catch (error) {
      await tell(faultOf(error))
      throw error
    }
  }

  return async (request, reply) => {
    request.facts.operation = subject
    if (!telemetry.enabled) return answer(request, reply)
    const traceparent = request.headers['traceparent']
    const options = { kind: 'server' as const, ...(typeof traceparent === 'string' ? { traceparent } : {}) }
    return telemetry.span(`${rest.method} ${rest.path}`, options, () => answer(request, reply))
  }
}

/** As text node writes head and body in one piece; what is no JSON of ours stays bytes, to which no charset is added. */
async function send({ status, headers, body }: Answer, reply: FastifyReply): Promise<void> {
  const payload = headers['content-type'] === jsonType ? body?.toString('utf8') : body
  await reply.code(status).headers(headers).send(payload)
}

/** What happened inside is told as such, and not kept. */
function keepable(error: unknown): Fault {
  const fault = faultOf(error)
  if (fault.code === 'internal') throw error
  return fault
}

function faultOfAnswer({ body }: Answer): Fault {
  const { code, detail } = JSON.parse(body?.toString('utf8') ?? '{}') as { code: Fault['code']; detail?: string }
  return new Fault(code, detail === undefined ? {} : { detail })
}

function senderOf({ headers, ip }: FastifyRequest, { logIn }: Caller): object {
  const agent = headers['user-agent']
  return {
    address: ip,
    ...(agent === undefined ? {} : { agent: agent.slice(0, 256) }),
    ...(logIn === undefined ? {} : { via: logIn }),
  }
}

/** The name with which a log-in was tried. */
function triedBy(headers: Headers): Caller['actor'] | undefined {
  const credentials = credentialsFrom(headers)
  return credentials?.kind === 'password' ? { kind: 'person', name: credentials.login } : undefined
}

/** Why a person does it, in their words. */
function ownNote(headers: Headers): string | undefined {
  const note = headers['strowger-note']
  if (typeof note !== 'string' || note.trim() === '') return undefined
  // Header values arrive as latin-1 (RFC 9110 §5.5); people write UTF-8.
  return Buffer.from(note, 'latin1').toString('utf8').slice(0, maxNoteLength)
}

function noteOf({ headers, method, url }: FastifyRequest): string {
  return ownNote(headers) ?? `${method} ${url.split('?')[0]}`.slice(0, maxNoteLength)
}

export function newFacts(): RequestFacts {
  return { requestId: newId() }
}
