import { page } from './page.mjs'
import { documents, fieldsTable } from './schema-text.mjs'

/** Every document that requests, events and buckets share. */
export function documentsPage() {
  return page(
    'Documents',
    'What requests, events and buckets are made of. A new field is optional; a reader ignores fields that it does not know. `RawConfig` holds the parameters of a config.',
    Object.keys(documents)
      .sort()
      .map((name) => [`## ${name}`, sentence(documents[name].description), fieldsTable(documents[name])]),
  )
}

const sentence = (text) => (text === undefined || text.endsWith('.') ? (text ?? '') : `${text}.`)
