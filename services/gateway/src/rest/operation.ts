import type { RequestDefinition, RestBinding } from '@strowger/schema'
import type { TSchema } from 'typebox'

/** A request definition that is reached over REST. */
export interface Operation extends RequestDefinition<unknown, unknown> {
  readonly rest: RestBinding
}

/** A JSON Schema as we read it: what TypeBox makes. */
export interface ObjectSchema {
  readonly type?: string
  readonly properties?: Readonly<Record<string, ObjectSchema>>
  readonly patternProperties?: Readonly<Record<string, ObjectSchema>>
  readonly additionalProperties?: boolean
  readonly required?: readonly string[]
  readonly items?: ObjectSchema
  readonly enum?: readonly unknown[]
  readonly description?: string
}

export function operationsOf(requests: readonly RequestDefinition<unknown, unknown>[]): Operation[] {
  return requests.filter((definition): definition is Operation => definition.rest !== undefined)
}

export function schemaOf(schema: TSchema): ObjectSchema {
  return schema as ObjectSchema
}

export function inputFields(operation: Operation): Readonly<Record<string, ObjectSchema>> {
  return schemaOf(operation.input).properties ?? {}
}

export function pathFields({ rest }: Operation): string[] {
  return [...rest.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '')
}

/** Fields that are filled by a header or by the path, never by a query parameter of their name. */
const byHeader = 'ifRevision'

/** Query parameter -> the field it fills. */
export function queryFields(operation: Operation): Map<string, string> {
  const { body, sender } = operation.rest
  const taken = new Set([...pathFields(operation), body, sender, byHeader])
  const names = Object.keys(inputFields(operation)).filter((name) => !taken.has(name))
  const fields = new Map(names.map((name) => [name, name]))
  if (fields.has('dryRun')) fields.set('dry_run', 'dryRun')
  return fields
}

export function takesRevision(operation: Operation): boolean {
  return byHeader in inputFields(operation)
}

/** `/api/v1/devices/{id}` as fastify writes it: `/api/v1/devices/:id`. */
export function routePath({ rest }: Operation): string {
  return rest.path.replaceAll(/\{(\w+)\}/g, ':$1')
}
