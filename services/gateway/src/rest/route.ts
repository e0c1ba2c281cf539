import type { Bus } from '@strowger/bus'
import { createToken } from '@strowger/schema'
import { newId, type Telemetry } from '@strowger/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Authentication, Caller } from '../access/authenticate.ts'
import { answerFrom } from './answer.ts'
import { createInputReader } from './input.ts'
import type { Operation } from './operation.ts'

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

const maxNoteLength = 200

/** Answers one operation: who asks, with what; then its owner is asked over the bus, also when that is the gateway. */
export function createRouteHandler(
  operation: Operation,
  parts: { bus: Pick<Bus, 'request'>; authentication: Authentication; telemetry: Telemetry },
): (request: FastifyRequest, reply: FastifyReply) => Promise<void> {
  const { bus, authentication, telemetry } = parts
  const { rest, subject } = operation
  const readInput = createInputReader(operation)
  const needs = { permission: rest.permission, isLogIn: subject === createToken.subject }

  async function answer(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { headers, ip, facts } = request
    const caller = await authentication.caller({ headers, ip }, needs)
    facts.caller = caller
    const input = readInput({
      params: request.params as Record<string, string>,
      query: request.query as Record<string, string | string[]>,
      body: request.body,
      ifMatch: headers['if-match'],
    })
    const output = await bus.request(operation, input, {
      tenant: caller.tenant,
      actor: caller.actor,
      requestId: facts.requestId,
      note: noteOf(headers) ?? `${rest.method} ${request.url.split('?')[0]}`.slice(0, maxNoteLength),
    })
    const { status, headers: answered, body } = answerFrom(operation, output)
    await reply.code(status).headers(answered).send(body)
  }

  return async (request, reply) => {
    request.facts.operation = subject
    if (!telemetry.enabled) return answer(request, reply)
    const traceparent = request.headers['traceparent']
    const options = { kind: 'server' as const, ...(typeof traceparent === 'string' ? { traceparent } : {}) }
    return telemetry.span(`${rest.method} ${rest.path}`, options, () => answer(request, reply))
  }
}

/** Why a person does it, in their words. */
function noteOf(headers: Headers): string | undefined {
  const note = headers['strowger-note']
  if (typeof note !== 'string' || note.trim() === '') return undefined
  // Header values arrive as latin-1 (RFC 9110 §5.5); people write UTF-8.
  return Buffer.from(note, 'latin1').toString('utf8').slice(0, maxNoteLength)
}

export function newFacts(): RequestFacts {
  return { requestId: newId() }
}
