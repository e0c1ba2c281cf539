import * as nodes from 'nunjucks/src/nodes.js'
import {
  type AutoEscape,
  childrenOf,
  type FilterBlock,
  IncludeFile,
  type Loop,
  NamedBlock,
  NamespaceTarget,
  type SetText,
  type With,
} from '../language/jinja-nodes.ts'
import { ExpressionCompiler, quoted } from './expression-compiler.ts'
import { branchScope, innerScope, type Scope } from './scope.ts'

type Node = nodes.Node

/** The code of statements that hold text and give names their values. In it, R is the runtime, m its meter, L the line. */
export class StatementCompiler extends ExpressionCompiler {
  /** Whether there is a parent: never, perhaps, or from here on for sure. */
  protected parent: 'none' | 'maybe' | 'sure' = 'none'

  protected captured(write: () => void): string {
    const outside = this.codebuf
    this.codebuf = []
    write()
    const code = this.codebuf.join('')
    this.codebuf = outside
    return code
  }

  /** Code that is run from its beginning to its end: its operations are counted at once, before. */
  protected counted(write: () => void): void {
    const outside = this.weight
    this.weight = 0
    const code = this.captured(write)
    this._emitLine(`if ((m.left -= ${this.weight + 1}) < 0) m.over();`)
    this._emit(code)
    this.weight = outside
  }

  protected at(node: Node): void {
    if (node.lineno !== this.line) this._emitLine(`L = ${node.lineno};`)
    this.line = node.lineno
  }

  compileRoot(node: nodes.Root, scope: Scope): void {
    this.compileNodeList(node, scope)
  }

  /** Text that follows upon text is written at once. */
  compileNodeList(node: nodes.NodeList, scope: Scope): void {
    let parts: Node[] = []
    const write = () => {
      if (parts.length > 0) this.#write(parts, scope)
      parts = []
    }
    for (const child of node.children) {
      if (child instanceof nodes.Output) parts.push(...child.children)
      else {
        write()
        this.compile(child, scope)
      }
    }
    write()
  }

  compileOutput(node: nodes.Output, scope: Scope): void {
    this.#write(node.children, scope)
  }

  #write(nodesToWrite: readonly Node[], scope: Scope): void {
    if (this.#isHidden(scope)) return
    const parts: string[] = []
    let text = ''
    for (const node of nodesToWrite) {
      if (node instanceof nodes.TemplateData) {
        text += node.value
        continue
      }
      if (text !== '') parts.push(quoted(text))
      text = ''
      this.weight++
      const isOnNewLine = node.lineno !== this.line
      this.line = node.lineno
      const code = this.text(node, scope)
      parts.push(isOnNewLine ? `(L = ${node.lineno}, ${code})` : code)
    }
    if (text !== '') parts.push(quoted(text))
    if (parts.length > 0) this.emitHidable(parts.join(' + '), scope)
  }

