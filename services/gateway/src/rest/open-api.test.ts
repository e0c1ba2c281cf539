import { Validator } from '@seriousme/openapi-schema-validator'
import { catalogue } from '@strowger/schema'
import { expect, test } from 'vitest'
import { openApiDocument } from './open-api.ts'
import { operationsOf } from './operation.ts'

interface Described {
  readonly operationId: string
  readonly tags: readonly string[]
  readonly parameters?: readonly { name?: string; in?: string; $ref?: string }[]
  readonly responses: Readonly<Record<string, Response & { $ref?: string }>>
}
interface Response {
  readonly content?: Readonly<Record<string, { examples?: object }>>
}
interface Document {
  readonly tags: readonly { name: string }[]
  readonly components: { readonly responses: Readonly<Record<string, Response>> }
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>
}

const document = JSON.parse(JSON.stringify(openApiDocument(catalogue))) as Document
const described = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
)

test('it is OpenAPI 3.1 to a validator of others', async () => {
  const { valid, errors } = await new Validator().validate({ ...document })
  expect(errors ?? []).toEqual([])
  expect(valid).toBe(true)
})

test('every reference leads to something, every name of an operation is its own, every tag is told', () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path = '']) => path)
  const found = (path: string) =>
    path.split('/').reduce<unknown>((at, word) => (at as Record<string, unknown> | undefined)?.[word], document)
  expect([...new Set(references)].filter((path) => found(path) === undefined)).toEqual([])
  const names = described.map(({ operation }) => operation.operationId)
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
  const tags = document.tags.map(({ name }) => name)
  expect(described.filter(({ operation }) => operation.tags.some((tag) => !tags.includes(tag)))).toEqual([])
})

test('what changes something takes a key and a note, what has a revision If-Match; refusals have examples', () => {
  for (const { rest, input, domain, verb } of operationsOf(catalogue.requests)) {
    const operation = document.paths[rest.path]?.[rest.method.toLowerCase()] as Described
    const shared = (operation.parameters ?? []).flatMap(({ $ref = '' }) => $ref.split('/').at(-1) ?? [])
    const takes = { key: shared.includes('idempotencyKey'), ifMatch: shared.includes('ifMatch') }
    const fields = (input as { properties?: object }).properties ?? {}
    expect([domain, verb, takes]).toEqual([
      domain,
      verb,
      { key: rest.method !== 'GET', ifMatch: 'ifRevision' in fields },
    ])
    for (const status of ['400', '401', '403', '404']) {
      const name = operation.responses[status]?.$ref?.split('/').at(-1) ?? ''
      const problem = document.components.responses[name]?.content?.['application/problem+json']
      expect(Object.keys(problem?.examples ?? {}), `${domain}.${verb} ${status}`).not.toEqual([])
    }
  }
})

test('the stream of events and the sign-in are told, too', () => {
  const events = document.paths['/api/v1/events']?.['get'] as Described
  expect(Object.keys(events.responses['200']?.content ?? {})).toEqual(['text/event-stream'])
  for (const path of ['/api/v1/sign-in', '/api/v1/sign-in/callback', '/api/v1/openapi.json']) {
    expect(document.paths[path], path).toBeDefined()
  }
})
