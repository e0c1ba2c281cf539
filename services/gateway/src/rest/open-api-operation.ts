import { type ErrorCode, errors, neededScope } from '@strowger/schema'
import {
  inputFields,
  type ObjectSchema,
  type Operation,
  pathFields,
  queryFields,
  schemaOf,
  takesRevision,
} from './operation.ts'
import { problemType } from './problem.ts'

const requestId = { 'X-Request-Id': { $ref: '#/components/headers/requestId' } }

/** The word after `/api/v1/`: what scopes name. */
export function resourceOf({ rest, domain }: Operation): string {
  return rest.path.split('/')[3] ?? domain
}

/** One operation as OpenAPI describes it. */
export function describedOperation(operation: Operation): object {
  const { rest, domain, verb, summary, example } = operation
  const input = example.input as Record<string, unknown>
  const content = {
    'application/json': { schema: operation.output, example: example.output },
    ...(rest.lines ? { 'application/x-ndjson': { schema: { type: 'string', description: 'An item a line' } } } : {}),
  }
  return {
    operationId: `${domain}.${verb}`,
    tags: [resourceOf(operation)],
    summary,
    description: `${rightsOf(operation)}${revisionOf(operation)}${revealsOf(operation)}`,
    ...(rest.logIn ? { security: [{ password: [] }, { bearer: [] }, { token: [] }] } : {}),
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
      [rest.success]: {
        description: 'Done',
        headers: headersOf(operation),
        ...(rest.success === 204 ? {} : { content }),
      },
      ...(rest.success === 204 && saysSomething(operation)
        ? {
            200: { description: 'What would be done, or what is not done yet', headers: headersOf(operation), content },
          }
        : {}),
      ...problemsOf(operation),
    },
  }
}

function revealsOf({ rest }: Operation): string {
  return rest.reveals === undefined ? '' : ` Shows ${rest.reveals}: who asks is in the audit.`
}

function revisionOf({ rest }: Operation): string {
  return rest.unversioned === undefined ? '' : ` Takes no \`If-Match\`: ${rest.unversioned}.`
}

function rightsOf({ rest }: Operation): string {
  const { resource, verb } = neededScope(rest)
  const rights = `Needs the permission \`${rest.permission}\`; of a token with scopes \`${resource}:${verb}\`.`
  return rest.logIn ? `${rights} Name and password open it as well.` : rights
}

/** A dry run of it answers, or one that takes long. */
function saysSomething({ output }: Operation): boolean {
  return Object.keys(schemaOf(output).properties ?? {}).length > 0
}

function headersOf(operation: Operation): object {
  const { rest } = operation
  const isChange = rest.method !== 'GET'
  const named = (names: Record<string, string>) =>
    Object.fromEntries(
      Object.entries(names).map(([name, component]) => [name, { $ref: `#/components/headers/${component}` }]),
    )
  return {
    ...requestId,
    ...(hasRevision(operation) ? named({ ETag: 'etag' }) : {}),
    ...(rest.success === 201 ? named({ Location: 'location' }) : {}),
    ...(isChange ? named({ 'Idempotency-Replayed': 'replayed' }) : {}),
  }
}

function hasRevision({ output }: Operation): boolean {
  const { properties = {} } = schemaOf(output)
  return 'revision' in properties || Object.values(properties).some((inner) => 'revision' in (inner.properties ?? {}))
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
  const isChange = operation.rest.method !== 'GET'
  const shared = (name: string) => ({ $ref: `#/components/parameters/${name}` })
  return [
    ...pathFields(operation).map((name) => parameter(name, 'path', fields[name], true)),
    ...query.map(([name, field]) => parameter(name, 'query', fields[field], false)),
    ...(takesRevision(operation) ? [shared('ifMatch')] : []),
    ...(isChange ? [shared('idempotencyKey'), shared('note')] : []),
    shared('tenant'),
  ]
}

/** What any operation can answer: with wrong fields, and when a part of the house is away. */
const ofEvery: readonly ErrorCode[] = [
  'invalid-input',
  'unauthenticated',
  'forbidden',
  'not-found',
  'unavailable',
  'deadline-exceeded',
]
/** What is taken with a body, or with a key. */
const ofChanges: readonly ErrorCode[] = ['conflict']
const ofBodies: readonly ErrorCode[] = ['too-large', 'unsupported-media-type']

/** By status; codes of one status stand together. */
function problemsOf({ errors: own, rest }: Operation): Record<string, object> {
  const codes = new Set<ErrorCode>([
    ...ofEvery,
    ...(rest.method === 'GET' ? [] : ofChanges),
    ...(rest.body === undefined ? [] : ofBodies),
    ...(rest.logIn ? (['too-many-requests'] as const) : []),
    ...own,
  ])
  return problemResponses([...codes])
}

/** Answers that are problems, by their status; what each is stands once, by its name. */
export function problemResponses(codes: readonly ErrorCode[]): Record<string, object> {
  const byStatus = new Map<number, ErrorCode[]>()
  for (const code of codes) {
    const { status } = errors[code]
    byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  }
  return Object.fromEntries(
    [...byStatus].map(([status, of]) => [String(status), { $ref: `${problemsAt}${of.sort().join('.')}` }]),
  )
}

const problemsAt = '#/components/responses/'

/** The answers that these paths name, as components. */
export function problemComponents(paths: object): Record<string, object> {
  const names = new Set(
    [...JSON.stringify(paths).matchAll(/"#\/components\/responses\/([\w.-]+)"/g)].map(([, name]) => name),
  )
  return Object.fromEntries(
    [...names].sort().map((name = '') => [name, problemResponse(name.split('.') as ErrorCode[])]),
  )
}

function problemResponse(codes: readonly ErrorCode[]): object {
  const isLater = codes.some((code) => errors[code].retry === 'later')
  return {
    description: codes.map((code) => `\`${code}\`: ${errors[code].title}`).join('; '),
    headers: { ...requestId, ...(isLater ? { 'Retry-After': { $ref: '#/components/headers/retryAfter' } } : {}) },
    content: {
      [problemType]: {
        schema: { $ref: '#/components/schemas/Problem' },
        examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
      },
    },
  }
}
