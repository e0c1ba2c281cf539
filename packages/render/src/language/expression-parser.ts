import * as nodes from 'nunjucks/src/nodes.js'
import { type Float, floatOf, intOf } from '../values/numbers.ts'
import { Arguments, Filtered, Joined, Slice, Test, Tuple } from './jinja-nodes.ts'
import { shown, type TokenStream } from './token-stream.ts'

type Node = nodes.Node
type Binary = new (line: number, column: number, left: Node, right: Node) => Node

const constants: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['none', null],
  ['None', null],
])
const sums: ReadonlyMap<string, Binary> = new Map([
  ['+', nodes.Add],
  ['-', nodes.Sub],
])
const products: ReadonlyMap<string, Binary> = new Map([
  ['*', nodes.Mul],
  ['/', nodes.Div],
  ['//', nodes.FloorDiv],
  ['%', nodes.Mod],
])
const comparisons = new Set(['==', '!=', '<', '<=', '>', '>='])

/** Expressions, by the precedence that Jinja2 gives its operators. */
export class ExpressionParser {
  protected readonly stream: TokenStream

  constructor(stream: TokenStream) {
    this.stream = stream
  }

  expression(): Node {
    return this.stream.nested(() => this.#choice())
  }

  /** `a if b else c`, which can be chained. */
  #choice(): Node {
    const { stream } = this
    let value = this.#or()
    for (let links = 0; stream.isName('if'); links++) {
      stream.chain(links)
      const { line } = stream.next()
      const condition = this.#or()
      const otherwise = stream.skip('name', 'else') ? stream.nested(() => this.#choice()) : null
      value = new nodes.InlineIf(line, 0, condition, value, otherwise)
    }
    return value
  }

  #or(): Node {
    let left = this.#and()
    for (let links = 0; this.stream.isName('or'); links++) {
      this.stream.chain(links)
      left = new nodes.Or(this.stream.next().line, 0, left, this.#and())
    }
    return left
  }

  #and(): Node {
    let left = this.#not()
    for (let links = 0; this.stream.isName('and'); links++) {
      this.stream.chain(links)
      left = new nodes.And(this.stream.next().line, 0, left, this.#not())
    }
    return left
  }

  #not(): Node {
    if (!this.stream.isName('not')) return this.#comparison()
    const { line } = this.stream.next()
    return new nodes.Not(
      line,
      0,
      this.stream.nested(() => this.#not()),
    )
  }

  #comparison(): Node {
    const { stream } = this
    const { line } = stream
    const left = this.#sum()
    const operands: Node[] = []
    for (;;) {
      if (stream.is('operator') && comparisons.has(stream.current.value)) {
        const type = stream.next().value
        operands.push(new nodes.CompareOperand(stream.line, 0, this.#sum(), type))
      } else if (stream.skip('name', 'in')) {
        operands.push(new nodes.CompareOperand(stream.line, 0, this.#sum(), 'in'))
      } else if (stream.isName('not') && stream.look().type === 'name' && stream.look().value === 'in') {
        stream.next()
        stream.next()
        operands.push(new nodes.CompareOperand(stream.line, 0, this.#sum(), 'not in'))
      } else return operands.length === 0 ? left : new nodes.Compare(line, 0, left, operands)
    }
  }

  #binary(operators: ReadonlyMap<string, Binary>, operand: () => Node): Node {
    let left = operand()
    for (let links = 0; ; links++) {
      this.stream.chain(links)
      const kind = this.stream.is('operator') ? operators.get(this.stream.current.value) : undefined
      if (kind === undefined) return left
      left = new kind(this.stream.next().line, 0, left, operand())
    }
  }

  #sum(): Node {
    return this.#binary(sums, () => this.#joined())
  }

  #joined(): Node {
    const { line } = this.stream
    const parts = [this.#product()]
    while (this.stream.skip('operator', '~')) parts.push(this.#product())
    const [only] = parts
    return parts.length === 1 && only ? only : new Joined(line, 0, parts)
  }

  #product(): Node {
    return this.#binary(products, () => this.#power())
  }

  #power(): Node {
    let left = this.#unary(true)
    for (let links = 0; this.stream.is('operator', '**'); links++) {
      this.stream.chain(links)
      left = new nodes.Pow(this.stream.next().line, 0, left, this.#unary(true))
    }
    return left
  }

  #unary(withFilter: boolean): Node {
    const { stream } = this
    const { line } = stream
    let node: Node
    if (stream.skip('operator', '-'))
      node = new nodes.Neg(
        line,
        0,
        stream.nested(() => this.#unary(false)),
      )
    else if (stream.skip('operator', '+'))
      node = new nodes.Pos(
        line,
        0,
        stream.nested(() => this.#unary(false)),
      )
    else node = this.primary()
    node = this.#postfix(node)
    return withFilter ? this.#filters(node) : node
  }

  protected primary(): Node {
    const { stream } = this
    const token = stream.current
    switch (token.type) {
      case 'name': {
        stream.next()
        const constant = constants.get(token.value)
        if (constant !== undefined) return new nodes.Literal(token.line, 0, constant)
        return new nodes.Symbol(token.line, 0, token.value)
      }
      case 'string': {
        let text = ''
        while (stream.is('string')) text += stream.next().value
        return new nodes.Literal(token.line, 0, text)
      }
      case 'integer':
        stream.next()
        return new nodes.Literal(token.line, 0, intOf(BigInt(token.value)))
      case 'float': {
        stream.next()
        const number: number | Float = floatOf(Number(token.value))
        return new nodes.Literal(token.line, 0, number)
      }
      default:
        if (stream.skip('operator', '(')) {
          const tuple = this.tuple({ inParentheses: true })
          stream.expect('operator', ')')
          return tuple
        }
        if (stream.is('operator', '['))
          return new nodes.Array(
            token.line,
            0,
            this.#items('[', ']', () => this.expression()),
          )
        if (stream.is('operator', '{'))
          return new nodes.Dict(
            token.line,
            0,
            this.#items('{', '}', () => this.#pair()),
          )
        return stream.fail(`${shown(token)} is not expected here`)
    }
  }

  /** Comma-separated, with a comma allowed at the end. */
  #items(open: string, close: string, read: () => Node): Node[] {
    const { stream } = this
    stream.expect('operator', open)
    const items: Node[] = []
    while (!stream.is('operator', close)) {
      if (items.length > 0) stream.expect('operator', ',')
      if (stream.is('operator', close)) break
      items.push(read())
    }
    stream.expect('operator', close)
    return items
  }

  #pair(): Node {
    const key = this.expression()
    this.stream.expect('operator', ':')
    return new nodes.Pair(key.lineno, 0, key, this.expression())
  }

  /** One value, or several with commas between them: a tuple. */
  tuple({ inParentheses = false, withChoice = true, ends = [] as readonly string[] } = {}): Node {
    const { stream } = this
    const { line } = stream
    const items: Node[] = []
    let isTuple = false
    const isEnd = () => stream.is('end') || stream.is('operator', ')') || stream.isName(...ends)
    for (;;) {
      if (items.length > 0) stream.expect('operator', ',')
      if (isEnd()) break
      items.push(withChoice ? this.expression() : stream.nested(() => this.#or()))
      if (!stream.is('operator', ',')) break
      isTuple = true
    }
    const [first] = items
    if (!isTuple && first) return first
    if (!isTuple && !inParentheses) stream.fail(`a value is expected, not ${shown(stream.current)}`)
    return new Tuple(line, 0, items)
  }

  #postfix(start: Node): Node {
    const { stream } = this
    let node = start
    for (let links = 0; ; links++) {
      stream.chain(links)
      if (stream.is('operator', '.') || stream.is('operator', '[')) node = this.#subscript(node)
      else if (stream.is('operator', '(')) node = this.call(node)
      else return node
    }
  }

  #filters(start: Node): Node {
    const { stream } = this
    let node = start
    for (let links = 0; ; links++) {
      stream.chain(links)
      if (stream.is('operator', '|')) node = this.filter(node)
      else if (stream.isName('is')) node = this.#test(node)
      else if (stream.is('operator', '(')) node = this.call(node)
      else return node
    }
  }

  #subscript(target: Node): Node {
    const { stream } = this
    const { line } = stream
    if (stream.skip('operator', '.')) {
      const token = stream.next()
      if (token.type === 'name') return new nodes.LookupVal(line, 0, target, new nodes.Literal(line, 0, token.value))
      if (token.type !== 'integer') stream.fail('a name or a number is expected behind the dot', line)
      return new nodes.LookupVal(line, 0, target, new nodes.Literal(line, 0, intOf(BigInt(token.value))))
    }
    stream.expect('operator', '[')
    const parts = [this.#subscripted(target)]
    while (stream.skip('operator', ',')) parts.push(this.#subscripted(target))
    stream.expect('operator', ']')
    const [first] = parts
    if (first instanceof Slice && parts.length === 1) return first
    if (parts.some((part) => part instanceof Slice)) stream.fail('a slice stands alone in its brackets', line)
    return new nodes.LookupVal(line, 0, target, parts.length === 1 ? first : new Tuple(line, 0, parts))
  }

  #subscripted(target: Node): Node {
    const { stream } = this
    const { line } = stream
    const isPart = () => !stream.is('operator', ':') && !stream.is('operator', ']') && !stream.is('operator', ',')
    const start = isPart() ? this.expression() : null
    if (!stream.skip('operator', ':')) return start ?? stream.fail('a subscript is expected')
    const stop = isPart() ? this.expression() : null
    const step = stream.skip('operator', ':') && isPart() ? this.expression() : null
    return new Slice(line, 0, target, start, stop, step)
  }

  call(target: Node): nodes.FunCall {
    const { line } = this.stream
    return new nodes.FunCall(line, 0, target, this.#arguments())
  }

  #arguments(): Arguments {
    const { stream } = this
    const { line } = stream.expect('operator', '(')
    const positions: Node[] = []
    const named: Node[] = []
    let more: Node | null = null
    let names: Node | null = null
    for (let isFirst = true; !stream.is('operator', ')'); isFirst = false) {
      if (!isFirst) stream.expect('operator', ',')
      if (stream.is('operator', ')')) break
      if (names !== null) stream.fail('nothing may follow **')
      if (stream.skip('operator', '*')) more = this.expression()
      else if (stream.skip('operator', '**')) names = this.expression()
      else if (stream.is('name') && stream.look().type === 'operator' && stream.look().value === '=') {
        const key = stream.next()
        stream.next()
        named.push(new nodes.Pair(key.line, 0, new nodes.Literal(key.line, 0, key.value), this.expression()))
      } else {
        if (named.length > 0 || more !== null) stream.fail('values by position come before those by name')
        positions.push(this.expression())
      }
    }
    stream.expect('operator', ')')
    return new Arguments(line, 0, new nodes.NodeList(line, 0, positions), new nodes.Dict(line, 0, named), more, names)
  }

  /** `|name(…)`, one or more. Without target, for a block, the first has no bar before it. */
  filter(start: Node | null, startsInline = false): Filtered {
    const { stream } = this
    let node: Node | null = start
    let links = 0
    for (let isInline = startsInline; isInline || stream.is('operator', '|'); isInline = false) {
      stream.chain(links++)
      if (!isInline) stream.next()
      const { line } = stream
      const name = this.#dottedName()
      node = new Filtered(line, 0, node, name, this.#argumentsIfAny())
    }
    if (node instanceof Filtered) return node
    return stream.fail('a filter is expected')
  }

  #dottedName(): string {
    let name = this.stream.expect('name').value
    while (this.stream.skip('operator', '.')) name += `.${this.stream.expect('name').value}`
    return name
  }

  #argumentsIfAny(): Arguments {
    const { line } = this.stream
    if (this.stream.is('operator', '(')) return this.#arguments()
    return new Arguments(line, 0, new nodes.NodeList(line, 0, []), new nodes.Dict(line, 0, []), null, null)
  }

  #test(target: Node): Node {
    const { stream } = this
    const { line } = stream.next()
    const isNegated = stream.skip('name', 'not')
    const name = this.#dottedName()
    let given = this.#argumentsIfAny()
    const { current } = stream
    const startsValue =
      current.type === 'string' ||
      current.type === 'integer' ||
      current.type === 'float' ||
      (current.type === 'name' && !stream.isName('else', 'or', 'and')) ||
      (current.type === 'operator' && '([{'.includes(current.value))
    if (startsValue) {
      if (stream.isName('is')) stream.fail('tests cannot be chained')
      const value = this.#postfix(this.primary())
      given = new Arguments(line, 0, new nodes.NodeList(line, 0, [value]), new nodes.Dict(line, 0, []), null, null)
    }
    const test = new Test(line, 0, target, name, given)
    return isNegated ? new nodes.Not(line, 0, test) : test
  }
}
