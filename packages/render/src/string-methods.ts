import type { Meter } from './meter.ts'
import { isTrue, textOf } from './python-values.ts'

type Method = (text: string, given: readonly unknown[], meter: Meter) => unknown

const maxPadding = 4096

/** The methods of Python's str that templates may call. */
export const stringMethods: Readonly<Record<string, Method>> = {
  upper: (text) => text.toUpperCase(),
  lower: (text) => text.toLowerCase(),
  title: (text) =>
    text.toLowerCase().replace(/(^|[^\p{L}])(\p{L})/gu, (_all, before, letter) => before + letter.toUpperCase()),
  capitalize: (text) => text.slice(0, 1).toUpperCase() + text.slice(1).toLowerCase(),
  strip: (text, [characters]) => trimmed(trimmed(text, characters, 'start'), characters, 'end'),
  lstrip: (text, [characters]) => trimmed(text, characters, 'start'),
  rstrip: (text, [characters]) => trimmed(text, characters, 'end'),
  startswith: (text, [prefix]) => text.startsWith(textOf(prefix)),
  endswith: (text, [suffix]) => text.endsWith(textOf(suffix)),
  replace: (text, [from, to, count], meter) => replaced(text, textOf(from), textOf(to), count, meter),
  split: (text, [separator, limit], meter) => splitText(text, separator, limit, meter),
  join: (text, [items], meter) => joinTexts(Array.isArray(items) ? items : [], text, meter),
  zfill: (text, [width]) => {
    const sign = /^[+-]/.exec(text)?.[0] ?? ''
    return sign + text.slice(sign.length).padStart(paddingOf(width) - sign.length, '0')
  },
  ljust: (text, [width, fill]) => text.padEnd(paddingOf(width), fill === undefined ? ' ' : textOf(fill)),
  rjust: (text, [width, fill]) => text.padStart(paddingOf(width), fill === undefined ? ' ' : textOf(fill)),
  find: (text, [part]) => text.indexOf(textOf(part)),
  count: (text, [part]) => (textOf(part) === '' ? 0 : text.split(textOf(part)).length - 1),
  isdigit: (text) => /^\d+$/.test(text),
  isalpha: (text) => /^\p{L}+$/u.test(text),
  isalnum: (text) => /^[\p{L}\d]+$/u.test(text),
  format: (text, given, meter) => formatted(text, given, meter),
}

export function paddingOf(width: unknown): number {
  const count = Number(width)
  if (!(count <= maxPadding)) throw new RangeError(`a width of ${textOf(width)} is too large`)
  return Math.max(0, Math.trunc(count))
}

export function joinTexts(items: readonly unknown[], separator: string, meter: Meter): string {
  let joined = ''
  for (const [index, item] of items.entries()) {
    joined += (index === 0 ? '' : separator) + textOf(item)
    meter.allow(joined.length)
  }
  meter.spend(items.length)
  return joined
}

export function replaced(text: string, from: string, to: string, count: unknown, meter: Meter): string {
  const times = typeof count === 'number' && count >= 0 ? count : Number.POSITIVE_INFINITY
  const parts = from === '' ? [...text] : text.split(from)
  const made = Math.min(times, parts.length - 1)
  meter.allow(text.length + made * to.length)
  meter.spend(parts.length)
  return (
    parts
      .slice(0, made)
      .map((part) => part + to)
      .join('') + parts.slice(made).join(from)
  )
}

function splitText(text: string, separator: unknown, limit: unknown, meter: Meter): string[] {
  meter.spend(Math.ceil(text.length / 16))
  const parts = isTrue(separator)
    ? text.split(textOf(separator))
    : text
        .trim()
        .split(/\s+/)
        .filter((part) => part !== '')
  if (typeof limit !== 'number' || limit < 0 || parts.length <= limit + 1) return parts
  const joint = isTrue(separator) ? textOf(separator) : ' '
  return [...parts.slice(0, limit), parts.slice(limit).join(joint)]
}

function trimmed(text: string, characters: unknown, side: 'start' | 'end'): string {
  if (typeof characters !== 'string') return side === 'start' ? text.trimStart() : text.trimEnd()
  let start = 0
  let end = text.length
  if (side === 'start') while (start < end && characters.includes(text.charAt(start))) start++
  else while (end > start && characters.includes(text.charAt(end - 1))) end--
  return text.slice(start, end)
}

/** str.format with `{}`, `{0}` and a specification of fill, alignment, width and one of `d`, `x`, `X`, `s`. */
function formatted(text: string, given: readonly unknown[], meter: Meter): string {
  let next = 0
  const result = text.replace(
    /\{\{|\}\}|\{(\d*)(?::(?:(.)?([<>^]))?(0?)(\d*)([dxXs]?))?\}/g,
    (all, position, fill, alignment, zero, width, kind) => {
      if (all === '{{' || all === '}}') return all.charAt(0)
      const value = given[position === '' ? next++ : Number(position)]
      const digits = kind === 'x' || kind === 'X' ? Number(value).toString(16) : textOf(value)
      const shown = kind === 'X' ? digits.toUpperCase() : digits
      const filling = fill ?? (zero ? '0' : ' ')
      const total = paddingOf(width === undefined || width === '' ? 0 : width)
      const atEnd = alignment === '<' || (alignment === undefined && !zero && typeof value === 'string')
      return atEnd ? shown.padEnd(total, filling) : shown.padStart(total, filling)
    },
  )
  meter.allow(result.length)
  return result
}
