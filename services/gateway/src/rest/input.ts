import { Fault, type FieldProblem } from '@strowger/schema'
import { Compile, type Validator } from 'typebox/compile'
import {
  inputFields,
  type ObjectSchema,
  type Operation,
  pathFields,
  queryFields,
  schemaOf,
  takesRevision,
} from './operation.ts'
import { problemsOf } from './schema-problems.ts'

/** What a request over REST brings. `body` is undefined when there is none. */
export interface Received {
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string | string[] | undefined>>
  readonly body: unknown
  readonly ifMatch: string | undefined
}

/** Makes the input of an operation of what was received. Pure but for the compiled schema it keeps. */
export function createInputReader(operation: Operation): (received: Received) => unknown {
  const fields = inputFields(operation)
  const fromPath = pathFields(operation)
  const fromQuery = queryFields(operation)
  const schema = schemaOf(operation.input)
  const { body: bodyField } = operation.rest
  const shownOnly = bodyField === undefined ? new Set<string>() : shownOnlyFields(operation, bodyField)
  let validator: Validator | undefined

  return ({ params, query, body, ifMatch }) => {
    const problems: FieldProblem[] = []
    const input: Record<string, unknown> = {}
    for (const name of fromPath) input[name] = converted(params[name] ?? '', fields[name])
    for (const [name, value] of Object.entries(query)) {
      const field = fromQuery.get(name)
      if (field === undefined) problems.push({ field: `?${name}`, problem: unknownParameter(fromQuery) })
      else if (typeof value !== 'string') problems.push({ field: `?${name}`, problem: 'is given twice' })
      else input[field] = converted(value, fields[field])
    }
    if (bodyField !== undefined) {
      if (body === undefined) problems.push({ field: `/${bodyField}`, problem: 'a JSON body is needed' })
      else input[bodyField] = without(body, shownOnly)
    }
    if (ifMatch !== undefined) readRevision(operation, ifMatch, input, problems)

    validator ??= Compile(operation.input)
    if (problems.length > 0 && body === undefined && bodyField !== undefined) refuse(problems)
    refuse([...problems, ...problemsOf(validator, schema, input)])
    return input
  }
}

function refuse(fields: readonly FieldProblem[]): void {
  if (fields.length === 0) return
  const [first] = fields
  const more = fields.length > 1 ? ` (and ${fields.length - 1} more)` : ''
  throw new Fault('invalid-input', { detail: `${first?.field} ${first?.problem}${more}`, fields })
}

/**
 * Fields that an answer shows and nobody writes (`revision`, `createdAt`): left out of what is written, so that what
 * was read can be changed and sent back.
 */
function shownOnlyFields(operation: Operation, bodyField: string): Set<string> {
  const written = inputFields(operation)[bodyField]?.properties ?? {}
  const output = schemaOf(operation.output).properties ?? {}
  const shown = { ...output, ...output[bodyField]?.properties }
  return new Set(Object.keys(shown).filter((name) => !(name in written)))
}

function without(body: unknown, names: ReadonlySet<string>): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body
  return Object.fromEntries(Object.entries(body).filter(([name]) => !names.has(name)))
}

/** Text from a URL as the schema wants it; what cannot be converted stays text, and then fails the schema. */
function converted(text: string, schema: ObjectSchema | undefined): unknown {
  switch (schema?.type) {
    case 'integer':
    case 'number':
      return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
    case 'boolean':
      return text === 'true' || text === '1' || text === '' ? true : text === 'false' || text === '0' ? false : text
    default:
      return text
  }
}

function unknownParameter(known: ReadonlyMap<string, string>): string {
  const names = [...new Set(known.values())]
  return names.length === 0 ? 'is not known: none is taken here' : `is not known; there is ${names.join(', ')}`
}

/** `If-Match: "12"` (RFC 9110 §13.1.1); `*` asks for nothing, as what is not there is a 404 anyway. */
function readRevision(
  operation: Operation,
  ifMatch: string,
  input: Record<string, unknown>,
  problems: FieldProblem[],
): void {
  if (ifMatch.trim() === '*' || operation.rest.method === 'GET') return
  if (!takesRevision(operation)) {
    const { unversioned } = operation.rest
    const why = unversioned === undefined ? '' : `: ${unversioned}`
    problems.push({ field: 'If-Match', problem: `is not taken by this operation${why}` })
    return
  }
  const [, revision] = /^\s*"?(\d{1,15})"?\s*$/.exec(ifMatch) ?? []
  if (revision === undefined) problems.push({ field: 'If-Match', problem: 'must be one revision, as "12"' })
  else input['ifRevision'] = Number(revision)
}
