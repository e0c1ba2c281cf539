import { Fault } from '@strowger/schema'
import { isRecord } from './entity.ts'
import { compileSelector, type Document, valueAt } from './selector.ts'

/** What `q`, `fields`, `sort`, `skip`, `limit` and `recurse` of a list ask for. */
export interface ListParameters {
  readonly selector: Document
  readonly recurse: boolean
  /** The page of these documents, in their order, with their fields. */
  page(documents: readonly Document[]): Document[]
}

/** @throws Fault `invalid-input` for a selector that is none: to answer everything instead would be no answer. */
export function listParameters(query: Readonly<Record<string, string>>): ListParameters {
  const selector = selectorOf(query)
  const isWanted = compileSelector(selector)
  const fields = query['fields']?.split(',').filter((name) => name !== '')
  const { sort } = query
  const sign = query['sort_ord']?.toUpperCase() === 'DESC' ? -1 : 1
  const skip = wholeNumber(query['skip']) ?? 0
  const limit = wholeNumber(query['limit'])
  return {
    selector,
    recurse: /^true$/i.test(query['recurse'] ?? ''),
    page(documents) {
      const found = documents.filter(isWanted)
      if (sort !== undefined) {
        // The keys are made once: there may be ten thousand.
        const keyed = found.map((document) => ({ document, key: sortKey(valueAt(document, sort)) }))
        keyed.sort((one, other) => sign * (one.key < other.key ? -1 : one.key > other.key ? 1 : 0))
        found.splice(0, found.length, ...keyed.map(({ document }) => document))
      }
      const page = found.slice(skip, limit === undefined ? undefined : skip + limit)
      return fields === undefined ? page : page.map((document) => chosen(document, fields))
    },
  }
}

function selectorOf({ q, q64 }: Readonly<Record<string, string>>): Document {
  const text = q64 === undefined ? q : Buffer.from(q64, 'base64').toString('utf8')
  if (text === undefined || text === '') return {}
  let selector: unknown
  try {
    selector = JSON.parse(text)
  } catch {
    throw new Fault('invalid-input', { detail: 'Invalid selector: it is not JSON' })
  }
  if (!isRecord(selector)) throw new Fault('invalid-input', { detail: 'Invalid selector: it is not an object' })
  return selector
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined
}

function sortKey(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** The document with these fields only, dotted ones in their place, and always its id. */
function chosen(document: Document, fields: readonly string[]): Document {
  const result: Record<string, unknown> = { id: document['id'] }
  for (const field of fields) {
    const value = valueAt(document, field)
    if (value !== undefined) place(result, field.split('.'), value)
  }
  return result
}

function place(into: Record<string, unknown>, names: readonly string[], value: unknown): void {
  const [name = '', ...below] = names
  if (name === '__proto__') return
  if (below.length === 0) {
    into[name] = value
    return
  }
  const present = into[name]
  const inner = isRecord(present) ? { ...present } : {}
  into[name] = inner
  place(inner, below, value)
}
