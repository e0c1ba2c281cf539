import compiler from 'nunjucks/src/compiler.js'
import * as nodes from 'nunjucks/src/nodes.js'
import { conditions } from '../filters/conditions.ts'
import { filters } from '../filters/filters.ts'
import { type Arguments, type Filtered, Joined, type Slice, Test, type Tuple } from '../language/jinja-nodes.ts'
import { TemplateSyntaxError } from '../language/syntax-error.ts'
import { changingMethods } from '../values/collection-methods.ts'
import { Float } from '../values/numbers.ts'
import type { Scope } from './scope.ts'

type Node = nodes.Node

/**
 * nunjucks' code generator with the meaning of Jinja2, for expressions. Every operation on values is a call of a
 * function in code/operations.ts, which knows Python's rules and counts its work. Names of a template stand in the
 * code as texts only, or after `symbols` has made them harmless: no template can write code of its own.
 */
export class ExpressionCompiler extends compiler.Compiler {
  /** Code that is made once for the template: filters, tests, constants. */
  protected readonly constants = new Map<string, string>()
  /** Variables of the function that is being written, for values that are needed twice. */
  protected temporaries: string[] = []
  /** Operations since the last place where they were counted. */
  protected weight = 0
  protected line = 0
  /** Whether a list or dict may be changed by the template. */
  protected hasChanges = false
  readonly #wanted = new Set<string>()

  /** Names beginning with XX_ that the template asks for, as variables or as members. */
  get legacyNames(): ReadonlySet<string> {
    return this.#wanted
  }

  override compile(node: Node, scope: Scope): void {
    this.weight++
    super.compile(node, scope)
  }

  /** The code of an expression. */
  protected code(node: Node, scope: Scope): string {
    const outside = this.codebuf
    this.codebuf = []
    this.compile(node, scope)
    const code = this.codebuf.join('')
    this.codebuf = outside
    return code
  }

  protected constant(code: string): string {
    const known = this.constants.get(code)
    if (known !== undefined) return known
    const name = `k${this.constants.size}`
    this.constants.set(code, name)
    return name
  }

