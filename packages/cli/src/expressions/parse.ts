import { type Token, tokensOf, unreadable } from './tokens.ts'

/** What is asked, as a tree. `at` is the place in the text, for what goes wrong there. */
export type Expression =
  | { readonly kind: 'constant'; readonly value: string | number | boolean | null }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'dict'; readonly entries: readonly (readonly [Expression, Expression])[] }
  | { readonly kind: 'name'; readonly name: string; readonly at: number }
  | { readonly kind: 'member'; readonly of: Expression; readonly name: string; readonly at: number }
  | { readonly kind: 'item'; readonly of: Expression; readonly key: Expression; readonly at: number }
  | {
      readonly kind: 'call'
      readonly of: Expression
      readonly places: readonly Expression[]
      readonly named: readonly (readonly [string, Expression])[]
      readonly at: number
    }

/** `p = plugins['x']` when it has a target, else an expression whose value is shown. */
export interface Statement {
  readonly target?: Expression
  readonly value: Expression
}

const constants: Readonly<Record<string, boolean | null>> = {
  True: true,
  False: false,
  None: null,
  true: true,
  false: false,
  null: null,
}
const maxDepth = 64

/**
 * Statements of the small part of Python that old commands are written in: names, members, calls with arguments by place and by
 * name, items, constants, lists and dicts. Nothing is computed. Failure naming the place when it is anything else.
 */
export function parseStatements(code: string): Statement[] {
  const tokens = tokensOf(code)
  let next = 0
  const peek = (): Token => tokens[next] ?? { kind: 'end', value: '', at: code.length }
  const isMark = (value: string) => peek().kind === 'mark' && peek().value === value
  const take = (value: string): boolean => {
    if (!isMark(value)) return false
    next += 1
    return true
  }
  const fail = (problem: string, at = peek().at): never => {
    throw unreadable(code, at, problem)
  }
  const found = () => (peek().kind === 'end' ? 'nothing more' : `"${peek().value}"`)
  const expect = (value: string) => {
    if (!take(value)) fail(`Here must be "${value}", and there is ${found()}`)
  }

  /** Parts with commas between them, to the closing mark; a comma may stand before that. */
  function parts<Part>(end: string, part: () => Part): Part[] {
    const list: Part[] = []
    while (!take(end)) {
      list.push(part())
      if (!isMark(end)) expect(',')
    }
    return list
  }

  function expression(depth: number): Expression {
    if (depth > maxDepth) fail(`More than ${maxDepth} brackets within each other`)
    let value = primary(depth)
    for (;;) {
      const { at } = peek()
      if (take('.')) {
        const name = peek()
        if (name.kind !== 'name') fail(`Here must be a name, and there is ${found()}`)
        next += 1
        value = { kind: 'member', of: value, name: name.value, at: name.at }
      } else if (take('(')) value = call(value, at, depth)
      else if (take('[')) {
        const key = expression(depth + 1)
        expect(']')
        value = { kind: 'item', of: value, key, at }
      } else return value
    }
  }

  function call(of: Expression, at: number, depth: number): Expression {
    const places: Expression[] = []
    const named: [string, Expression][] = []
    parts(')', () => {
      const [first, second] = [peek(), tokens[next + 1]]
      if (first.kind === 'name' && second?.kind === 'mark' && second.value === '=') {
        if (named.some(([name]) => name === first.value)) fail(`${first.value} is given twice`)
        next += 2
        named.push([first.value, expression(depth + 1)])
      } else {
        if (named.length > 0) fail('An argument without a name cannot follow one with a name')
        places.push(expression(depth + 1))
      }
    })
    return { kind: 'call', of, places, named, at }
  }

  function primary(depth: number): Expression {
    const token = peek()
    next += 1
    if (token.kind === 'text') return { kind: 'constant', value: token.value }
    if (token.kind === 'number') return { kind: 'constant', value: Number(token.value) }
    if (token.kind === 'name') {
      const constant = Object.hasOwn(constants, token.value) ? constants[token.value] : undefined
      return constant === undefined
        ? { kind: 'name', name: token.value, at: token.at }
        : { kind: 'constant', value: constant }
    }
    if (token.kind === 'mark' && token.value === '[')
      return { kind: 'list', items: parts(']', () => expression(depth + 1)) }
    if (token.kind === 'mark' && token.value === '(') return bracketed(depth)
    if (token.kind === 'mark' && token.value === '{') {
      const entries = parts('}', (): [Expression, Expression] => {
        const key = expression(depth + 1)
        expect(':')
        return [key, expression(depth + 1)]
      })
      return { kind: 'dict', entries }
    }
    next -= 1
    return fail(`Here must be a name or a value, and there is ${found()}`)
  }

  /** `(a)` is a; `(a, b)`, a tuple, is taken as a list. */
  function bracketed(depth: number): Expression {
    const start = next
    const items = parts(')', () => expression(depth + 1))
    const [only] = items
    const hasComma = tokens[next - 2]?.kind === 'mark' && tokens[next - 2]?.value === ','
    return items.length === 1 && only && !(hasComma && next > start) ? only : { kind: 'list', items }
  }

  const statements: Statement[] = []
  for (;;) {
    while (take(';'));
    if (peek().kind === 'end') return statements
    const { at } = peek()
    const first = expression(0)
    if (take('=')) {
      if (!['name', 'member'].includes(first.kind)) fail('Only a name can be given a value', at)
      statements.push({ target: first, value: expression(0) })
    } else statements.push({ value: first })
    if (peek().kind !== 'end') expect(';')
  }
}
