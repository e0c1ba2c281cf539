import type { Meter } from '../meter.ts'
import type { Work } from './callable.ts'
import { indexOf } from './numbers.ts'
import { kindOf, plain } from './python-values.ts'

/** What Python's `\s` and str.strip() take for a blank. JavaScript's differ by a few control characters. */
const blanks = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000'
const blank = new RegExp(`[${blanks}]`)
const blankRun = new RegExp(`[${blanks}]+`)
const lineEnd = new RegExp(['\\r\\n', '[\\n-\\r\\x1c-\\x1e\\x85\\u2028\\u2029]'].join('|'), 'g')

export function isBlank(character: string): boolean {
  return blank.test(character)
}

export function textArgument(value: unknown, what: string): string {
  const text = plain(value)
  if (typeof text !== 'string') throw new TypeError(`${what} must be a text, not ${kindOf(text)}`)
  return text
}

/** Without blanks, or without the given characters, at its start, its end or both. */
export function trimmed(text: string, characters: unknown, side: 'start' | 'end' | 'both', meter: Meter): string {
  const given =
    characters === undefined || characters === null ? undefined : charactersOf(characters, 'what is stripped', meter)
  const isCut = (character: string) => (given === undefined ? isBlank(character) : given.has(character))
  let start = 0
  let end = text.length
  if (side !== 'end') while (start < end && isCut(text.charAt(start))) start++
  if (side !== 'start') while (end > start && isCut(text.charAt(end - 1))) end--
  meter.spend((start + text.length - end) >> 2)
  return text.slice(start, end)
}

function charactersOf(value: unknown, what: string, meter: Meter): ReadonlySet<string> {
  const text = textArgument(value, what)
  meter.spend(text.length >> 2)
  return new Set(text.split(''))
}

/** `split` and, from the right, `rsplit`. */
export function splitText(text: string, separator: unknown, limit: unknown, fromRight: boolean, work: Work): string[] {
  work.meter.spend(text.length >> 2)
  const most = limit === undefined ? -1 : indexOf(limit)
  if (separator === undefined || separator === null) return splitAtBlanks(text, most, fromRight, work.meter)
  const joint = textArgument(separator, 'the separator')
  if (joint === '') throw new RangeError('the separator is empty')
  const parts = text.split(joint)
  if (most < 0 || parts.length <= most + 1) return parts
  return fromRight
    ? [parts.slice(0, parts.length - most).join(joint), ...parts.slice(parts.length - most)]
    : [...parts.slice(0, most), parts.slice(most).join(joint)]
}

function splitAtBlanks(text: string, most: number, fromRight: boolean, meter: Meter): string[] {
  const parts: string[] = []
  let rest = trimmed(text, undefined, 'both', meter)
  if (most < 0) return rest === '' ? [] : rest.split(blankRun)
  rest = trimmed(text, undefined, fromRight ? 'end' : 'start', meter)
  while (rest !== '') {
    if (parts.length === most) {
      parts.push(rest)
      break
    }
    const cut = fromRight ? lastBlank(rest) : rest.search(blank)
    const piece = cut === -1 ? rest : fromRight ? rest.slice(cut + 1) : rest.slice(0, cut)
    parts.push(piece)
    rest =
      cut === -1
        ? ''
        : trimmed(fromRight ? rest.slice(0, cut) : rest.slice(cut), undefined, fromRight ? 'end' : 'start', meter)
  }
  return fromRight ? parts.reverse() : parts
}

function lastBlank(text: string): number {
  for (let place = text.length - 1; place >= 0; place--) if (isBlank(text.charAt(place))) return place
  return -1
}

export function splitLines(text: string, keepEnds: boolean): string[] {
  const lines: string[] = []
  let start = 0
  for (const match of text.matchAll(lineEnd)) {
    lines.push(text.slice(start, keepEnds ? match.index + match[0].length : match.index))
    start = match.index + match[0].length
  }
  if (start < text.length) lines.push(text.slice(start))
  return lines
}

/** Every `from` by `to`, or so many of them. */
export function replaced(text: string, from: string, to: string, count: number, { meter }: Work): string {
  meter.scan(text.length)
  const parts = from === '' ? ['', ...text, ''] : text.split(from)
  const made = count < 0 ? parts.length - 1 : Math.min(count, parts.length - 1)
  meter.spend(parts.length)
  meter.allow(text.length + made * to.length)
  if (made === parts.length - 1) return parts.join(to)
  return parts.slice(0, made + 1).join(to) + from + parts.slice(made + 1).join(from)
}

/** Places of a slice as Python reads them: negative ones count from the end, what is outside is cut off. */
export function slicePlaces(length: number, start: unknown, stop: unknown, step: unknown): number[] {
  const stride = step === undefined || step === null ? 1 : indexOf(step)
  if (stride === 0) throw new RangeError('a slice cannot go in steps of 0')
  const [low, high] = stride > 0 ? [0, length] : [-1, length - 1]
  const place = (value: unknown, otherwise: number) => {
    if (value === undefined || value === null) return otherwise
    const index = indexOf(value)
    return index < 0 ? Math.max(low, index + length) : Math.min(high, index)
  }
  const from = place(start, stride > 0 ? low : high)
  const to = place(stop, stride > 0 ? high : low)
  const places: number[] = []
  for (let index = from; stride > 0 ? index < to : index > to; index += stride) places.push(index)
  return places
}
