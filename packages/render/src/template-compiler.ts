import compiler, { type CompileFrame } from 'nunjucks/src/compiler.js'
import * as nodes from 'nunjucks/src/nodes.js'
import { childrenOf, parseTemplate, testName } from './template-tree.ts'

/** The functions that a template becomes. */
export interface TemplateCode {
  readonly root: RenderFunction
  readonly blocks: ReadonlyMap<string, RenderFunction>
}

export type RenderFunction = (
  environment: undefined,
  context: unknown,
  frame: unknown,
  runtime: unknown,
  done: (error: unknown, text?: string) => void,
) => void

/** Compiles a template to functions. Throws TemplateSyntaxError. The one place where code is made from text. */
export function compileTemplate(name: string, source: string): TemplateCode {
  const generator = new JinjaCompiler(name, false)
  generator.compile(parseTemplate(source))
  const { root, ...blocks } = new Function(generator.getCode())() as Record<string, RenderFunction>
  if (root === undefined) throw new Error(`${name} has no root`)
  return { root, blocks: new Map(Object.entries(blocks).map(([key, block]) => [key.slice('b_'.length), block])) }
}

type Tree<Parts> = nodes.Node & Parts
type Node = nodes.Node

const constants: Readonly<Record<string, string>> = { True: 'true', False: 'false', None: 'null' }

/**
 * nunjucks' code generator with Jinja2's meaning: every operation on values goes through the runtime, which knows
 * Python's rules and counts the work; includes, blocks and parents are plain calls instead of callbacks, so that an
 * error names the line where it happened.
 */
class JinjaCompiler extends compiler.Compiler {
  /** Scopes whose names are seen from nowhere else: they live in JavaScript variables alone. */
  readonly #closed = new WeakSet<CompileFrame>()
  /** Inside a branch or a captured text, where an assignment may not happen. */
  #uncertain = 0

  _emitFuncEnd(noReturn: boolean): void {
    if (!noReturn) this._emitLine(`cb(null, ${this.buffer});`)
    this._closeScopeLevels()
    this._emitLine(`} catch (e) { cb(runtime.failure(e, ${this._templateName()}, lineno + 1)); }`)
    this._emitLine('}')
  }

  compileLiteral(node: nodes.Value): void {
    this._emit(typeof node.value === 'string' ? quoted(node.value) : String(node.value))
  }

  compileSymbol(node: nodes.Value, frame: CompileFrame): void {
    const name = String(node.value)
    this._emit(resolved(frame, name))
  }

  compilePair(node: nodes.Pair, frame: CompileFrame): void {
    const name =
      node.key instanceof nodes.Value ? String(node.key.value) : this.fail('the key of a dict must be a text')
    // In brackets: `"__proto__": x` would set the prototype.
    this._emit(`[${quoted(name)}]: `)
    this.compile(node.value, frame)
  }

  compileOutput(node: nodes.NodeList, frame: CompileFrame): void {
    for (const child of node.children) {
      if (child instanceof nodes.TemplateData) {
        const text = String(child.value)
        if (text !== '') this._emitLine(`${this.buffer} += ${quoted(text)}; runtime.meter.wrote(${text.length});`)
      } else {
        this._emit(`lineno = ${child.lineno}; ${this.buffer} += runtime.text(`)
        this.compile(child, frame)
        this._emitLine(');')
      }
    }
  }

  compileIf(node: Tree<{ cond: Node; body: Node; else_: Node | null }>, frame: CompileFrame): void {
    const branch = (body: Node) => this.#uncertainly(() => this._withScopedSyntax(() => this.compile(body, frame)))
    this._emit(`lineno = ${node.lineno}; if (runtime.isTrue(`)
    this.compile(node.cond, frame)
    this._emitLine(')) {')
    branch(node.body)
    if (node.else_) {
      this._emitLine('} else {')
      branch(node.else_)
    }
    this._emitLine('}')
  }

