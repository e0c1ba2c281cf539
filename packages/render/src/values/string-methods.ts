import type { Meter } from '../meter.ts'
import { type Given, givenOf, type Operation, type Work } from './callable.ts'
import { formatted } from './format-text.ts'
import { indexOf } from './numbers.ts'
import { Bytes, itemsOf, plain, SafeText, tupleOf } from './python-values.ts'
import { replaced, slicePlaces, splitLines, splitText, textArgument, trimmed } from './string-cuts.ts'

type Method = Operation<string>

function method(parameters: readonly string[], apply: Method['apply']): Method {
  return { parameters, apply }
}

function titled(text: string): string {
  return text
    .toLowerCase()
    .replace(/(^|[^\p{L}\p{M}])(\p{L})/gu, (_all, before: string, letter: string) => before + letter.toUpperCase())
}

export function capitalized(text: string): string {
  const [first = ''] = text
  return first.toUpperCase() + text.slice(first.length).toLowerCase()
}

function isCased(text: string, other: (text: string) => string): boolean {
  return text.toLowerCase() !== text.toUpperCase() && text === other(text)
}

export const isLower = (text: string) => isCased(text, (each) => each.toLowerCase())
export const isUpper = (text: string) => isCased(text, (each) => each.toUpperCase())

const fillOf = (fill: unknown) => {
  const text = fill === undefined ? ' ' : textArgument(fill, 'the filling')
  if ([...text].length !== 1) throw new TypeError('the filling must be one character')
  return text
}

/** In the middle; of an odd blank, where Python puts it. */
export function centred(text: string, width: number, fill: string): string {
  const room = Math.max(0, width - text.length)
  const left = (room >> 1) + (room & width & 1)
  return fill.repeat(left) + text + fill.repeat(room - left)
}

function starts(parts: unknown, meter: Meter, isAt: (part: string) => boolean): boolean {
  const asked = plain(parts)
  return (Array.isArray(asked) ? asked : [asked]).some((each) => {
    const part = textArgument(each, 'what is asked for')
    meter.spend(1)
    meter.look(part)
    return isAt(part)
  })
}

/** Between two places, as `find`, `count` and their like take them. */
function within(text: string, start: unknown, stop: unknown): { part: string; offset: number } {
  if (start === undefined && stop === undefined) return { part: text, offset: 0 }
  const places = slicePlaces(text.length, start, stop, 1)
  return { part: text.slice(places[0] ?? 0, (places.at(-1) ?? -1) + 1), offset: places[0] ?? 0 }
}

function finder(last: boolean, mustFind: boolean): Method {
  return method(['sub', 'start', 'end'], (text, [sub, start, stop], { meter }) => {
    meter.scan(text.length)
    const { part, offset } = within(text, start, stop)
    const sought = textArgument(sub, 'what is sought')
    const found = last ? part.lastIndexOf(sought) : part.indexOf(sought)
    if (found === -1 && mustFind) throw new RangeError('the text is not in it')
    return found === -1 ? -1 : found + offset
  })
}

function counted(text: string, sub: string): number {
  return sub === '' ? [...text].length + 1 : text.split(sub).length - 1
}

function partitioned(text: string, separator: unknown, last: boolean): unknown {
  const joint = textArgument(separator, 'the separator')
  if (joint === '') throw new RangeError('the separator is empty')
  const at = last ? text.lastIndexOf(joint) : text.indexOf(joint)
  if (at === -1) return tupleOf(last ? ['', '', text] : [text, '', ''])
  return tupleOf([text.slice(0, at), joint, text.slice(at + joint.length)])
}

function joinedTexts(separator: string, values: readonly unknown[], { meter }: Work): string {
  let text = ''
  for (const [place, value] of values.entries()) {
    meter.spend(1)
    text = meter.joined(text + (place === 0 ? '' : separator) + textArgument(value, 'what is joined'))
  }
  return text
}

