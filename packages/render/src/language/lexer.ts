import { isBlank } from '../values/string-cuts.ts'
import { TemplateSyntaxError } from './syntax-error.ts'

/** `data` is text outside of tags; the value of an `operator` is itself, of a `string` what stands in it. */
export interface Token {
  readonly type: 'data' | 'begin' | 'end' | 'name' | 'string' | 'integer' | 'float' | 'operator' | 'eof'
  readonly value: string
  readonly line: number
}

const blank = '[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]'
const opening = /\{(?:%([-+]?)|\{([-+]?)|#([-+]?))/g
const rawOpening = new RegExp(`\\{%[-+]?${blank}*raw${blank}*(-?)%\\}`, 'y')
const rawClosing = new RegExp(`\\{%([-+]?)${blank}*endraw${blank}*([-+]?)%\\}`, 'g')
const digits = '\\d+(?:_\\d+)*'
const float = new RegExp(`(?<!\\.)${digits}(?:(?:\\.${digits})?e[+-]?${digits}|\\.${digits})`, 'iy')
const integer = /0b(?:_?[01])+|0o(?:_?[0-7])+|0x(?:_?[\da-f])+|[1-9](?:_?\d)*|0(?:_?0)*/iy
const name = /[\p{ID_Continue}]+/uy
const identifier = /^[\p{ID_Start}_][\p{ID_Continue}]*$/u
const string = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/sy
const operator = /\/\/|\*\*|==|!=|>=|<=|[-+/*%~[\](){}><=.:|,;]/y
const pairs: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' }
const maxNesting = 200

/** Cuts a template into its parts. Throws TemplateSyntaxError. */
export function tokensOf(template: string): Token[] {
  return new Lexer(template).read()
}

class Lexer {
  readonly #text: string
  readonly #tokens: Token[] = []
  #place = 0
  #line = 1
  /** The place up to which lines are counted. */
  #counted = 0

  constructor(template: string) {
    // Jinja2 reads every line break as a line feed and takes one away at the very end.
    this.#text = template.replaceAll('\r\n', '\n').replaceAll('\r', '\n').replace(/\n$/, '')
  }

  read(): Token[] {
    let trimNext = false
    while (this.#place < this.#text.length) {
      if (trimNext) this.#skipBlanks()
      opening.lastIndex = this.#place
      const match = opening.exec(this.#text)
      const dataEnd = match?.index ?? this.#text.length
      const mark = match?.[1] ?? match?.[2] ?? match?.[3]
      const data = this.#text.slice(this.#place, dataEnd)
      this.#push('data', mark === '-' ? withoutBlanksAtEnd(data) : data)
      this.#place = dataEnd
      if (match === null) break
      const kind = match[0].charAt(1)
      if (kind === '#') trimNext = this.#comment()
      else trimNext = (kind === '%' ? this.#raw() : undefined) ?? this.#tag(match[0], kind === '%' ? '%}' : '}}')
    }
    this.#push('eof', '')
    return this.#tokens
  }

  #push(type: Token['type'], value: string): void {
    if (type === 'data' && value === '') return
    for (; this.#counted < this.#place; this.#counted++) if (this.#text.charCodeAt(this.#counted) === 10) this.#line++
    this.#tokens.push({ type, value, line: this.#line })
  }

  #fail(problem: string): never {
    this.#push('eof', '')
    throw new TemplateSyntaxError(problem, this.#line)
  }

  #skipBlanks(): void {
    while (this.#place < this.#text.length && isBlank(this.#text.charAt(this.#place))) this.#place++
  }

  /** Whether blanks behind it are to go. */
  #comment(): boolean {
    const end = this.#text.indexOf('#}', this.#place + 2)
    if (end === -1) this.#fail('the end of a comment, #}, is missing')
    const trims = this.#text.charAt(end - 1) === '-' && end - 1 > this.#place + 1
    this.#place = end + 2
    return trims
  }

  /** Undefined when the tag is another one. */
  #raw(): boolean | undefined {
    rawOpening.lastIndex = this.#place
    const open = rawOpening.exec(this.#text)
    if (open === null) return undefined
    this.#place = rawOpening.lastIndex
    if (open[1] === '-') this.#skipBlanks()
    rawClosing.lastIndex = this.#place
    const close = rawClosing.exec(this.#text)
    if (close === null) this.#fail('the end of raw text, {% endraw %}, is missing')
    const data = this.#text.slice(this.#place, close.index)
    this.#push('data', close[1] === '-' ? withoutBlanksAtEnd(data) : data)
    this.#place = rawClosing.lastIndex
    return close[2] === '-'
  }

  /** The inside of a tag. Whether blanks behind it are to go. */
  #tag(begin: string, end: string): boolean {
    const text = this.#text
    this.#push('begin', begin.slice(0, 2))
    this.#place += begin.length
    const open: string[] = []
    for (;;) {
      this.#skipBlanks()
      if (this.#place >= text.length) this.#fail(`the end of a tag, ${end}, is missing`)
      if (open.length === 0) {
        const mark = text.charAt(this.#place)
        const marked = mark === '-' || (mark === '+' && end === '%}')
        if (text.startsWith(end, this.#place + (marked ? 1 : 0))) {
          this.#push('end', end)
          this.#place += end.length + (marked ? 1 : 0)
          return mark === '-'
        }
      }
      this.#token(open)
    }
  }

  #token(open: string[]): void {
    const take = (shape: RegExp): string | undefined => {
      shape.lastIndex = this.#place
      return shape.exec(this.#text)?.[0]
    }
    const word = (type: Token['type'], value: string, length: number) => {
      this.#push(type, value)
      this.#place += length
    }
    const real = take(float)
    if (real !== undefined) return word('float', real.replaceAll('_', ''), real.length)
    const whole = take(integer)
    if (whole !== undefined) return word('integer', whole.replaceAll('_', ''), whole.length)
    const found = take(name)
    if (found !== undefined) {
      if (!identifier.test(found)) this.#fail(`${found} is no name`)
      return word('name', found, found.length)
    }
    const quoted = take(string)
    if (quoted !== undefined) return word('string', unescaped(quoted.slice(1, -1)), quoted.length)
    const sign = take(operator)
    if (sign === undefined) this.#fail(`${JSON.stringify(this.#text.charAt(this.#place))} has no meaning here`)
    this.#balance(sign, open)
    word('operator', sign, sign.length)
  }

  #balance(sign: string, open: string[]): void {
    if ('([{'.includes(sign)) {
      open.push(sign)
      if (open.length > maxNesting) this.#fail('brackets are nested too deep')
    } else if (pairs[sign] !== undefined && open.pop() !== pairs[sign]) {
      this.#fail(`${sign} closes nothing that is open`)
    }
  }
}

function withoutBlanksAtEnd(text: string): string {
  let end = text.length
  while (end > 0 && isBlank(text.charAt(end - 1))) end--
  return text.slice(0, end)
}

const escapes: Readonly<Record<string, string>> = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}

/** Python's escapes; what is none stays as it stands. */
function unescaped(text: string): string {
  if (!text.includes('\\')) return text
  const shape = /\\(?:x([\da-f]{2})|u([\da-f]{4})|U([\da-f]{8})|([0-7]{1,3})|(.))/gis
  return text.replace(shape, (all, hex, short, long, octal, character) => {
    if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8))
    const digits = hex ?? short ?? long
    if (digits === undefined) return escapes[character] ?? all
    // The letters count: \X41 and \N are no escapes of this kind.
    if (all.charAt(1) !== (hex ? 'x' : short ? 'u' : 'U')) return all
    const code = Number.parseInt(digits, 16)
    return code <= 0x10ffff ? String.fromCodePoint(code) : all
  })
}
