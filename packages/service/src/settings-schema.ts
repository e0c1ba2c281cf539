import type { TSchema } from 'typebox'

interface Facts {
  type?: string
  enum?: readonly unknown[]
  const?: unknown
  anyOf?: readonly Facts[]
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  pattern?: string
  format?: string
  items?: Facts
}

/** The JSON type of a schema, or `string` for a choice among texts. */
export function typeOf(schema: TSchema): string {
  return (schema as Facts).type ?? 'string'
}

/** The schema of a list's entries. */
export function itemsOf(schema: TSchema): TSchema {
  return ((schema as Facts).items ?? {}) as TSchema
}

function range(least: number | undefined, most: number | undefined): string {
  if (least !== undefined && most !== undefined) return ` from ${least} to ${most}`
  if (least !== undefined) return ` of at least ${least}`
  if (most !== undefined) return ` of at most ${most}`
  return ''
}

function choices(facts: Facts): readonly unknown[] | undefined {
  if (facts.enum) return facts.enum
  const constants = facts.anyOf?.filter((part) => 'const' in part)
  return constants && constants.length === facts.anyOf?.length ? constants.map((part) => part.const) : undefined
}

/** What a schema allows, as the end of "it must be …". */
export function allowedBy(schema: TSchema): string {
  const facts = schema as Facts
  const among = choices(facts)
  if (among) return `one of ${among.join(', ')}`
  switch (facts.type) {
    case 'integer':
      return `a whole number${range(facts.minimum, facts.maximum)}`
    case 'number':
      return `a number${range(facts.minimum, facts.maximum)}`
    case 'boolean':
      return 'true or false'
    case 'array':
      return `a list separated by commas, each ${allowedBy((facts.items ?? {}) as TSchema)}`
    default: {
      const length = range(facts.minLength, facts.maxLength)
      const shape = facts.pattern ? ` that matches ${facts.pattern}` : facts.format ? ` (${facts.format})` : ''
      return `text${length && `${length} characters`}${shape}`
    }
  }
}
