import type { Meter } from '../meter.ts'
import { numberText, numericOf } from '../values/numbers.ts'
import { textOf } from '../values/python-text.ts'
import { entriesOf, isDict, kindOf, plain } from '../values/python-values.ts'

/** As Python's json.dumps with sorted keys, and without the characters that end a script: `tojson`. */
export function jsonText(value: unknown, indent: unknown, meter: Meter): string {
  const width = indent === undefined || indent === null ? undefined : meter.width(indent)
  return written(value, width, 0, meter)
    .replaceAll('<', '\\u003c')
    .replaceAll('>', '\\u003e')
    .replaceAll('&', '\\u0026')
    .replaceAll("'", '\\u0027')
}

const maxNesting = 64

function written(given: unknown, width: number | undefined, depth: number, meter: Meter): string {
  const value = plain(given)
  meter.spend(1)
  if (depth > maxNesting) throw new RangeError('this is nested too deep for JSON')
  if (value === null) return 'null'
  if (typeof value === 'boolean') return String(value)
  if (typeof value === 'string') {
    meter.spend(value.length >> 2)
    return asciiText(value)
  }
  const number = numericOf(value)
  if (number !== undefined) return numberText(number).replace('inf', 'Infinity').replace('nan', 'NaN')
  const isList = Array.isArray(value)
  if (!isList && !isDict(value)) throw new TypeError(`${kindOf(value)} has no form in JSON`)
  const parts = isList
    ? value.map((item) => written(item, width, depth + 1, meter))
    : entriesOf(value)
        .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1))
        .map(([key, item]) => `${keyText(key, meter)}: ${written(item, width, depth + 1, meter)}`)
  const [open, close] = isList ? '[]' : '{}'
  if (width === undefined || parts.length === 0) return meter.joined(`${open}${parts.join(', ')}${close}`)
  const line = `\n${' '.repeat(width * (depth + 1))}`
  return meter.joined(`${open}${line}${parts.join(`,${line}`)}\n${' '.repeat(width * depth)}${close}`)
}

function keyText(key: unknown, meter: Meter): string {
  const names = key === null ? 'null' : typeof key === 'boolean' ? String(key) : textOf(plain(key), meter)
  return asciiText(names)
}

function asciiText(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
