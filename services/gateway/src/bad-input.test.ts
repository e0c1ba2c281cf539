import { catalogue, serviceNames } from '@strowger/schema'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RunningGateway, runGateway, standIn } from '../test/running-gateway.ts'
import {
  inputFields,
  type ObjectSchema,
  type Operation,
  operationsOf,
  pathFields,
  queryFields,
  takesRevision,
} from './rest/operation.ts'

/** What every operation answers to what is wrong, made from the catalogue: a new operation is in it by itself. */
let gateway: RunningGateway
let asked: ReturnType<typeof standIn>
beforeAll(async () => {
  gateway = await runGateway()
  asked = standIn(
    gateway.others,
    serviceNames.filter((name) => name !== 'gateway'),
  )
})
afterAll(() => gateway?.close())

const operations = operationsOf(catalogue.requests)
const named = operations.map((operation) => [`${operation.rest.method} ${operation.rest.path}`, operation] as const)

interface Example {
  readonly url: string
  readonly body: unknown
}

function exampleOf(operation: Operation): Example {
  const input = operation.example.input as Record<string, unknown>
  const { path, body } = operation.rest
  const url = path.replaceAll(/\{(\w+)\}/g, (_all, name) => encodeURIComponent(String(input[name])))
  return { url, body: body === undefined ? undefined : input[body] }
}

/** Asks, and expects that nobody is asked in turn. */
async function refused(operation: Operation, { url, body }: Example, headers: Record<string, string> = {}) {
  const before = asked.length
  const options = { headers, ...(body === undefined ? {} : { body }) }
  const { status, json, text } = await gateway.ask(operation.rest.method, url, options)
  expect(asked.length, 'the owner was asked').toBe(before)
  expect(text.length).toBeLessThan(10_000)
  return { status, code: json?.code, fields: (json?.fields ?? []) as { field: string; problem: string }[] }
}

function bodySchema(operation: Operation): ObjectSchema | undefined {
  const { body } = operation.rest
  return body === undefined ? undefined : inputFields(operation)[body]
}

const withBody = named.filter(([, operation]) => operation.rest.body !== undefined)

describe('a body', () => {
  test.each(withBody)('%s is a 400 without one, naming it', async (_name, operation) => {
    const answer = await refused(operation, { ...exampleOf(operation), body: undefined })
    expect(answer).toMatchObject({ status: 400, code: 'invalid-input' })
    expect(answer.fields[0]).toEqual({ field: `/${operation.rest.body}`, problem: 'a JSON body is needed' })
  })

  test.each(withBody)('%s is a 400 with one of another type, naming it', async (_name, operation) => {
    const body = bodySchema(operation)?.type === 'string' ? 7 : '"a text"'
    const answer = await refused(operation, { ...exampleOf(operation), body })
    expect(answer).toMatchObject({ status: 400, code: 'invalid-input' })
    expect(answer.fields[0]?.field).toBe(`/${operation.rest.body}`)
  })

  test.each(withBody.filter(([, operation]) => isClosed(bodySchema(operation))))(
    '%s is a 400 with a field it does not know, naming it',
    async (_name, operation) => {
      const { url, body } = exampleOf(operation)
      const answer = await refused(operation, { url, body: { ...(body as object), colour: 'red' } })
      expect(answer).toMatchObject({ status: 400, code: 'invalid-input' })
      expect(answer.fields).toContainEqual({ field: `/${operation.rest.body}/colour`, problem: 'is not known' })
    },
  )

  const typed = withBody.flatMap(([name, operation]) =>
    Object.entries(bodySchema(operation)?.properties ?? {}).flatMap(([field, schema]) =>
      wrongFor(schema) === undefined ? [] : [[name, field, operation, wrongFor(schema)] as const],
    ),
  )
  test.each(typed)('%s is a 400 with %s of another type, naming it', async (_name, field, operation, wrong) => {
    const { url, body } = exampleOf(operation)
    const answer = await refused(operation, { url, body: { ...(body as object), [field]: wrong } })
    expect(answer).toMatchObject({ status: 400, code: 'invalid-input' })
    expect(answer.fields.map((one) => one.field)).toContain(`/${operation.rest.body}/${field}`)
  })

  test.each(withBody)('%s is a 400 when it is nested deeper than anything we take', async (_name, operation) => {
    const { url } = exampleOf(operation)
    const deep = `${'{"a":'.repeat(40)}1${'}'.repeat(40)}`
    const answer = await refused(operation, { url, body: deep })
    expect(answer).toMatchObject({ status: 400, code: 'invalid-input' })
  })

  const tooLarge = 'x'.repeat(10 * 1_048_576)
  test.each(named.filter(([, { rest }]) => rest.method !== 'GET'))(
    '%s is a 413 with 10 MB',
    async (_name, operation) => {
      const { url } = exampleOf(operation)
      // The gateway says no before it has read it all; who goes on sending may see the connection closed instead.
      const answer = await refused(operation, { url, body: JSON.stringify({ text: tooLarge }) }).catch(
        (error: Error) => (error.cause as { code?: string } | undefined)?.code,
      )
      if (typeof answer === 'string') expect(['EPIPE', 'ECONNRESET', 'UND_ERR_SOCKET']).toContain(answer)
      else expect(answer).toMatchObject({ status: 413, code: 'too-large' })
    },
  )
})