function encoded(text: string, encoding: unknown, errors: unknown): Bytes {
  const name = encoding === undefined ? 'utf-8' : textArgument(encoding, 'the encoding').toLowerCase().replace('_', '-')
  if (name === 'utf-8' || name === 'utf8') return new Bytes(Buffer.from(text, 'utf8'))
  const highest = name === 'ascii' ? 127 : name === 'latin-1' || name === 'latin1' || name === 'iso-8859-1' ? 255 : -1
  if (highest === -1) throw new RangeError(`there is no encoding ${name} here`)
  const bytes = [...text].flatMap((character) => {
    const code = character.codePointAt(0) ?? 0
    if (code <= highest) return [code]
    if (errors === 'ignore') return []
    if (errors === 'replace') return [0x3f]
    throw new RangeError(`${name} has no character ${JSON.stringify(character)}`)
  })
  return new Bytes(Uint8Array.from(bytes))
}

const every = (shape: RegExp) =>
  method([], (text, _given, { meter }) => {
    meter.spend(text.length >> 3)
    return shape.test(text)
  })

/** The methods of Python's str that templates may call. `format` is apart: it takes any arguments. */
export const stringMethods: ReadonlyMap<string, Method> = new Map(
  Object.entries({
    upper: method([], (text) => text.toUpperCase()),
    lower: method([], (text) => text.toLowerCase()),
    casefold: method([], (text) => text.toLowerCase().replaceAll('ß', 'ss')),
    title: method([], (text, _given, { meter }) => {
      meter.spend(text.length >> 2)
      return titled(text)
    }),
    capitalize: method([], capitalized),
    swapcase: method([], (text, _given, { meter }) => {
      meter.spend(text.length >> 1)
      return [...text].map((each) => (each === each.toLowerCase() ? each.toUpperCase() : each.toLowerCase())).join('')
    }),
    strip: method(['chars'], (text, [chars], { meter }) => trimmed(text, chars, 'both', meter)),
    lstrip: method(['chars'], (text, [chars], { meter }) => trimmed(text, chars, 'start', meter)),
    rstrip: method(['chars'], (text, [chars], { meter }) => trimmed(text, chars, 'end', meter)),
    removeprefix: method(['prefix'], (text, [prefix]) => {
      const part = textArgument(prefix, 'the prefix')
      return text.startsWith(part) ? text.slice(part.length) : text
    }),
    removesuffix: method(['suffix'], (text, [suffix]) => {
      const part = textArgument(suffix, 'the suffix')
      return part !== '' && text.endsWith(part) ? text.slice(0, -part.length) : text
    }),
    startswith: method(['prefix', 'start', 'end'], (text, [prefix, start, stop], { meter }) =>
      starts(prefix, meter, (part) => within(text, start, stop).part.startsWith(part)),
    ),
    endswith: method(['suffix', 'start', 'end'], (text, [suffix, start, stop], { meter }) =>
      starts(suffix, meter, (part) => within(text, start, stop).part.endsWith(part)),
    ),
    replace: method(['old', 'new', 'count'], (text, [from, to, count], work) =>
      replaced(
        text,
        textArgument(from, 'what is replaced'),
        textArgument(to, 'what it is replaced by'),
        count === undefined ? -1 : indexOf(count),
        work,
      ),
    ),
    split: method(['sep', 'maxsplit'], (text, [separator, limit], work) =>
      splitText(text, separator, limit, false, work),
    ),
    rsplit: method(['sep', 'maxsplit'], (text, [separator, limit], work) =>
      splitText(text, separator, limit, true, work),
    ),
    splitlines: method(['keepends'], (text, [keepEnds], { meter }) => {
      meter.spend(text.length >> 2)
      return splitLines(text, Boolean(keepEnds))
    }),
    partition: method(['sep'], (text, [separator]) => partitioned(text, separator, false)),
    rpartition: method(['sep'], (text, [separator]) => partitioned(text, separator, true)),
    join: method(['iterable'], (text, [items], work) => joinedTexts(text, itemsOf(items, work.meter), work)),
    zfill: method(['width'], (text, [width], { meter }) => {
      const sign = /^[+-]/.exec(text)?.[0] ?? ''
      return sign + text.slice(sign.length).padStart(meter.width(indexOf(width)) - sign.length, '0')
    }),
    ljust: method(['width', 'fillchar'], (text, [width, fill], { meter }) =>
      text.padEnd(meter.width(indexOf(width)), fillOf(fill)),
    ),
    rjust: method(['width', 'fillchar'], (text, [width, fill], { meter }) =>
      text.padStart(meter.width(indexOf(width)), fillOf(fill)),
    ),
    center: method(['width', 'fillchar'], (text, [width, fill], { meter }) =>
      centred(text, meter.width(indexOf(width)), fillOf(fill)),
    ),
    expandtabs: method(['tabsize'], (text, [size], { meter }) => {
      const width = meter.width(size ?? 8)
      let column = 0
      let made = ''
      for (const each of text) {
        meter.spend(1)
        const part = each === '\t' ? ' '.repeat(width === 0 ? 0 : width - (column % width)) : each
        column = each === '\n' || each === '\r' ? 0 : column + part.length
        made = meter.joined(made + part)
      }
      return made
    }),
    find: finder(false, false),
    rfind: finder(true, false),
    index: finder(false, true),
    rindex: finder(true, true),
    count: method(['sub', 'start', 'end'], (text, [sub, start, stop], { meter }) => {
      meter.scan(text.length)
      return counted(within(text, start, stop).part, textArgument(sub, 'what is counted'))
    }),
    isdigit: every(/^[\p{Nd}²³¹⁰-⁹₀-₉]+$/u),
    isdecimal: every(/^\p{Nd}+$/u),
    isnumeric: every(/^\p{N}+$/u),
    isalpha: every(/^\p{L}+$/u),
    isalnum: every(/^[\p{L}\p{N}]+$/u),
    isspace: method([], (text, _given, { meter }) => text !== '' && trimmed(text, undefined, 'both', meter) === ''),
    isascii: method([], (text, _given, { meter }) => {
      meter.spend(text.length >> 2)
      return [...text].every((each) => (each.codePointAt(0) ?? 0) < 128)
    }),
    isidentifier: every(/^[\p{ID_Start}_][\p{ID_Continue}]*$/u),
    islower: method([], isLower),
    isupper: method([], isUpper),
    istitle: method([], (text, _given, { meter }) => {
      meter.spend(text.length >> 2)
      return /\p{L}/u.test(text) && text === titled(text)
    }),
    encode: method(['encoding', 'errors'], (text, [encoding, errors], { meter }) => {
      meter.spend(text.length >> 2)
      return encoded(text, encoding, errors)
    }),
  }),
)

