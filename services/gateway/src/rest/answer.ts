import type { Operation } from './operation.ts'

interface Document {
  readonly id?: unknown
  readonly revision?: unknown
}

/** Status, headers and body of a success. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

export function answerFrom({ rest }: Operation, output: unknown): Answer {
  const { id, revision } = documentOf(output)
  const headers: Record<string, string> = {}
  if (typeof revision === 'number') headers['etag'] = `"${revision}"`
  if (rest.success === 201 && typeof id === 'string') headers['location'] = `${rest.path}/${encodeURIComponent(id)}`
  return { status: rest.success, headers, body: rest.success === 204 ? undefined : output }
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
