import type { Meter } from '../meter.ts'
import { Callable } from './callable.ts'
import { Float, floatText, numberText } from './numbers.ts'
import { Bytes, entriesOf, isDict, Namespace, SafeText, Tuple } from './python-values.ts'

/** As `{{ value }}` prints it: str(). */
export function textOf(value: unknown, meter: Meter): string {
  switch (typeof value) {
    case 'string':
      return value
    case 'undefined':
      return ''
    case 'boolean':
      return value ? 'True' : 'False'
    case 'number':
      return Number.isInteger(value) ? String(value + 0) : floatText(value)
    case 'bigint':
      meter.scan(Number(value > 0n ? value.toString(16).length : 64))
      return value.toString()
    default:
      if (value === null) return 'None'
      if (value instanceof SafeText) return value.text
      return reprOf(value, meter)
  }
}

const maxNesting = 24

/** As it stands inside a list or a dict: repr(). Lists may hold each other, so each item is counted. */
export function reprOf(value: unknown, meter: Meter, depth = 0): string {
  meter.spend(1)
  if (typeof value === 'string') return quotedText(value, meter)
  if (value instanceof SafeText) return `Markup(${quotedText(value.text, meter)})`
  if (value === undefined) return 'Undefined'
  if (typeof value !== 'object' || value === null) return textOf(value, meter)
  if (depth > maxNesting) return '...'
  const inner = (item: unknown) => reprOf(item, meter, depth + 1)
  if (value instanceof Tuple) return meter.joined(`(${value.map(inner).join(', ')}${value.length === 1 ? ',' : ''})`)
  if (Array.isArray(value)) return meter.joined(`[${value.map(inner).join(', ')}]`)
  if (isDict(value)) {
    const entries = entriesOf(value).map(([key, item]) => `${inner(key)}: ${inner(item)}`)
    return meter.joined(`{${entries.join(', ')}}`)
  }
  if (value instanceof Float) return numberText(value)
  if (value instanceof Bytes) return bytesText(value.bytes, meter)
  if (value instanceof Namespace) return `<Namespace ${inner(value.attributes)}>`
  return value instanceof Callable ? `<${value.label}>` : '<object>'
}

const named: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }
const unprintable = /[\\\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu

function quotedText(text: string, meter: Meter): string {
  meter.spend(text.length >> 3)
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  const escaped = text.replace(unprintable, (character) => {
    const code = character.codePointAt(0) ?? 0
    if (named[character] !== undefined) return named[character]
    if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`
    return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`
  })
  return quote + (quote === "'" ? escaped.replaceAll("'", "\\'") : escaped) + quote
}

function bytesText(bytes: Uint8Array, meter: Meter): string {
  meter.spend(bytes.length >> 3)
  const latin = Buffer.from(bytes).toString('latin1')
  const quote = latin.includes("'") && !latin.includes('"') ? '"' : "'"
  const escaped = latin.replace(/[^ -[\]-~]/g, (character) => {
    return named[character] ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`
  })
  return `b${quote}${quote === "'" ? escaped.replaceAll("'", "\\'") : escaped}${quote}`
}