/** Methods whose text is markup again when they were called on markup. */
const makesText = (value: unknown): unknown => {
  if (typeof value === 'string') return new SafeText(value)
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
    ? value.map((item) => new SafeText(item))
    : value
}

/** Calls a method of a text. Undefined when there is none of that name. */
export function callStringMethod(
  text: string | SafeText,
  name: string,
  given: Given,
  work: Work,
  parts: {
    bound: (name: string, parameters: readonly string[], given: Given) => readonly unknown[]
    member: (value: unknown, name: string) => unknown
    escaped: (value: unknown) => unknown
  },
): { result: unknown } | undefined {
  const bare = typeof text === 'string' ? text : text.text
  const isMarkup = typeof text !== 'string'
  const arguments_ = isMarkup ? { ...givenOf(given.positions.map(parts.escaped)), named: given.named } : given
  if (name === 'format') {
    const result = formatted(bare, arguments_, work, parts.member)
    return { result: isMarkup ? new SafeText(result) : result }
  }
  const known = stringMethods.get(name)
  if (known === undefined) return undefined
  work.meter.scan(bare.length)
  for (const each of arguments_.positions) if (typeof each === 'string') work.meter.look(each)
  const result = known.apply(bare, parts.bound(name, known.parameters, arguments_), work)
  if (typeof result === 'string') work.meter.allow(result.length)
  return { result: isMarkup ? makesText(result) : result }
}
