import { type Catalogue, type ErrorCode, errors, Fault } from '@strowger/schema'
import { describedOperation, problemComponents, resourceOf } from './open-api-operation.ts'
import { otherPaths } from './open-api-other-paths.ts'
import { operationsOf } from './operation.ts'
import { problemFrom } from './problem.ts'

/**
 * The operations as an OpenAPI 3.1 document, for the gateway to answer and for docs/reference. Pure: the same catalogue
 * gives the same document.
 */
export function openApiDocument(catalogue: Pick<Catalogue, 'requests'>): object {
  const operations = operationsOf(catalogue.requests)
  const paths: Record<string, Record<string, object>> = {}
  for (const operation of operations) {
    const { method, path } = operation.rest
    paths[path] = { ...paths[path], [method.toLowerCase()]: describedOperation(operation) }
  }
  const all = { ...paths, ...otherPaths }
  const tags = [...new Set([...operations.map(resourceOf), 'events', 'sign-in', 'documentation'])]
  return {
    openapi: '3.1.0',
    info: { title: 'Strowger', version: '1', description, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: '/', description: 'Where this document comes from' }],
    security: [{ token: [] }, { bearer: [] }],
    tags: tags.map((name) => ({ name })),
    paths: all,
    components: {
      securitySchemes,
      parameters,
      headers,
      schemas: { Problem: problemSchema },
      responses: problemComponents(all),
      examples: Object.fromEntries(
        (Object.keys(errors) as ErrorCode[]).map((code) => [code, { value: problemFrom(exampleFault(code)) }]),
      ),
    },
  }
}

const description = [
  'Every operation of the house. Errors are application/problem+json (RFC 9457) with a `code`.',
  'What changes something takes an `Idempotency-Key`: asked again with the same key, the first answer comes again.',
  'Objects with a revision are given an `ETag`, and are written with `If-Match`.',
].join('\n')

const securitySchemes = {
  token: { type: 'apiKey', in: 'header', name: 'X-Auth-Token', description: 'A token, or the text of a session' },
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description: 'The same in another header; to open a session also the code of a sign-in',
  },
  password: { type: 'http', scheme: 'basic', description: 'Opens a session or makes a token, nothing else' },
}

const parameters = {
  tenant: {
    name: 'Strowger-Tenant',
    in: 'header',
    description: 'The tenant to act for: the token’s own (default) or one below it. Wazo-Tenant is the same.',
    schema: { type: 'string' },
    example: '6b1f0c7e-2d3a-4b5c-8d6e-7f8091a2b3c4',
  },
  note: {
    name: 'Strowger-Note',
    in: 'header',
    description: 'Why, in the words of who asks: for the change set and the audit; UTF-8',
    schema: { type: 'string', maxLength: 200 },
    example: 'moved to the hall',
  },
  idempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description:
      'A text of one’s own. Asked again with the same key and the same content, the first answer comes again, with `Idempotency-Replayed: true`; with other content it is a 409',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
    example: 'reception-1',
  },
  ifMatch: {
    name: 'If-Match',
    in: 'header',
    description: 'The ETag that was read: a 412 when somebody has changed the object since; `*` asks for nothing',
    schema: { type: 'string', pattern: '^\\s*(?:\\*|"?\\d{1,15}"?)\\s*$' },
    example: '"12"',
  },
}

const headers = {
  etag: {
    description: 'Revision of the object, for If-Match; where the answer holds one',
    schema: { type: 'string' },
    example: '"12"',
  },
  location: { description: 'Where what was made is found', schema: { type: 'string', format: 'uri-reference' } },
  requestId: { description: 'The same in the log, the change set and the audit', schema: { type: 'string' } },
  retryAfter: { description: 'Seconds after which asking again can help', schema: { type: 'integer' } },
  replayed: { description: 'This is the first answer again', schema: { type: 'string', enum: ['true'] } },
}

const problemSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'code'],
  properties: {
    type: { type: 'string', format: 'uri-reference' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', enum: Object.keys(errors) },
    detail: { type: 'string' },
    fields: {
      type: 'array',
      description: 'Every field at fault',
      items: {
        type: 'object',
        required: ['field', 'problem'],
        properties: {
          field: { type: 'string', description: 'As /device/mac, ?limit or If-Match' },
          problem: { type: 'string' },
        },
      },
    },
  },
}

const details: Partial<Record<ErrorCode, string>> = {
  unauthenticated: 'The token is not valid, or not any more',
  forbidden: 'This needs the permission write; the token has read',
  'not-found': 'There is no device reception',
  'stale-revision': 'It is at revision 13, not 12',
}

function exampleFault(code: ErrorCode): Fault {
  if (code === 'invalid-input') {
    const fields = [{ field: '/device/mac', problem: 'is not a MAC address: 12 hexadecimal digits' }]
    return new Fault(code, { detail: 'The device cannot be stored', fields })
  }
  const detail = details[code]
  return new Fault(code, detail === undefined ? {} : { detail })
}
