import type { Token } from './lexer.ts'
import { TemplateSyntaxError } from './syntax-error.ts'

/** Constructs inside each other beyond this are no template of a person, and would exhaust the stack. */
const maxDepth = 120

/** Operators, filters or branches in a row: each is one more level of the tree. */
const maxChain = 500

/** The tokens of a template, one after the other. */
export class TokenStream {
  readonly #tokens: readonly Token[]
  #place = 0
  #depth = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  get current(): Token {
    return this.#tokens[this.#place] ?? { type: 'eof', value: '', line: 1 }
  }

  get line(): number {
    return this.current.line
  }

  look(): Token {
    return this.#tokens[this.#place + 1] ?? this.current
  }

  next(): Token {
    const token = this.current
    if (token.type !== 'eof') this.#place++
    return token
  }

  is(type: Token['type'], value?: string): boolean {
    return this.current.type === type && (value === undefined || this.current.value === value)
  }

  isName(...names: readonly string[]): boolean {
    return this.current.type === 'name' && names.includes(this.current.value)
  }

  skip(type: Token['type'], value?: string): boolean {
    if (!this.is(type, value)) return false
    this.next()
    return true
  }

  expect(type: Token['type'], value?: string): Token {
    if (this.is(type, value)) return this.next()
    this.fail(`${value ?? `a ${type}`} is expected, not ${shown(this.current)}`)
  }

  fail(problem: string, line = this.line): never {
    throw new TemplateSyntaxError(problem, line)
  }

  /** One more part of a chain that has so many already. */
  chain(links: number): void {
    if (links > maxChain) this.fail(`more than ${maxChain} parts stand in a row`)
  }

  /** Reads something that may hold itself. */
  nested<Result>(read: () => Result): Result {
    if (++this.#depth > maxDepth) this.fail('the template is nested too deep')
    const result = read()
    this.#depth--
    return result
  }
}

export function shown(token: Token): string {
  if (token.type === 'eof') return 'the end of the template'
  return token.type === 'string' ? 'a text' : token.value
}
