import { exitCodes, Failure } from '../failure.ts'

export interface Token {
  readonly kind: 'name' | 'text' | 'number' | 'mark' | 'end'
  /** The name, the mark, or the text that was meant. */
  readonly value: string
  /** Where it begins, from 0. */
  readonly at: number
}

const maxLength = 65_536
const marks = '.()[]{},:=;'
const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '0': '\0', '\n': '' }

/** Why an expression cannot be read, with the place below it. */
export function unreadable(code: string, at: number, problem: string): Failure {
  const start = code.lastIndexOf('\n', at - 1) + 1
  const line = code.slice(start).split('\n', 1)[0] ?? ''
  return new Failure(`${problem}\n  ${line}\n  ${' '.repeat(at - start)}^`, exitCodes.usage)
}

/** The words of an expression: names, texts in '…' or "…" as Python writes them, numbers, marks. A new line is a `;`. */
export function tokensOf(code: string): Token[] {
  if (code.length > maxLength) throw new Failure(`An expression has ${maxLength} characters at most`, exitCodes.usage)
  const tokens: Token[] = []
  let at = 0
  let depth = 0
  const push = (kind: Token['kind'], value: string, length: number) => {
    tokens.push({ kind, value, at })
    at += length
  }
  while (at < code.length) {
    const character = code[at] ?? ''
    const rest = code.slice(at, at + 128)
    if (character === '\n' && depth === 0) push('mark', ';', 1)
    else if (/\s/.test(character)) at += 1
    else if (character === '#') at += code.slice(at).split('\n', 1)[0]?.length ?? 1
    else if (/^[ur]?['"]/i.test(rest)) {
      const { value, end } = textAt(code, at)
      push('text', value, end - at)
    } else if (/^-?\.?\d/.test(rest)) {
      const number = /^-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?/i.exec(rest)?.[0] ?? ''
      push('number', number, number.length)
    } else if (/^[A-Za-z_]/.test(rest)) {
      const name = /^\w+/.exec(rest)?.[0] ?? ''
      push('name', name, name.length)
    } else if (marks.includes(character)) {
      if ('([{'.includes(character)) depth += 1
      if (')]}'.includes(character)) depth -= 1
      push('mark', character, 1)
    } else throw unreadable(code, at, `"${character}" has no place in an expression`)
  }
  tokens.push({ kind: 'end', value: '', at: code.length })
  return tokens
}

/** A text in quotes that begins at this place, with its escapes read; a raw one (`r'…'`) has none. */
function textAt(code: string, at: number): { value: string; end: number } {
  const prefix = /['"]/.test(code[at] ?? '') ? '' : (code[at] ?? '').toLowerCase()
  let place = at + prefix.length
  const quote = code[place++]
  let value = ''
  for (;;) {
    const character = code[place++]
    if (character === undefined || character === '\n') throw unreadable(code, at, 'This text does not end')
    if (character === quote) return { value, end: place }
    if (character !== '\\' || prefix === 'r') {
      value += character
      continue
    }
    const escaped = code[place++] ?? ''
    const digits = escaped === 'x' ? 2 : escaped === 'u' ? 4 : 0
    if (digits > 0) {
      const hex = code.slice(place, place + digits)
      if (!new RegExp(`^[0-9a-fA-F]{${digits}}$`).test(hex)) {
        throw unreadable(code, place, `\\${escaped} needs ${digits} hexadecimal digits`)
      }
      value += String.fromCharCode(Number.parseInt(hex, 16))
      place += digits
    } else value += escapes[escaped] ?? (/[\\'"]/.test(escaped) ? escaped : `\\${escaped}`)
  }
}
