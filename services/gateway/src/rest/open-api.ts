import { type Catalogue, type ErrorCode, errors } from '@strowger/schema'
import {
  inputFields,
  type ObjectSchema,
  type Operation,
  operationsOf,
  pathFields,
  queryFields,
  schemaOf,
  takesRevision,
} from './operation.ts'

/**
 * The operations as an OpenAPI 3.1 document, for the gateway to answer and for docs/reference. Pure: the same catalogue
 * gives the same document.
 */
export function openApiDocument(catalogue: Pick<Catalogue, 'requests'>): object {
  const paths: Record<string, Record<string, object>> = {}
  for (const operation of operationsOf(catalogue.requests)) {
    const { method, path } = operation.rest
    paths[path] = { ...paths[path], [method.toLowerCase()]: described(operation) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Strowger',
      version: '1',
      description: 'Every operation of the house. Errors are application/problem+json (RFC 9457) with a code.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    security: [{ token: [] }, { bearer: [] }],
    paths,
    components: {
      securitySchemes: {
        token: { type: 'apiKey', in: 'header', name: 'X-Auth-Token' },
        bearer: { type: 'http', scheme: 'bearer' },
        password: { type: 'http', scheme: 'basic', description: 'To make a token only' },
      },
      parameters: {
        tenant: {
          name: 'Strowger-Tenant',
          in: 'header',
          description: 'The tenant to act for: the token’s own (default) or one below it. Wazo-Tenant is the same.',
          schema: { type: 'string' },
        },
      },
      schemas: { Problem: problemSchema },
    },
  }
}

const problemSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'code'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', enum: Object.keys(errors) },
    detail: { type: 'string' },
    fields: {
      type: 'array',
      items: { type: 'object', properties: { field: { type: 'string' }, problem: { type: 'string' } } },
    },
  },
}

function described(operation: Operation): object {
  const { rest, domain, verb, summary, example } = operation
  const input = example.input as Record<string, unknown>
  const content = { 'application/json': { schema: operation.output, example: example.output } }
  return {
    operationId: `${domain}.${verb}`,
    tags: [rest.path.split('/')[3] ?? domain],
    summary,
    description: `Needs the permission \`${rest.permission}\`.`,
    parameters: parametersOf(operation),
    ...(rest.body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: inputFields(operation)[rest.body], example: input[rest.body] } },
          },
        }),
    responses: {
      [rest.success]: { description: 'Done', ...(rest.success === 204 ? {} : { content }) },
      ...(rest.success === 204 && saysSomething(operation)
        ? { 200: { description: 'What would be done, or what is not done yet', content } }
        : {}),
      ...problemsOf(operation),
    },
  }
}

/** A dry run of it answers, or one that takes long. */
function saysSomething({ output }: Operation): boolean {
  return Object.keys(schemaOf(output).properties ?? {}).length > 0
}

function parametersOf(operation: Operation): object[] {
  const fields = inputFields(operation)
  const parameter = (name: string, place: string, schema: ObjectSchema | undefined, required: boolean) => ({
    name,
    in: place,
    required,
    ...(schema?.description === undefined ? {} : { description: schema.description }),
    schema: schema ?? {},
  })
  const query = [...queryFields(operation)].filter(([name]) => name !== 'dryRun')
  return [
    ...pathFields(operation).map((name) => parameter(name, 'path', fields[name], true)),
    ...query.map(([name, field]) => parameter(name, 'query', fields[field], false)),
    ...(takesRevision(operation)
      ? [
          {
            name: 'If-Match',
            in: 'header',
            required: false,
            description: 'The ETag that was read',
            schema: { type: 'string' },
          },
        ]
      : []),
    { $ref: '#/components/parameters/tenant' },
  ]
}

/** By status; codes of one status stand together. */
function problemsOf({ errors: own }: Operation): Record<string, object> {
  const codes: ErrorCode[] = ['unauthenticated', 'forbidden', ...own]
  const byStatus = new Map<number, ErrorCode[]>()
  for (const code of codes) {
    const { status } = errors[code]
    byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  }
  const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } }
  return Object.fromEntries(
    [...byStatus].map(([status, of]) => [
      String(status),
      { description: of.map((code) => `\`${code}\`: ${errors[code].title}`).join('; '), content },
    ]),
  )
}