  compileInlineIf(node: nodes.InlineIf, frame: CompileFrame): void {
    this.#emitCall('(runtime.isTrue', [node.cond], frame)
    this._emit(' ? ')
    this.compile(node.body, frame)
    this._emit(' : ')
    if (node.else_) this.compile(node.else_, frame)
    else this._emit('undefined')
    this._emit(')')
  }

  compileFor(node: nodes.For, outer: CompileFrame): void {
    // `for x in items if condition` is read by the parser as a choice without else.
    const filter = node.arr instanceof nodes.InlineIf && node.arr.else_ === null ? node.arr : undefined
    const names = node.name instanceof nodes.Array ? node.name.children.map(nameOf) : [nameOf(node.name)]
    const items = this._tmpid()
    this._emit(`lineno = ${node.lineno}; var ${items} = runtime.itemsOf(`)
    this.compile(filter?.body ?? node.arr, outer)
    this._emitLine(');')
    if (filter) this.#emitFilter(items, names, filter.cond, outer)

    const index = this._tmpid()
    this._emitLine(`for (var ${index} = 0; ${index} < ${items}.length; ${index}++) {`)
    this._emitLine(`lineno = ${node.lineno}; runtime.meter.step();`)
    const inner = this.#enter(outer, names, `${items}[${index}]`, node.body)
    if (mentions(node.body, 'loop'))
      this.#declare(inner, 'loop', `runtime.loop(${items}, ${index}, ${resolved(outer, 'loop')})`)
    this._withScopedSyntax(() => this.compile(node.body, inner))
    this._emitLine(`${this.#closed.has(inner) ? '' : 'frame = frame.pop();'} }`)
    if (node.else_) {
      this._emitLine(`if (${items}.length === 0) {`)
      this.compile(node.else_, outer)
      this._emitLine('}')
    }
  }