describe('an address', () => {
  const withId = named.filter(([, operation]) => pathFields(operation).some((name) => hasPattern(operation, name)))
  test.each(withId)('%s is a 400 with an id that is none, naming it', async (_name, operation) => {
    const { body } = exampleOf(operation)
    const [id] = pathFields(operation).filter((name) => hasPattern(operation, name))
    const input = { ...(operation.example.input as Record<string, unknown>), [id ?? '']: ' \u0000;' }
    const url = operation.rest.path.replaceAll(/\{(\w+)\}/g, (_all, name) => encodeURIComponent(String(input[name])))
    const answer = await refused(operation, { url, body })
    expect(answer).toMatchObject({ status: 400, code: 'invalid-input' })
    expect(answer.fields.map((one) => one.field)).toContain(`/${id}`)
  })

  const parameters = named.flatMap(([name, operation]) =>
    [...queryFields(operation)].flatMap(([parameter, field]) => {
      const wrong = wrongText(inputFields(operation)[field])
      return wrong === undefined ? [] : [[name, parameter, operation, field, wrong] as const]
    }),
  )
  test.each(parameters)(
    '%s is a 400 with a wrong ?%s, naming it',
    async (_name, parameter, operation, field, wrong) => {
      const { url, body } = exampleOf(operation)
      const answer = await refused(operation, { url: `${url}?${parameter}=${encodeURIComponent(wrong)}`, body })
      expect(answer).toMatchObject({ status: 400, code: 'invalid-input' })
      expect(answer.fields.map((one) => one.field)).toContain(`/${field}`)
    },
  )
})

describe('a header', () => {
  test.each(named)('%s is a 404 for a tenant there is not', async (_name, operation) => {
    if (operation.rest.logIn) return
    const answer = await refused(operation, exampleOf(operation), {
      'strowger-tenant': 'ffffffff-ffff-4fff-8fff-ffffffffffff',
    })
    expect(answer).toMatchObject({ status: 404, code: 'not-found' })
  })

  test.each(named.filter(([, operation]) => takesRevision(operation)))(
    '%s is a 400 with an If-Match that is no revision',
    async (_name, operation) => {
      const answer = await refused(operation, exampleOf(operation), { 'if-match': '"many"' })
      expect(answer).toMatchObject({ status: 400, code: 'invalid-input' })
      expect(answer.fields[0]?.field).toBe('If-Match')
    },
  )

  test('what takes a revision says that it may be stale, which is a 412', () => {
    const silent = operations.filter(
      (operation) => takesRevision(operation) && !operation.errors.includes('stale-revision'),
    )
    expect(silent.map(({ subject }) => subject)).toEqual([])
  })
})

/** Whether the schema knows all its fields: others are faults. */
function isClosed(schema: ObjectSchema | undefined): boolean {
  return schema?.properties !== undefined && !schema.patternProperties && schema.additionalProperties === undefined
}

function hasPattern(operation: Operation, field: string): boolean {
  const schema = inputFields(operation)[field] as (ObjectSchema & { pattern?: string }) | undefined
  return schema?.pattern !== undefined
}

/** A value that no schema of this type takes; undefined where any value may be right. */
function wrongFor({ type }: ObjectSchema): unknown {
  if (type === 'string' || type === 'boolean') return 7
  if (type === 'integer' || type === 'number' || type === 'array' || type === 'object') return 'a text'
  return undefined
}

function wrongText({ type, enum: values }: ObjectSchema = {}): string | undefined {
  if (values !== undefined || type === 'integer' || type === 'number' || type === 'boolean') return 'no such thing'
  return undefined
}