  #temporary(): string {
    const name = this._tmpid()
    this.temporaries.push(name)
    return name
  }

  /** The line is told where it changes, so that an error names the right one. */
  #located(node: Node, code: string): string {
    return node.lineno === this.line ? code : `(L = ${node.lineno}, ${code})`
  }

  protected note(name: unknown): void {
    if (typeof name === 'string' && name.startsWith('XX_')) this.#wanted.add(name)
  }

  /** The code of an expression as JavaScript's true or false. */
  protected condition(node: Node, scope: Scope): string {
    if (node instanceof nodes.Not) {
      this.weight++
      return `!${this.condition(node.target, scope)}`
    }
    if (node instanceof nodes.And || node instanceof nodes.Or) {
      this.weight++
      const operator = node instanceof nodes.And ? '&&' : '||'
      return `(${this.condition(node.left, scope)} ${operator} ${this.condition(node.right, scope)})`
    }
    const code = this.code(node, scope)
    return node instanceof Test || node instanceof nodes.Compare ? code : `O.isTrue(${code})`
  }

  /** The code of an expression as the text it prints. */
  protected text(node: Node, scope: Scope): string {
    const code = this.code(node, scope)
    if (scope.escapes) return `O.escapedText(${code}, m)`
    const isText = node instanceof Joined || (node instanceof nodes.Literal && typeof node.value === 'string')
    return isText ? code : `O.textOf(${code}, m)`
  }

  compileLiteral(node: nodes.Literal): void {
    const { value } = node
    if (typeof value === 'string') this.note(value)
    if (typeof value === 'string') this._emit(quoted(value))
    else if (value instanceof Float) this._emit(this.constant(`O.float(${value.value})`))
    else this._emit(typeof value === 'bigint' ? `${value}n` : String(value))
  }

  compileSymbol(node: nodes.Symbol, scope: Scope): void {
    this.note(node.value)
    this._emit(scope.symbols.codeOf(node.value))
  }

  #list(items: readonly Node[], scope: Scope): string {
    return `[${items.map((item) => this.code(item, scope)).join(', ')}]`
  }

  compileArray(node: nodes.Array, scope: Scope): void {
    this._emit(this.#list(node.children, scope))
  }

  compileTuple(node: Tuple, scope: Scope): void {
    this._emit(`O.tupleOf(${this.#list(node.children, scope)})`)
  }

  compileDict(node: nodes.Dict, scope: Scope): void {
    const pairs = node.children.map(({ key, value }) => `[${this.code(key, scope)}, ${this.code(value, scope)}]`)
    this._emit(`O.dictOf([${pairs.join(', ')}], m)`)
  }

  compileLookupVal(node: nodes.LookupVal, scope: Scope): void {
    const name = this.code(node.val, scope)
    this._emit(`O.memberOf(${this.code(node.target, scope)}, ${name}, R)`)
  }

  compileSlice(node: Slice, scope: Scope): void {
    const parts = [node.start, node.stop, node.step].map((part) => (part ? this.code(part, scope) : 'undefined'))
    this._emit(`O.sliceOf(${this.code(node.target, scope)}, ${parts.join(', ')}, R)`)
  }

  compileInlineIf(node: nodes.InlineIf, scope: Scope): void {
    const otherwise = node.else_ ? this.code(node.else_, scope) : 'undefined'
    this._emit(`(${this.condition(node.cond, scope)} ? ${this.code(node.body, scope)} : ${otherwise})`)
  }

  compileOr(node: nodes.Or, scope: Scope): void {
    const left = this.#temporary()
    const first = this.code(node.left, scope)
    this._emit(`(O.isTrue(${left} = ${first}) ? ${left} : ${this.code(node.right, scope)})`)
  }

  compileAnd(node: nodes.And, scope: Scope): void {
    const left = this.#temporary()
    const first = this.code(node.left, scope)
    this._emit(`(O.isTrue(${left} = ${first}) ? ${this.code(node.right, scope)} : ${left})`)
  }

  compileNot(node: nodes.Not, scope: Scope): void {
    this._emit(this.condition(node, scope))
  }

  compileNeg(node: nodes.Neg, scope: Scope): void {
    this._emit(`O.negated(${this.code(node.target, scope)})`)
  }

  compilePos(node: nodes.Pos, scope: Scope): void {
    this._emit(`O.positive(${this.code(node.target, scope)})`)
  }

  compileCompare(node: nodes.Compare, scope: Scope): void {
    let left = this.code(node.expr, scope)
    const parts = node.ops.map(({ type, expr }, place) => {
      this.weight++
      const code = this.code(expr, scope)
      const name = place === node.ops.length - 1 ? undefined : this.#temporary()
      const part = compared(type, left, name === undefined ? code : `(${name} = ${code})`)
      left = name ?? code
      return part
    })
    this._emit(`(${parts.join(' && ')})`)
  }

  compileJoined(node: Joined, scope: Scope): void {
    if (scope.escapes) this._emit(`O.joinedMarkup(${this.#list(node.children, scope)}, m)`)
    else this._emit(`m.joined(${node.children.map((part) => this.text(part, scope)).join(' + ')})`)
  }

  #operation(name: string, node: nodes.BinOp, scope: Scope): void {
    this._emit(this.#located(node, `O.${name}(${this.code(node.left, scope)}, ${this.code(node.right, scope)}, R)`))
  }

  compileAdd(node: nodes.Add, scope: Scope): void {
    this.#operation('add', node, scope)
  }

  compileSub(node: nodes.Sub, scope: Scope): void {
    this.#operation('subtract', node, scope)
  }

  compileMul(node: nodes.Mul, scope: Scope): void {
    this.#operation('multiply', node, scope)
  }

  compileDiv(node: nodes.Div, scope: Scope): void {
    this.#operation('divide', node, scope)
  }

  compileFloorDiv(node: nodes.FloorDiv, scope: Scope): void {
    this.#operation('floorDivide', node, scope)
  }

  compileMod(node: nodes.Mod, scope: Scope): void {
    this.#operation('remainder', node, scope)
  }

  compilePow(node: nodes.Pow, scope: Scope): void {
    this.#operation('power', node, scope)
  }

  /** Arguments as the operations take them. */
  #given({ positions, named, more, names }: Arguments, scope: Scope, extra = ''): string {
    if (!more && !names && named.children.length === 0 && extra === '') {
      return positions.children.length === 0 ? 'O.noArguments' : `O.givenOf(${this.#list(positions.children, scope)})`
    }
    const list = this.#list(positions.children, scope)
    const pairs = named.children.map(({ key, value }) => `[${this.code(key, scope)}, ${this.code(value, scope)}]`)
    if (extra !== '') pairs.push(extra)
    const rest = [more, names].map((part) => (part ? this.code(part, scope) : 'undefined'))
    return `O.givenWith(${list}, [${pairs.join(', ')}], ${rest.join(', ')}, R)`
  }

  compileFunCall(node: nodes.FunCall, scope: Scope): void {
    this._emit(this.#located(node, this.callCode(node, scope)))
  }

  /** @param extra one more argument by name, as `["caller", x]` */
  protected callCode(node: nodes.FunCall, scope: Scope, extra = ''): string {
    const given = node.args as Arguments
    this.weight += 2
    if (node.name instanceof nodes.LookupVal && node.name.val instanceof nodes.Literal) {
      const name = String(node.name.val.value)
      if (changingMethods.has(name)) this.hasChanges = true
      return `O.callMethod(${this.code(node.name.target, scope)}, ${quoted(name)}, ${this.#given(given, scope, extra)}, R)`
    }
    const target = this.code(node.name, scope)
    const label = quoted(node.name instanceof nodes.Symbol ? node.name.value : 'this')
    const isPlain = !given.more && !given.names && given.named.children.length === 0 && extra === ''
    if (isPlain) return `O.callWith(${target}, ${this.#list(given.positions.children, scope)}, R, ${label})`
    return `O.call(${target}, ${this.#given(given, scope, extra)}, R, ${label})`
  }

  compileFiltered(node: Filtered, scope: Scope): void {
    this._emit(this.filterCode(node, node.target ? this.code(node.target, scope) : '""', scope))
  }

  /** A filter, and those before it, on a value. */
  protected filterCode(node: Filtered, value: string, scope: Scope): string {
    if (!filters.has(node.name)) throw new TemplateSyntaxError(`there is no filter ${node.name}`, node.lineno)
    this.weight += 2
    const filter = this.constant(`F.get(${quoted(node.name)})`)
    return this.#located(node, `${filter}(${value}, ${this.#given(node.args, scope)}, R)`)
  }

  compileTest(node: Test, scope: Scope): void {
    if (!conditions.has(node.name)) throw new TemplateSyntaxError(`there is no test ${node.name}`, node.lineno)
    const value = this.code(node.target, scope)
    if (node.name === 'defined') this._emit(`(${value} !== undefined)`)
    else if (node.name === 'none') this._emit(`(${value} === null)`)
    else {
      const test = this.constant(`C.get(${quoted(node.name)})`)
      this._emit(this.#located(node, `${test}(${value}, ${this.#given(node.args, scope)}, R)`))
    }
  }
}

function compared(operator: string, left: string, right: string): string {
  switch (operator) {
    case '==':
      return `O.areEqual(${left}, ${right}, m)`
    case '!=':
      return `!O.areEqual(${left}, ${right}, m)`
    case 'in':
      return `O.contains(${right}, ${left}, m)`
    case 'not in':
      return `!O.contains(${right}, ${left}, m)`
    default:
      return `(O.compareValues(${left}, ${right}, m) ${operator} 0)`
  }
}

/** JSON is JavaScript, but for two line separators in old engines. */
export function quoted(text: string): string {
  return JSON.stringify(text).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')
}
