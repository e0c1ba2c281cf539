import type { Fault } from '@strowger/schema'
import { type ObjectSchema, type Operation, schemaOf } from './operation.ts'
import { problemFrom, problemHeaders, problemType } from './problem.ts'

interface Document {
  readonly id?: unknown
  readonly uuid?: unknown
  readonly revision?: unknown
}

/** Status, headers and bytes of what goes out. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer | undefined
}

export const jsonType = 'application/json; charset=utf-8'

/**
 * Makes answers of what the owner of an operation answers: its JSON goes out as it came. It is read where something was
 * changed, or where a revision in it becomes a header.
 */
export function createAnswers({ rest, output }: Operation): (json: Uint8Array) => Answer {
  const isRead = rest.method !== 'GET' || hasDocument(schemaOf(output))
  return (json) => {
    const bytes = Buffer.from(json.buffer, json.byteOffset, json.byteLength)
    const { status, headers } = isRead
      ? outcomeOf(rest, JSON.parse(bytes.toString('utf8')))
      : { status: rest.success, headers: {} }
    if (status === 204) return { status, headers, body: undefined }
    return { status, headers: { ...headers, 'content-type': jsonType }, body: bytes }
  }
}

/** Status and headers that follow from what the owner answered. */
export function outcomeOf(
  rest: Operation['rest'],
  answer: unknown,
): { status: number; headers: Readonly<Record<string, string>> } {
  const { id, uuid, revision } = documentOf(answer)
  const name = id ?? uuid
  const headers: Record<string, string> = {}
  if (typeof revision === 'number') headers['etag'] = `"${revision}"`
  if (rest.success === 201 && (typeof name === 'string' || typeof name === 'number'))
    headers['location'] = `${rest.path}/${encodeURIComponent(name)}`
  return { status: statusOf(rest.success, answer), headers }
}

/** What has nothing to say and says something all the same: a dry run what would be, or what is still under way. */
function statusOf(success: Operation['rest']['success'], output: unknown): number {
  if (typeof output !== 'object' || output === null) return success
  if ('task' in output && typeof output.task === 'string' && (success === 200 || success === 204)) return 202
  return success === 204 && Object.keys(output).length > 0 ? 200 : success
}

export function answerOfFault(fault: Fault): Answer {
  const problem = problemFrom(fault)
  return {
    status: problem.status,
    headers: { ...problemHeaders(fault), 'content-type': problemType },
    body: Buffer.from(JSON.stringify(problem)),
  }
}

/** Whether an output is a document with a revision, or holds one, as the answer to a change of a config does. */
function hasDocument(schema: ObjectSchema, depth = 1): boolean {
  const { properties = {} } = schema
  if ('items' in properties && 'total' in properties) return false
  return (
    'revision' in properties || (depth > 0 && Object.values(properties).some((inner) => hasDocument(inner, depth - 1)))
  )
}

function documentOf(output: unknown): Document {
  if (typeof output !== 'object' || output === null) return {}
  if ('id' in output || 'revision' in output) return output
  const inner = Object.values(output).find(
    (value): value is Document => typeof value === 'object' && value !== null && 'id' in value && 'revision' in value,
  )
  return inner ?? {}
}
