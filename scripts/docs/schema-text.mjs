import * as schema from '../../packages/schema/dist/index.js'
import { anchor, code, table } from './page.mjs'

/** Documents by name: what `packages/schema` exports as a schema of an object. */
export const documents = Object.fromEntries(
  Object.entries(schema).filter(([, value]) => value?.type === 'object' && value.properties),
)

/** Optional, described and listed ones are copies: what counts is what they say. */
const shape = ({ description: _, ...rest }) => JSON.stringify(rest)
const nameByShape = new Map(Object.entries(documents).map(([name, value]) => [shape(value), name]))

/** The document that a schema is, as a link into documents.md. */
function documentLink(value) {
  const name = value.properties && nameByShape.get(shape(value))
  return name ? `[${name}](documents.md#${anchor(name)})` : undefined
}

const bounds = (least, most) =>
  least !== undefined && most !== undefined
    ? ` ${least}…${most}`
    : least !== undefined
      ? ` ≥ ${least}`
      : most !== undefined
        ? ` ≤ ${most}`
        : ''

/** A schema in a few words, for a cell of a table. */
export function typeText(value) {
  const link = documentLink(value)
  if (link) return link
  if ('const' in value) return code(JSON.stringify(value.const))
  if (value.enum) return value.enum.map((choice) => code(choice)).join(' ')
  if (value.anyOf) return value.anyOf.map(typeText).join(' or ')
  switch (value.type) {
    case 'string':
      if (value.pattern) return `text like ${code(value.pattern)}`
      return `text${value.maxLength === undefined ? '' : ` ≤ ${value.maxLength}`}`
    case 'integer':
      return `integer${bounds(value.minimum, value.maximum)}`
    case 'array':
      return `list of ${typeText(value.items)}`
    case 'object':
      return objectText(value)
    default:
      return value.type ?? 'anything'
  }
}

function objectText({ properties, patternProperties }) {
  const fields = Object.entries(properties ?? {}).map(([name, field]) => `${code(name)} ${typeText(field)}`)
  if (fields.length > 0) return `{ ${fields.join(', ')} }`
  const [values] = Object.values(patternProperties ?? {})
  return values ? `name → ${typeText(values)}` : 'object'
}

/** The fields of an object, one a row. */
export function fieldsTable({ properties = {}, required = [] }) {
  return table(
    ['field', '', 'is', 'about'],
    Object.entries(properties).map(([name, field]) => [
      code(name),
      required.includes(name) ? '' : 'optional',
      typeText(field),
      aboutText(field),
    ]),
  )
}

function aboutText({ description = '', default: given }) {
  return [description, given === undefined ? '' : `Default ${code(given)}.`].filter((part) => part !== '').join('. ')
}