  #emitFilter(items: string, names: readonly string[], condition: Node, outer: CompileFrame): void {
    const kept = this._tmpid()
    const item = this._tmpid()
    this._emitLine(`var ${kept} = []; for (var ${item} of ${items}) { runtime.meter.step();`)
    const inner = this.#enter(outer, names, item, condition)
    this.#emitCall('if (runtime.isTrue', [condition], inner)
    this._emitLine(`) ${kept}.push(${item}); } ${items} = ${kept};`)
  }

  /** Begins the scope of one loop turn and gives its names their values, unpacked when there are several. */
  #enter(outer: CompileFrame, names: readonly string[], item: string, body: Node): CompileFrame {
    const inner = outer.push()
    if (isClosed(body)) this.#closed.add(inner)
    else this._emitLine('frame = frame.push();')
    const value = this._tmpid()
    this._emitLine(`var ${value} = ${names.length > 1 ? `runtime.unpack(${item}, ${names.length})` : item};`)
    for (const [position, name] of names.entries()) {
      this.#declare(inner, name, names.length > 1 ? `${value}[${position}]` : value)
    }
    if (this.#closed.has(inner)) {
      // What a turn assigns begins as what it is outside, in every turn.
      for (const name of assignedNames(body)) {
        if (!names.includes(name)) this.#declare(inner, name, resolved(outer, name))
      }
    }
    return inner
  }

  #declare(scope: CompileFrame, name: string, value: string): void {
    const id = this._tmpid()
    this._emitLine(`var ${id} = ${value};`)
    if (!this.#closed.has(scope)) this._emitLine(`frame.set(${quoted(name)}, ${id});`)
    scope.set(name, id)
  }

  #uncertainly(work: () => void): void {
    this.#uncertain++
    work()
    this.#uncertain--
  }

  override compileCapture(node: Tree<{ body: Node }>, frame: CompileFrame): void {
    this.#uncertainly(() => super.compileCapture(node, frame))
  }

  override compileCaller(node: Node, frame: CompileFrame): void {
    this.#uncertainly(() => super.compileCaller(node, frame))
  }

  compileSet(node: Tree<{ targets: Node[]; value: Node | null; body: Node }>, frame: CompileFrame): void {
    const value = this._tmpid()
    this._emit(`lineno = ${node.lineno}; var ${value} = `)
    this.compile(node.value ?? node.body, frame)
    this._emitLine(';')
    if (node.targets.length > 1) this._emitLine(`${value} = runtime.unpack(${value}, ${node.targets.length});`)
    for (const [position, target] of node.targets.entries()) {
      const name = nameOf(target)
      const own = node.targets.length > 1 ? `${value}[${position}]` : value
      if (this.#closed.has(frame)) {
        this._emitLine(`${frame.lookup(name)} = ${own};`)
        continue
      }
      this._emitLine(
        `frame.set(${quoted(name)}, ${own}); if (frame.topLevel) context.setVariable(${quoted(name)}, ${own});`,
      )
      // Whether a branch was taken is known at run time only: from here on the name is looked up.
      frame.set(name, this.#uncertain > 0 ? null : own)
    }
  }

  compileBlock(node: Tree<{ name: nodes.Value }>): void {
    const call = `runtime.block(context, frame, ${quoted(nameOf(node.name))})`
    this._emitLine(`${this.buffer} += ${this.inBlock ? call : `parentTemplate ? "" : ${call}`};`)
  }

  compileSuper(node: Tree<{ blockName: nodes.Value; symbol: nodes.Value }>, frame: CompileFrame): void {
    const name = nameOf(node.blockName)
    const id = nameOf(node.symbol)
    this._emitLine(`var ${id} = runtime.superBlock(context, frame, ${quoted(name)}, b_${name});`)
    frame.set(id, id)
  }

  compileExtends(node: Tree<{ template: Node }>, frame: CompileFrame): void {
    this._emit(`lineno = ${node.lineno}; parentTemplate = `)
    this.#emitCall('runtime.parent', ['context', node.template], frame)
    this._emitLine(';')
  }

  compileInclude(node: Tree<{ template: Node; ignoreMissing: boolean | null }>, frame: CompileFrame): void {
    this._emit(`lineno = ${node.lineno}; ${this.buffer} += `)
    this.#emitCall('runtime.include', ['context', 'frame', node.template, String(Boolean(node.ignoreMissing))], frame)
    this._emitLine(';')
  }

  compileFilter(node: nodes.Filter, frame: CompileFrame): void {
    this._emit(`runtime.filter(${quoted(nameOf(node.name))}, [`)
    this._compileAggregate(node.args, frame)
    this._emit('])')
  }

  compileIs(node: Tree<{ left: Node; right: Tree<{ args?: Node }> }>, frame: CompileFrame): void {
    this._emit(`runtime.test(${quoted(testName(node))}, `)
    this.compile(node.left, frame)
    this._emit(', [')
    if (node.right.args) this._compileAggregate(node.right.args, frame)
    this._emit('])')
  }

  compileFunCall(node: Tree<{ name: Node; args: Node }>, frame: CompileFrame): void {
    this._emit(`(lineno = ${node.lineno}, runtime.call(`)
    this.compile(node.name, frame)
    this._emit(', [')
    this._compileAggregate(node.args, frame)
    this._emit(']))')
  }

  compileLookupVal(node: Tree<{ target: Node; val: Node }>, frame: CompileFrame): void {
    this.#emitCall('runtime.member', [node.target, node.val], frame)
  }

  compileIn(node: Tree<{ left: Node; right: Node }>, frame: CompileFrame): void {
    this.#emitCall('runtime.contains', [node.right, node.left], frame)
  }

  compileCompare(node: Tree<{ expr: Node; ops: Tree<{ type: string; expr: Node }>[] }>, frame: CompileFrame): void {
    this._emit(`runtime.compare(${JSON.stringify(node.ops.map(({ type }) => type))}, [`)
    for (const [position, operand] of [node.expr, ...node.ops.map(({ expr }) => expr)].entries()) {
      if (position > 0) this._emit(', ')
      this.compile(operand, frame)
    }
    this._emit('])')
  }

  compileOr(node: Tree<{ left: Node; right: Node }>, frame: CompileFrame): void {
    this.#emitCall('runtime.or', [node.left, '() => ', node.right], frame)
  }

  compileAnd(node: Tree<{ left: Node; right: Node }>, frame: CompileFrame): void {
    this.#emitCall('runtime.and', [node.left, '() => ', node.right], frame)
  }

  compileNot(node: Tree<{ target: Node }>, frame: CompileFrame): void {
    this.#emitCall('!runtime.isTrue', [node.target], frame)
  }

  compileNeg(node: Tree<{ target: Node }>, frame: CompileFrame): void {
    this.#emitCall('-runtime.number', [node.target], frame)
  }

  compilePos(node: Tree<{ target: Node }>, frame: CompileFrame): void {
    this.#emitCall('runtime.number', [node.target], frame)
  }

  _binOpEmitter(node: Tree<{ left: Node; right: Node }>, frame: CompileFrame, operator: string): void {
    this.#emitOperation(operator.trim(), node, frame)
  }

  compileConcat(node: Tree<{ left: Node; right: Node }>, frame: CompileFrame): void {
    this.#emitOperation('~', node, frame)
  }

  compileFloorDiv(node: Tree<{ left: Node; right: Node }>, frame: CompileFrame): void {
    this.#emitOperation('//', node, frame)
  }

  compilePow(node: Tree<{ left: Node; right: Node }>, frame: CompileFrame): void {
    this.#emitOperation('**', node, frame)
  }

  #emitOperation(operator: string, node: Tree<{ left: Node; right: Node }>, frame: CompileFrame): void {
    this.#emitCall('runtime.calculate', [quoted(operator), node.left, node.right], frame)
  }

  /** `name(part, part)`. A text is code; one that ends in `=> ` belongs to the part behind it. */
  #emitCall(name: string, parts: readonly (Node | string)[], frame: CompileFrame): void {
    this._emit(`${name}(`)
    for (const [position, part] of parts.entries()) {
      const before = parts[position - 1]
      if (position > 0 && !(typeof before === 'string' && before.endsWith('=> '))) this._emit(', ')
      if (typeof part === 'string') this._emit(part)
      else this.compile(part, frame)
    }
    this._emit(')')
  }
}

