import type { Fault } from '@strowger/schema'
import { type ObjectSchema, type Operation, schemaOf } from './operation.ts'
import { problemFrom, problemHeaders, problemType } from './problem.ts'

interface Document {
  readonly id?: unknown
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
 * Makes answers of what the owner of an operation answers: its JSON goes out as it came; it is read only where a
 * revision or an id in it becomes a header.
 */
export function createAnswers({ rest, output }: Operation): (json: Uint8Array) => Answer {
  const hasRevision = hasDocument(schemaOf(output))
  const isRead = hasRevision || rest.success === 201
  return (json) => {
    const headers: Record<string, string> = { 'content-type': jsonType }
    const bytes = Buffer.from(json.buffer, json.byteOffset, json.byteLength)
    if (isRead) {
      const { id, revision } = documentOf(JSON.parse(bytes.toString('utf8')))
      if (typeof revision === 'number') headers['etag'] = `"${revision}"`
      if (rest.success === 201 && typeof id === 'string') {
        headers['location'] = `${rest.path}/${encodeURIComponent(id)}`
      }
    }
    if (rest.success !== 204) return { status: rest.success, headers, body: bytes }
    const { 'content-type': _none, ...others } = headers
    return { status: 204, headers: others, body: undefined }
  }
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