  #isHidden(scope: Scope): boolean {
    return scope.yieldsToParent && this.parent === 'sure'
  }

  /** What stands in a template with a parent is not shown, but for the text of includes and calls. */
  protected emitHidable(code: string, scope: Scope): void {
    if (this.#isHidden(scope)) return
    const isUnsure = scope.yieldsToParent && this.parent === 'maybe'
    this._emitLine(`${isUnsure ? 'if (parent === undefined) ' : ''}${scope.buffer} += ${code};`)
  }

  protected emitText(code: string, scope: Scope): void {
    this._emitLine(`${scope.buffer} += ${code};`)
  }

  compileIf(node: nodes.If, scope: Scope): void {
    this.at(node)
    const branch = (body: Node) => this.counted(() => this.compile(body, branchScope(scope)))
    this._emitLine(`if (${this.condition(node.cond, scope)}) {`)
    branch(node.body)
    if (node.else_) {
      this._emitLine('} else {')
      branch(node.else_)
    }
    this._emitLine('}')
    // Which branch was taken is not known: the next statement tells its line.
    this.line = 0
  }

  /** The text of a body in a variable of its own, which is given back. */
  #buffered(body: Node, outer: Scope, yieldsToParent = false): string {
    const buffer = this._tmpid()
    const inner = { ...innerScope(outer, buffer), yieldsToParent }
    inner.symbols.visit(body)
    this._emitLine(`let ${buffer} = ""; {`)
    this._emitLine(inner.symbols.declarations())
    this.counted(() => this.compile(body, inner))
    this._emitLine(`m.wrote(${buffer}.length); }`)
    return buffer
  }

  compileLoop(node: Loop, outer: Scope): void {
    this.at(node)
    const items = this.#itemsCode(node.arr, outer)
    if (!node.recursive) return this.#loop(node, outer, outer.buffer, items, '1')
    const [name, buffer] = [this._tmpid(), this._tmpid()]
    this._emitLine(`const ${name} = (items, depth) => { m.enter(); let ${buffer} = "";`)
    this.#loop(node, outer, buffer, 'O.itemsOf(items, m)', 'depth', name)
    this._emitLine(`m.leave(); return ${buffer}; };`)
    this.emitText(`${name}(${items}, 1)`, outer)
  }

  /** `for key, value in dict.items()` needs no tuples. */
  #itemsCode(node: Node, scope: Scope): string {
    if (
      node instanceof nodes.FunCall &&
      node.name instanceof nodes.LookupVal &&
      childrenOf(node.args).every((part) => childrenOf(part).length === 0)
    ) {
      const { val, target } = node.name
      if (val instanceof nodes.Literal && val.value === 'items') return `O.pairsOf(${this.code(target, scope)}, R)`
    }
    return `O.itemsOf(${this.code(node, scope)}, m)`
  }

  #loop(node: Loop, outer: Scope, buffer: string, itemsCode: string, depth: string, again?: string): void {
    const [items, index] = [this._tmpid(), this._tmpid()]
    this._emitLine(`{ ${node.filter ? 'let' : 'const'} ${items} = ${itemsCode};`)
    if (node.filter) this.#filterItems(node, items, outer)
    const inner = { ...innerScope(outer), buffer }
    const state = mentions(node.body, 'loop') || node.recursive ? this._tmpid() : undefined
    if (state !== undefined) this._emitLine(`const ${state} = R.loop(${items}, ${depth}, ${again ?? 'undefined'});`)
    this._emitLine(`for (let ${index} = 0; ${index} < ${items}.length; ${index}++) {`)
    inner.symbols.visitTarget(node.name, true)
    const loopName = state === undefined ? '' : inner.symbols.declareParameter('loop')
    inner.symbols.visit(node.body)
    const unpacking = this.captured(() => this.#unpack(node.name, `${items}[${index}]`, inner))
    const state2 = state === undefined ? '' : `let ${loopName} = ${state}; ${state}.at(${index});`
    const line = this.line
    this.counted(() => {
      this._emitLine(`${state2}${unpacking}${inner.symbols.declarations()}`)
      this.line = 0
      this.compile(node.body, inner)
    })
    this._emitLine(`if (${buffer}.length > m.limits.maxCharacters) m.wrote(${buffer}.length); }`)
    this.line = line
    if (node.else_) {
      const otherwise = { ...innerScope(outer), buffer }
      otherwise.symbols.visit(node.else_)
      this._emitLine(`if (${items}.length === 0) { ${otherwise.symbols.declarations()}`)
      this.counted(() => this.compile(node.else_ ?? node.body, otherwise))
      this._emitLine('}')
    }
    this._emitLine('}')
    this.line = 0
  }

  #filterItems(node: Loop, items: string, outer: Scope): void {
    if (!node.filter) return
    const [kept, item] = [this._tmpid(), this._tmpid()]
    const inner = innerScope(outer)
    inner.symbols.visitTarget(node.name, true)
    inner.symbols.visit(node.filter)
    this._emitLine(`const ${kept} = []; for (const ${item} of ${items}) {`)
    const filter = node.filter
    this.counted(() => {
      this.#unpack(node.name, item, inner)
      this._emitLine(inner.symbols.declarations())
      this._emitLine(`if (${this.condition(filter, inner)}) ${kept}.push(${item});`)
    })
    this._emitLine(`} ${items} = ${kept};`)
  }

  /** Declares the names of a loop or of `with`, each with its part of the value. */
  #unpack(target: Node, value: string, scope: Scope): void {
    if (target instanceof nodes.Symbol) this._emitLine(`let ${scope.symbols.codeOf(target.value)} = ${value};`)
    else {
      const parts = this._tmpid()
      const targets = childrenOf(target)
      this._emitLine(`const ${parts} = O.unpacked(${value}, ${targets.length}, m);`)
      for (const [place, part] of targets.entries()) this.#unpack(part, `${parts}[${place}]`, scope)
    }
  }

  protected assign(target: Node, value: string, scope: Scope): void {
    if (target instanceof nodes.Symbol) {
      const variable = scope.symbols.codeOf(target.value)
      this._emitLine(`${variable} = ${value};`)
      if (scope.isTop) this._emitLine(`context.assign(${quoted(target.value)}, ${variable});`)
    } else if (target instanceof NamespaceTarget) {
      this._emitLine(
        `O.assignAttribute(${scope.symbols.codeOf(target.name.value)}, ${quoted(target.attribute)}, ${value});`,
      )
    } else {
      const parts = this._tmpid()
      const targets = childrenOf(target)
      this._emitLine(`const ${parts} = O.unpacked(${value}, ${targets.length}, m);`)
      for (const [place, part] of targets.entries()) this.assign(part, `${parts}[${place}]`, scope)
    }
  }

  compileSet(node: nodes.Set, scope: Scope): void {
    this.at(node)
    this.assign(node.targets, this.code(node.value, scope), scope)
  }

  compileSetText(node: SetText, scope: Scope): void {
    this.at(node)
    const buffer = this.#buffered(node.body, scope)
    const text = scope.escapes ? `O.safe(${buffer})` : buffer
    this.assign(node.target, node.filter ? this.#chained(node.filter, text, scope) : text, scope)
  }

  /** `| a | b` on a text: the innermost filter has no value of its own. */
  #chained(filter: FilterBlock['filter'], text: string, scope: Scope): string {
    const { target } = filter
    const value = target === null ? text : this.#chained(target as FilterBlock['filter'], text, scope)
    return this.filterCode(filter, value, scope)
  }

  compileFilterBlock(node: FilterBlock, scope: Scope): void {
    this.at(node)
    const buffer = this.#buffered(node.body, scope, scope.yieldsToParent)
    const text = scope.escapes ? `O.safe(${buffer})` : buffer
    this.emitText(`O.textOf(${this.#chained(node.filter, text, scope)}, m)`, scope)
  }

  compileWith(node: With, outer: Scope): void {
    this.at(node)
    const values = node.values.children.map((value) => {
      const id = this._tmpid()
      this._emitLine(`const ${id} = ${this.code(value, outer)};`)
      return id
    })
    const inner = innerScope(outer)
    for (const target of node.targets.children) inner.symbols.visitTarget(target, true)
    inner.symbols.visit(node.body)
    this._emitLine('{')
    for (const [place, target] of node.targets.children.entries()) this.#unpack(target, values[place] ?? '', inner)
    this._emitLine(inner.symbols.declarations())
    this.compile(node.body, inner)
    this._emitLine('}')
  }

  compileAutoEscape(node: AutoEscape, outer: Scope): void {
    const inner = { ...innerScope(outer), escapes: node.on }
    inner.symbols.visit(node.body)
    this._emitLine(`{ ${inner.symbols.declarations()}`)
    this.compile(node.body, inner)
    this._emitLine('}')
  }
}

/** Whether a body, or a file it includes, can ask for a name. Blocks have their own. */
export function mentions(node: Node, name: string): boolean {
  if (node instanceof IncludeFile && name === 'loop') return true
  if (node instanceof NamedBlock && !(node.scoped && name === 'loop')) return false
  if (node instanceof nodes.Symbol && node.value === name) return true
  return childrenOf(node).some((child) => mentions(child, name))
}