/** JSON is JavaScript, but for two line separators in old engines. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')
}

function nameOf(node: Node): string {
  return node instanceof nodes.Value ? String(node.value) : ''
}

/** The code that gives a name's value. */
function resolved(frame: CompileFrame, name: string): string {
  return frame.lookup(name) || constants[name] || `runtime.lookup(context, frame, ${quoted(name)})`
}

/** Whether a body, or a file it includes, can ask for a name. */
function mentions(node: Node, name: string): boolean {
  if (node.typename === 'Include' || (node instanceof nodes.Symbol && node.value === name)) return true
  return childrenOf(node).some((child) => mentions(child, name))
}

const open = new Set(['Include', 'Block', 'Super', 'Macro', 'Caller', 'Capture', 'Extends'])

/** Nothing in it runs as a function of its own, which would have to find its names. */
function isClosed(node: Node): boolean {
  return !open.has(node.typename) && childrenOf(node).every(isClosed)
}

/** Names that are assigned in a scope, loops inside it aside: those have their own. */
function assignedNames(node: Node): Set<string> {
  const names = new Set<string>()
  if (node.typename === 'For') return names
  if (node.typename === 'Set')
    for (const target of (node as Tree<{ targets: Node[] }>).targets) names.add(nameOf(target))
  for (const child of childrenOf(node)) for (const name of assignedNames(child)) names.add(name)
  return names
}
