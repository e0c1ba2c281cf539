import { escapedValue, exactValue } from '../escape-value.ts'
import type { Meter } from '../meter.ts'
import type { Work } from '../values/callable.ts'
import { chargedMarkup, withoutTags } from '../values/markup.ts'
import { doubleOf, indexOf, numericOf } from '../values/numbers.ts'
import { printed } from '../values/printf.ts'
import { compareValues } from '../values/python-order.ts'
import { reprOf, textOf } from '../values/python-text.ts'
import { entriesOf, isDict, isTrue, itemsOf, plain, SafeText, sizeOf } from '../values/python-values.ts'
import { replaced, splitLines, textArgument, trimmed } from '../values/string-cuts.ts'
import { capitalized, centred } from '../values/string-methods.ts'
import { attributeOf, type Filter, filter, textFilter } from './filter.ts'
import { percentEncoded } from './percent-encoding.ts'

function changed(change: (text: string) => string) {
  return (value: unknown, _given: readonly unknown[], { meter }: Work) => {
    const text = textOf(value, meter)
    meter.scan(text.length * 2)
    return change(text)
  }
}

/** Every word with a capital first, as Jinja2's `title`: after blanks, hyphens and brackets alone. */
function titledWords(text: string): string {
  return text.replace(/[^-\s({[<]+/g, (word) => {
    const [first = ''] = word
    return first.toUpperCase() + word.slice(first.length).toLowerCase()
  })
}

const escaped: Filter = (value, _given, { meter }) => {
  if (value instanceof SafeText) return value
  const text = textOf(value, meter)
  return new SafeText(chargedMarkup(text, meter))
}

function indented(value: unknown, [width, first, blank]: readonly unknown[], { meter }: Work): string {
  const text = value === undefined ? '' : textArgument(value, 'what is indented')
  const front = typeof width === 'string' ? width : ' '.repeat(meter.width(width ?? 4))
  const lines = splitLines(`${text}\n`, false)
  meter.spend(lines.length)
  meter.allow(text.length + lines.length * front.length)
  const [head = '', ...rest] = lines
  const tail = rest.map((line) => (line === '' && !isTrue(blank) ? line : front + line))
  return (isTrue(first) ? front : '') + [head, ...tail].join('\n')
}

function truncated(value: unknown, given: readonly unknown[], { meter }: Work): string {
  const text = textOf(value, meter)
  const [length = 255, killWords = false, end = '...', leeway = 5] = given
  const most = indexOf(length)
  const mark = textArgument(end, 'the end')
  if (text.length <= most + indexOf(leeway)) return text
  const cut = text.slice(0, most - mark.length)
  if (isTrue(killWords)) return cut + mark
  const blank = cut.lastIndexOf(' ')
  return (blank === -1 ? cut : cut.slice(0, blank)) + mark
}

function wrapped(value: unknown, given: readonly unknown[], { meter }: Work): string {
  const [width = 79, breakLong = true, joint = '\n', breakHyphens = true] = given
  const most = meter.width(width)
  if (most < 1) throw new RangeError('a width must be 1 at least')
  const text = textOf(value, meter)
  meter.spend(text.length)
  const lines = splitLines(text, false).flatMap((line) => {
    const made = wrapLine(line, most, isTrue(breakLong), isTrue(breakHyphens))
    return made.length === 0 ? [''] : made
  })
  const mark = textArgument(joint ?? '\n', 'the line break')
  meter.allow(text.length + lines.length * mark.length)
  return lines.join(mark)
}

/** As Python's textwrap, which Jinja2 asks to keep blanks inside a line and to drop those at a break. */
function wrapLine(line: string, width: number, breakLong: boolean, breakHyphens: boolean): string[] {
  const chunks = line
    .split(/(\s+)/)
    .flatMap((part) => (breakHyphens && /\S/.test(part) ? part.split(/(?<=[\p{L}\d]-)(?=[\p{L}])/u) : [part]))
    .filter((part) => part !== '')
    .reverse()
  const lines: string[] = []
  while (chunks.length > 0) {
    let current = ''
    if (lines.length > 0 && chunks.at(-1)?.trim() === '') chunks.pop()
    while (chunks.length > 0 && current.length + (chunks.at(-1)?.length ?? 0) <= width) current += chunks.pop()
    const next = chunks.at(-1)
    if (next !== undefined && next.length > width) {
      const room = breakLong ? Math.max(width - current.length, current === '' ? 1 : 0) : 0
      if (breakLong) {
        current += next.slice(0, room)
        chunks[chunks.length - 1] = next.slice(room)
      } else if (current === '') current = chunks.pop() ?? ''
    }
    const kept = current.trimEnd()
    if (kept !== '' || (current !== '' && lines.length === 0 && chunks.length === 0))
      lines.push(current.trim() === '' ? '' : kept)
  }
  return lines.filter((each, place) => each !== '' || place > 0)
}

function fileSize(value: unknown, [binary]: readonly unknown[]): string {
  const number = numericOf(value) ?? Number(value)
  const bytes = doubleOf(number)
  const base = isTrue(binary) ? 1024 : 1000
  const units = isTrue(binary)
    ? ['KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB', 'ZiB', 'YiB']
    : ['kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB']
  if (bytes === 1) return '1 Byte'
  if (bytes < base) return `${Math.trunc(bytes)} Bytes`
  let unit = base
  for (const [place, name] of units.entries()) {
    unit = base ** (place + 2)
    if (bytes < unit || place === units.length - 1) return `${((base * bytes) / unit).toFixed(1)} ${name}`
  }
  return ''
}

function attributesText(value: unknown, [autospace = true]: readonly unknown[], { meter }: Work): string {
  if (!isDict(value)) throw new TypeError('xmlattr takes a dict')
  const entries = value instanceof Map ? [...value.entries()] : Object.entries(value)
  const parts = entries.flatMap(([key, item]) => {
    meter.spend(1)
    if (item === null || item === undefined) return []
    if (/[\s/>=]/.test(textOf(key, meter))) throw new RangeError('this is no name of an attribute')
    return [`${chargedMarkup(textOf(key, meter), meter)}="${chargedMarkup(textOf(item, meter), meter)}"`]
  })
  const text = parts.join(' ')
  return isTrue(autospace) && text !== '' ? ` ${text}` : text
}

/** As `pprint` shows a dict: by its keys. */
function sortedKeys(value: unknown, meter: Meter): unknown {
  if (!isDict(value)) return value
  meter.sort(sizeOf(value))
  return new Map(entriesOf(value).sort(([a], [b]) => compareValues(a, b, meter)))
}

export const textFilters: readonly [string, Filter][] = [
  textFilter(
    'upper',
    [],
    changed((text) => text.toUpperCase()),
  ),
  textFilter(
    'lower',
    [],
    changed((text) => text.toLowerCase()),
  ),
  textFilter('title', [], changed(titledWords)),
  textFilter('capitalize', [], changed(capitalized)),
  textFilter('trim', ['chars'], (value, [characters], { meter }) =>
    trimmed(textOf(value, meter), characters, 'both', meter),
  ),
  textFilter('center', ['width'], (value, [width = 80], { meter }) =>
    centred(textOf(value, meter), meter.width(width), ' '),
  ),
  textFilter('indent', ['width', 'first', 'blank'], indented),
  ['string', (value, _given, { meter }) => (value instanceof SafeText ? value : textOf(value, meter))],
  ['safe', (value, _given, { meter }) => (value instanceof SafeText ? value : new SafeText(textOf(value, meter)))],
  ['e', escaped],
  ['escape', escaped],
  ['forceescape', (value, _given, { meter }) => new SafeText(chargedMarkup(textOf(plain(value), meter), meter))],
  filter('replace', ['old', 'new', 'count'], (value, [from, to, count], work) =>
    replaced(
      textOf(value, work.meter),
      textOf(from, work.meter),
      textOf(to, work.meter),
      count === undefined || count === null ? -1 : indexOf(count),
      work,
    ),
  ),
  filter('truncate', ['length', 'killwords', 'end', 'leeway'], truncated),
  filter('wordwrap', ['width', 'break_long_words', 'wrapstring', 'break_on_hyphens'], wrapped),
  filter('wordcount', [], (value, _given, { meter }) => {
    const text = textOf(value, meter)
    meter.spend(text.length >> 2)
    return text.match(/[\p{L}\p{N}_]+/gu)?.length ?? 0
  }),
  filter('striptags', [], (value, _given, { meter }) => {
    const text = textOf(value, meter)
    meter.spend(text.length)
    return withoutTags(text)
  }),
  filter('urlencode', [], percentEncoded),
  filter('filesizeformat', ['binary'], fileSize),
  filter('xmlattr', ['autospace'], attributesText),
  filter('pprint', [], (value, _given, { meter }) => reprOf(sortedKeys(value, meter), meter)),
  [
    'format',
    (value, { positions, named }, { meter }) => {
      if (positions.length > 0 && named.size > 0) throw new TypeError('format takes values by place or by name')
      return printed(textOf(value, meter), positions.map(plain), named.size > 0 ? new Map(named) : undefined, meter)
    },
  ],
  filter('join', ['d', 'attribute'], (value, [separator = '', attribute], work) => {
    const key = attributeOf(attribute, work)
    const joint = textOf(separator, work.meter)
    let text = ''
    for (const [place, item] of itemsOf(value, work.meter).entries()) {
      work.meter.spend(1)
      text = work.meter.joined(text + (place === 0 ? '' : joint) + textOf(key(item), work.meter))
    }
    return text
  }),
  filter('value', [], (value, _given, { format, meter }) => {
    const text = value === null ? '' : textOf(value, meter)
    meter.scan(text.length)
    return escapedValue(text, format)
  }),
  filter('exact', [], (value, _given, { format, meter }) => {
    const text = value === null ? '' : textOf(value, meter)
    meter.scan(text.length)
    return exactValue(text, format)
  }),
]
