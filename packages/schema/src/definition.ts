import type { Static, TSchema } from 'typebox'
import type { ErrorCode } from './errors.ts'

/** The services of the house, as they are named in folders, NATS users and `owner` fields. */
export const serviceNames = [
  'ingress',
  'identification',
  'rendering',
  'sip-config',
  'rating',
  'fail2ban',
  'gateway',
] as const
export type ServiceName = (typeof serviceNames)[number]

/** What a person needs to be allowed to do to call an operation over REST. */
export type Permission = 'read' | 'write' | 'admin'

/**
 * How an operation is reached over REST. Path parameters and query parameters fill the fields of the input
 * that have their name; the JSON body fills the field named by `body`.
 */
export interface RestBinding {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** As OpenAPI writes it: `/api/v1/devices/{id}` */
  readonly path: string
  readonly success: 200 | 201 | 202 | 204
  readonly permission: Permission
  readonly body?: string
  /** The field of the input that the gateway fills with where the request comes from: address and program. */
  readonly sender?: string
  /** A log-in: name and password open it, whatever the user may otherwise do. */
  readonly logIn?: boolean
  /** A list that is also given whole, an item a line, to who accepts application/x-ndjson. */
  readonly lines?: boolean
  /** Of a write that takes no If-Match, as its object has no revision or stays as it is: why, as its documentation says. */
  readonly unversioned?: string
  /** Of a GET that shows a secret in clear: which. The audit is told of every such answer, never of the secret. */
  readonly reveals?: string
  /** Who accepts text/csv is given the field `csv` of the output alone, which the input’s `csv` asks for. */
  readonly csv?: boolean
}

export interface RequestDefinition<Input, Output> {
  readonly kind: 'request'
  readonly subject: string
  readonly domain: string
  readonly verb: string
  readonly owner: ServiceName
  /** Who may ask. The gateway is always among them when there is a REST binding. */
  readonly callers: readonly ServiceName[]
  readonly summary: string
  readonly input: TSchema
  readonly output: TSchema
  /** `bytes`: the reply carries raw bytes after its JSON, as the field `body`. */
  readonly carries: 'json' | 'bytes'
  readonly errors: readonly ErrorCode[]
  readonly deadlineMs: number
  /** Subject the owner may pass the request on to; that service then answers the caller itself. */
  readonly forwardsTo?: string
  readonly rest?: RestBinding
  readonly example: { readonly input: Input; readonly output: Output }
}

/** A reply that carries bytes: its JSON fields and the bytes beside them. */
export type WithBody<Output> = Output & { body: Uint8Array }

interface RequestParts<Input extends TSchema, Output extends TSchema> {
  domain: string
  verb: string
  version?: number
  owner: ServiceName
  callers?: readonly ServiceName[]
  summary: string
  input: Input
  output: Output
  errors?: readonly ErrorCode[]
  /** Default 2,000 ms. */
  deadlineMs?: number
  forwardsTo?: string
  rest?: RestBinding
  example: { input: Static<Input>; output: Static<Output> }
}

function requestFrom<Input, Output>(
  parts: RequestParts<TSchema, TSchema>,
  carries: 'json' | 'bytes',
): RequestDefinition<Input, Output> {
  const { domain, verb, version = 1, callers = [], errors = [], deadlineMs = 2_000, forwardsTo, rest } = parts
  const allCallers = rest && !callers.includes('gateway') ? [...callers, 'gateway' as const] : callers
  return {
    kind: 'request',
    subject: `${domain}.${verb}.v${version}`,
    domain,
    verb,
    owner: parts.owner,
    callers: allCallers,
    summary: parts.summary,
    input: parts.input,
    output: parts.output,
    carries,
    errors: [...new Set<ErrorCode>(['invalid-input', 'unavailable', 'internal', ...errors])],
    deadlineMs,
    ...(forwardsTo === undefined ? {} : { forwardsTo }),
    ...(rest === undefined ? {} : { rest }),
    example: parts.example as { input: Input; output: Output },
  }
}

/** A question with one answer, on the subject `<domain>.<verb>.v<version>`, answered by one member of the owner's queue group. */
export function defineRequest<Input extends TSchema, Output extends TSchema>(
  parts: RequestParts<Input, Output>,
): RequestDefinition<Static<Input>, Static<Output>> {
  return requestFrom(parts, 'json')
}

