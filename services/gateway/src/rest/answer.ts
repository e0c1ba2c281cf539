import type { Operation } from './operation.ts'

interface Document {
  readonly id?: unknown
  readonly uuid?: unknown
  readonly revision?: unknown
}

/** Status, headers and body of a success. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

export function answerFrom({ rest }: Operation, output: unknown): Answer {
  const { id, uuid, revision } = documentOf(output)
  const name = id ?? uuid
  const headers: Record<string, string> = {}
  if (typeof revision === 'number') headers['etag'] = `"${revision}"`
  if (rest.success === 201 && (typeof name === 'string' || typeof name === 'number'))
    headers['location'] = `${rest.path}/${encodeURIComponent(name)}`
  const status = statusOf(rest.success, output)
  return { status, headers, body: status === 204 ? undefined : output }
}

/** What has nothing to say and says something all the same: a dry run what would be, or what is still under way. */
function statusOf(success: Operation['rest']['success'], output: unknown): number {
  if (typeof output !== 'object' || output === null) return success
  if ('task' in output && typeof output.task === 'string' && (success === 200 || success === 204)) return 202
  return success === 204 && Object.keys(output).length > 0 ? 200 : success
}

/** The document that an output is or, as the answer to a change of a config, holds. */
function documentOf(output: unknown): Document {
  if (typeof output !== 'object' || output === null) return {}
  if ('id' in output || 'revision' in output) return output
  const inner = Object.values(output).find(
    (value): value is Document => typeof value === 'object' && value !== null && 'id' in value && 'revision' in value,
  )
  return inner ?? {}
}
