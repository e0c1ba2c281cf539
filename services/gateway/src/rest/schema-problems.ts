import type { FieldProblem } from '@strowger/schema'
import type { Validator } from 'typebox/compile'
import type { ObjectSchema } from './operation.ts'

const maxProblems = 20

interface SchemaError {
  readonly keyword: string
  readonly instancePath: string
  readonly params: object
  readonly message: string
}

/** Everything that is wrong with an input, each with where it is; also fields that the schema does not know. */
export function problemsOf(validator: Validator, schema: ObjectSchema, input: unknown): FieldProblem[] {
  const unknown = unknownFields(schema, input, '')
  const isRight = validator.Check(input)
  if (isRight && unknown.length === 0) return []
  const wrong = isRight ? [] : (validator.Errors(input) as SchemaError[]).flatMap(problemsFrom)
  const found = new Map([...unknown, ...wrong].map((problem) => [`${problem.field} ${problem.problem}`, problem]))
  return [...found.values()].slice(0, maxProblems)
}

function problemsFrom({ keyword, instancePath, params, message }: SchemaError): FieldProblem[] {
  const named = params as {
    requiredProperties?: string[]
    additionalProperties?: string[]
    allowedValues?: unknown[]
  }
  if (keyword === 'required') {
    return (named.requiredProperties ?? []).map((name) => ({ field: `${instancePath}/${name}`, problem: 'is missing' }))
  }
  if (keyword === 'additionalProperties') {
    const names = named.additionalProperties ?? []
    return names.map((name) => ({ field: `${instancePath}/${name}`, problem: 'is not known' }))
  }
  // What a closed object says of each of its unknown fields, once more.
  if (keyword === 'boolean') return []
  if (keyword === 'enum') {
    return [{ field: instancePath || '/', problem: `must be one of ${named.allowedValues?.join(', ')}` }]
  }
  return [{ field: instancePath || '/', problem: message }]
}

/** On the bus an unknown field is ignored, so that versions can meet; a person who writes one has mistyped it. */
function unknownFields(schema: ObjectSchema, value: unknown, path: string): FieldProblem[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
  const { properties } = schema
  if (properties === undefined || schema.patternProperties || schema.additionalProperties !== undefined) return []
  const found: FieldProblem[] = []
  for (const [name, inner] of Object.entries(value)) {
    const known = Object.hasOwn(properties, name) ? properties[name] : undefined
    if (known !== undefined && (typeof inner !== 'object' || inner === null)) continue
    const field = `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
    if (known === undefined) found.push({ field, problem: 'is not known' })
    else found.push(...unknownFields(known, inner, field))
  }
  return found
}