/** As `defineRequest`, with bytes beside the JSON of the reply. */
export function defineBytesRequest<Input extends TSchema, Output extends TSchema>(
  parts: RequestParts<Input, Output>,
): RequestDefinition<Static<Input>, WithBody<Static<Output>>> {
  return requestFrom(parts, 'bytes')
}

/** A JetStream stream: one for a domain of events, with its limits. Made by `migrate`. */
export interface StreamDefinition {
  readonly kind: 'stream'
  /** `EVT_<DOMAIN>` */
  readonly name: string
  /** The one wildcard it captures: `evt.<domain>.>` */
  readonly subject: string
  readonly domain: string
  readonly summary: string
  readonly maxAgeS: number
  readonly maxBytes: number
  readonly replicas: number
  /** A message id published again within this time is dropped by the server. */
  readonly duplicateWindowS: number
  /** Who removes a tenant's messages from it, when the tenant is erased. */
  readonly purger: ServiceName
}

export function defineStream(
  parts: Omit<StreamDefinition, 'kind' | 'name' | 'subject' | 'replicas' | 'duplicateWindowS' | 'purger'> & {
    duplicateWindowS?: number
  },
): StreamDefinition {
  return {
    kind: 'stream',
    name: `EVT_${parts.domain.toUpperCase().replaceAll('-', '_')}`,
    subject: `evt.${parts.domain}.>`,
    replicas: 1,
    duplicateWindowS: 600,
    purger: 'gateway',
    ...parts,
  }
}

/** Something that happened, on `evt.<domain>.<past participle>.v<version>.<tenant>`, kept by the stream of its domain. */
export interface EventDefinition<Payload> {
  readonly kind: 'event'
  /** Without the tenant, which is always the last token. */
  readonly subject: string
  readonly stream: StreamDefinition
  readonly owner: ServiceName
  readonly readers: readonly ServiceName[]
  readonly summary: string
  readonly payload: TSchema
  readonly example: Payload
}

export function defineEvent<Payload extends TSchema>(parts: {
  stream: StreamDefinition
  participle: string
  version?: number
  owner: ServiceName
  readers: readonly ServiceName[]
  summary: string
  payload: Payload
  example: Static<Payload>
}): EventDefinition<Static<Payload>> {
  const { stream, participle, version = 1, owner, readers, summary, payload, example } = parts
  const subject = `evt.${stream.domain}.${participle}.v${version}`
  return { kind: 'event', subject, stream, owner, readers, summary, payload, example }
}

/** A key-value bucket: the read model that its owner publishes and its readers hold in memory. Made by `migrate`. */
export interface BucketDefinition<Value> {
  readonly kind: 'bucket'
  readonly name: string
  readonly owner: ServiceName
  /** Other services that write entries of their own (tasks, bans). */
  readonly writers: readonly ServiceName[]
  readonly readers: readonly ServiceName[]
  readonly summary: string
  /** What the key is, in words. Keys are encoded by the bus: any string is allowed. */
  readonly key: string
  readonly value: TSchema
  readonly maxBytes: number
  /** Entries older than this are removed by the server; 0 keeps them. */
  readonly maxAgeS: number
  readonly replicas: number
  readonly example: { readonly key: string; readonly value: Value }
}

export function defineBucket<Value extends TSchema>(parts: {
  name: string
  owner: ServiceName
  writers?: readonly ServiceName[]
  readers: readonly ServiceName[]
  summary: string
  key: string
  value: Value
  maxBytes: number
  maxAgeS?: number
  example: { key: string; value: Static<Value> }
}): BucketDefinition<Static<Value>> {
  return { kind: 'bucket', writers: [], maxAgeS: 0, replicas: 1, ...parts }
}

/** An object store bucket, for what is too large for a message (firmware). Made by `migrate`. */
export interface ObjectStoreDefinition {
  readonly kind: 'object-store'
  readonly name: string
  readonly owner: ServiceName
  readonly readers: readonly ServiceName[]
  readonly summary: string
  readonly maxBytes: number
}

export function defineObjectStore(parts: Omit<ObjectStoreDefinition, 'kind'>): ObjectStoreDefinition {
  return { kind: 'object-store', ...parts }
}
