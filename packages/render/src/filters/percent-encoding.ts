import type { Work } from '../values/callable.ts'
import { textOf } from '../values/python-text.ts'
import { entriesOf, isDict, itemsOf } from '../values/python-values.ts'

/** A text as part of a path, or a dict or list of pairs as a query: `urlencode`. */
export function percentEncoded(value: unknown, _given: readonly unknown[], { meter }: Work): string {
  if (typeof value === 'string' || !(Array.isArray(value) || isDict(value))) {
    const text = textOf(value, meter)
    meter.spend(text.length)
    return quoted(text, '/')
  }
  const pairs = isDict(value) ? entriesOf(value) : value.map((pair) => itemsOf(pair, meter))
  meter.spend(pairs.length)
  const part = (each: unknown) => {
    const text = textOf(each, meter)
    meter.spend(text.length)
    return quoted(text, '').replaceAll('%20', '+')
  }
  return meter.joined(pairs.map(([key, item]) => `${part(key)}=${part(item)}`).join('&'))
}

function quoted(text: string, safe: string): string {
  let made = ''
  for (const byte of Buffer.from(text, 'utf8')) {
    const character = String.fromCharCode(byte)
    const isPlain = /[A-Za-z0-9_.~-]/.test(character) || safe.includes(character)
    made += isPlain ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return made
}
