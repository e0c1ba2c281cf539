import * as nodes from 'nunjucks/src/nodes.js'
import { conditions } from '../filters/conditions.ts'
import { filters } from '../filters/filters.ts'
import {
  type AutoEscape,
  type CallBlock,
  childrenOf,
  contains,
  type Definition,
  type FilterBlock,
  IncludeFile,
  type Loop,
  NamedBlock,
  NamespaceTarget,
  type SetText,
  type With,
} from '../language/jinja-nodes.ts'
import { parseTemplate } from '../language/parser.ts'
import { TemplateSyntaxError } from '../language/syntax-error.ts'
import { ExpressionCompiler, quoted } from './expression-compiler.ts'
import { operations } from './operations.ts'
import { branchScope, innerScope, type Scope } from './scope.ts'
import { Symbols } from './symbols.ts'
import type { BlockFunction } from './template-context.ts'

/** The functions that a template becomes. */
export interface TemplateCode {
  readonly name: string
  readonly root: BlockFunction
  readonly blocks: ReadonlyMap<string, BlockFunction>
  /** Calls a method that changes a list or a dict. */
  readonly hasChanges: boolean
  /** Names beginning with XX_ that it asks for. */
  readonly legacyNames: ReadonlySet<string>
}

type Node = nodes.Node

/** Compiles a template to functions. Throws TemplateSyntaxError. The one place where code is made from text. */
export function compileTemplate(name: string, source: string): TemplateCode {
  const compiler = new TemplateCompiler(name, false)
  const code = compiler.module(parseTemplate(source))
  const made = new Function('O', 'F', 'C', code)(operations, filters, conditions) as {
    root: BlockFunction
    blocks: ReadonlyMap<string, BlockFunction>
  }
  return { name, ...made, hasChanges: compiler.changes, legacyNames: compiler.legacyNames }
}

/** The code of statements. In it, R is the runtime, m its meter, L the line. */
class TemplateCompiler extends ExpressionCompiler {
  readonly #name: string
  readonly #blocks = new Map<string, string>()
  #contextNames = new Map<string, string>()
  /** Whether there is a parent: never, perhaps, or from here on for sure. */
  #parent: 'none' | 'maybe' | 'sure' = 'none'

  constructor(name: string, throwOnUndefined: boolean) {
    super(name, throwOnUndefined)
    this.#name = name
  }

  get changes(): boolean {
    return this.hasChanges
  }

  module(root: nodes.Root): string {
    const blocks: NamedBlock[] = []
    collectBlocks(root, blocks)
    for (const [place, block] of blocks.entries()) this.#blocks.set(block.name.value, `b${place}`)
    const functions = [
      this.#function(
        'root',
        root,
        contains(root, (node) => node instanceof nodes.Extends),
      ),
      ...blocks.map((block) =>
        this.#function(this.#blocks.get(block.name.value) ?? '', block.body, false, block.name.value),
      ),
    ]
    const constants = [...this.constants].map(([code, name]) => `const ${name} = ${code};\n`)
    const table = [...this.#blocks].map(([name, id]) => `[${quoted(name)}, ${id}]`)
    return `"use strict";\n${constants.join('')}${functions.join('')}return { root, blocks: new Map([${table.join(', ')}]) };`
  }

  /** The function of a template or of one of its blocks. */
  #function(id: string, body: Node, canHaveParent: boolean, block?: string): string {
    this.codebuf = []
    this.temporaries = []
    this.#contextNames = new Map()
    this.#parent = 'none'
    this.line = 1
    const symbols = new Symbols((name) => this.#contextName(name))
    const scope: Scope = {
      symbols,
      buffer: 'out',
      isTop: block === undefined,
      isRoot: block === undefined,
      yieldsToParent: canHaveParent,
      escapes: false,
    }
    for (const [special, value] of [
      ['self', 'R.self(context)'],
      ['super', `R.superOf(context, ${quoted(block ?? '')}, ${id})`],
    ] as const) {
      if ((special === 'super' && block === undefined) || !mentions(body, special)) continue
      this._emitLine(`let ${symbols.declareParameter(special)} = ${value};`)
    }
    symbols.visit(body)
    const inside = this.#captured(() => this.#counted(() => this.compile(body, scope)))
    const own = `${this.codebuf.join('')}${symbols.declarations()}`
    const names = [...this.#contextNames].map(([name, variable]) => `${variable} = context.resolve(${quoted(name)})`)
    const variables = ['L = 1', 'out = ""', 'parent', ...names, ...this.temporaries]
    const end = canHaveParent
      ? 'return parent === undefined ? out : R.parentText(parent, context, out);'
      : 'return out;'
    return (
      `function ${id}(context, R) {\nconst m = R.meter;\nlet ${variables.join(', ')};\ntry {\n` +
      `${own}\n${inside}m.wrote(out.length);\n${end}\n` +
      `} catch (e) { throw R.failure(e, ${quoted(this.#name)}, L); }\n}\n`
    )
  }

  #contextName(name: string): string {
    const known = this.#contextNames.get(name)
    if (known !== undefined) return known
    const variable = `c${this.#contextNames.size}`
    this.#contextNames.set(name, variable)
    return variable
  }

  #captured(write: () => void): string {
    const outside = this.codebuf
    this.codebuf = []
    write()
    const code = this.codebuf.join('')
    this.codebuf = outside
    return code
  }

  /** Code that is run from its beginning to its end: its operations are counted at once, before. */
  #counted(write: () => void): void {
    const outside = this.weight
    this.weight = 0
    const code = this.#captured(write)
    this._emitLine(`if ((m.left -= ${this.weight + 1}) < 0) m.over();`)
    this._emit(code)
    this.weight = outside
  }

  #at(node: Node): void {
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
    if (parts.length > 0) this.#emitHidable(parts.join(' + '), scope)
  }

  #isHidden(scope: Scope): boolean {
    return scope.yieldsToParent && this.#parent === 'sure'
  }

  /** What stands in a template with a parent is not shown, but for the text of includes and calls. */
  #emitHidable(code: string, scope: Scope): void {
    if (this.#isHidden(scope)) return
    const isUnsure = scope.yieldsToParent && this.#parent === 'maybe'
    this._emitLine(`${isUnsure ? 'if (parent === undefined) ' : ''}${scope.buffer} += ${code};`)
  }

  #emitText(code: string, scope: Scope): void {
    this._emitLine(`${scope.buffer} += ${code};`)
  }

  compileIf(node: nodes.If, scope: Scope): void {
    this.#at(node)
    const branch = (body: Node) => this.#counted(() => this.compile(body, branchScope(scope)))
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
    this.#counted(() => this.compile(body, inner))
    this._emitLine(`m.wrote(${buffer}.length); }`)
    return buffer
  }

  compileLoop(node: Loop, outer: Scope): void {
    this.#at(node)
    const items = this.#itemsCode(node.arr, outer)
    if (!node.recursive) return this.#loop(node, outer, outer.buffer, items, '1')
    const [name, buffer] = [this._tmpid(), this._tmpid()]
    this._emitLine(`const ${name} = (items, depth) => { m.enter(); let ${buffer} = "";`)
    this.#loop(node, outer, buffer, 'O.itemsOf(items, m)', 'depth', name)
    this._emitLine(`m.leave(); return ${buffer}; };`)
    this.#emitText(`${name}(${items}, 1)`, outer)
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
    const unpacking = this.#captured(() => this.#unpack(node.name, `${items}[${index}]`, inner))
    const state2 = state === undefined ? '' : `let ${loopName} = ${state}; ${state}.at(${index});`
    const line = this.line
    this.#counted(() => {
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
      this.#counted(() => this.compile(node.else_ ?? node.body, otherwise))
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
    this.#counted(() => {
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

  #assign(target: Node, value: string, scope: Scope): void {
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
      for (const [place, part] of targets.entries()) this.#assign(part, `${parts}[${place}]`, scope)
    }
  }

  compileSet(node: nodes.Set, scope: Scope): void {
    this.#at(node)
    this.#assign(node.targets, this.code(node.value, scope), scope)
  }

  compileSetText(node: SetText, scope: Scope): void {
    this.#at(node)
    const buffer = this.#buffered(node.body, scope)
    const text = scope.escapes ? `O.safe(${buffer})` : buffer
    this.#assign(node.target, node.filter ? this.#chained(node.filter, text, scope) : text, scope)
  }

  /** `| a | b` on a text: the innermost filter has no value of its own. */
  #chained(filter: FilterBlock['filter'], text: string, scope: Scope): string {
    const { target } = filter
    const value = target === null ? text : this.#chained(target as FilterBlock['filter'], text, scope)
    return this.filterCode(filter, value, scope)
  }

  compileFilterBlock(node: FilterBlock, scope: Scope): void {
    this.#at(node)
    const buffer = this.#buffered(node.body, scope, scope.yieldsToParent)
    const text = scope.escapes ? `O.safe(${buffer})` : buffer
    this.#emitText(`O.textOf(${this.#chained(node.filter, text, scope)}, m)`, scope)
  }

  compileWith(node: With, outer: Scope): void {
    this.#at(node)
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

  /** A macro as a value. */
  #macro(node: Definition, outer: Scope): string {
    const [body, buffer] = [this._tmpid(), this._tmpid()]
    const inner = innerScope(outer, buffer)
    const names = node.args.children.map((name) => String((name as nodes.Symbol).value))
    if (new Set(names).size < names.length) throw new TemplateSyntaxError('a parameter stands twice', node.lineno)
    const extras = ['caller', 'kwargs', 'varargs'].filter((name) => !names.includes(name) && mentions(node.body, name))
    const variables = [...names, ...extras].map((name) => inner.symbols.declareParameter(name))
    inner.symbols.visit(node.defaults)
    inner.symbols.visit(node.body)
    const line = this.line
    const outerTemporaries = this.temporaries
    this.temporaries = []
    const inside = this.#captured(() =>
      this.#counted(() => {
        this.line = node.lineno
        const first = names.length - node.defaults.children.length
        for (const [place, value] of node.defaults.children.entries()) {
          const variable = variables[first + place]
          this._emitLine(`if (${variable} === O.missing) ${variable} = ${this.code(value, inner)};`)
        }
        this.compile(node.body, inner)
      }),
    )
    const temporaries = this.temporaries
    this.temporaries = outerTemporaries
    this.line = line
    const parts = variables.map((variable, place) => `${variable} = v[${place}]`)
    this._emitLine(
      `const ${body} = (v) => { let ${[`L = ${node.lineno}`, `${buffer} = ""`, ...parts, ...temporaries].join(', ')}; try {`,
    )
    this._emitLine(
      `${inner.symbols.declarations()}\n${inside}m.wrote(${buffer}.length); return ${outer.escapes ? `O.safe(${buffer})` : buffer};`,
    )
    this._emitLine(`} catch (e) { throw R.failure(e, ${quoted(this.#name)}, L); } };`)
    const takes = ['caller', 'kwargs', 'varargs'].map((name) => extras.includes(name))
    const facts = [node.name.value, names, node.defaults.children.length, ...takes]
    return `R.macro(${facts.map((fact) => quotedJson(fact)).join(', ')}, ${names.indexOf('caller')}, ${body})`
  }

  compileDefinition(node: Definition, scope: Scope): void {
    this.#assign(node.name, this.#macro(node, scope), scope)
  }

  compileCallBlock(node: CallBlock, scope: Scope): void {
    this.#at(node)
    const caller = this._tmpid()
    this._emitLine(`const ${caller} = ${this.#macro(node.caller, scope)};`)
    this.#emitText(`O.textOf(${this.callCode(node.call, scope, `["caller", ${caller}]`)}, m)`, scope)
  }

  #locals(scope: Scope): string {
    const { symbols } = scope
    const names = [...symbols.storedNames()].map(
      (name) => `[${quoted(name)}, ${symbols.codeOf(name)}, ${symbols.isParameter(name)}]`,
    )
    return names.length === 0 ? 'undefined' : `[${names.join(', ')}]`
  }

  compileNamedBlock(node: NamedBlock, scope: Scope): void {
    this.#at(node)
    const locals = node.scoped ? this.#locals(scope) : 'undefined'
    this.#emitHidable(`R.block(context, ${quoted(node.name.value)}, ${locals}, ${node.required})`, scope)
  }

  compileExtends(node: nodes.Extends, scope: Scope): void {
    if (!scope.isTop) throw new TemplateSyntaxError('extends stands at the top of a template', node.lineno)
    this.#at(node)
    this._emitLine(`parent = R.extend(context, ${this.code(node.template, scope)}, parent);`)
    if (scope.isRoot) this.#parent = 'sure'
    else if (this.#parent === 'none') this.#parent = 'maybe'
  }

  compileIncludeFile(node: IncludeFile, scope: Scope): void {
    this.#at(node)
    const name = this.code(node.template, scope)
    const given = node.withContext ? `context, ${this.#locals(scope)}` : 'undefined, undefined'
    this.#emitText(`R.include(${name}, ${node.ignoreMissing}, ${given})`, scope)
  }

  #module(node: nodes.Import | nodes.FromImport, scope: Scope): string {
    const given = node.withContext ? `context, ${this.#locals(scope)}` : 'undefined, undefined'
    return `R.importModule(${this.code(node.template, scope)}, ${given})`
  }

  compileImport(node: nodes.Import, scope: Scope): void {
    this.#at(node)
    this.#assign(node.target, this.#module(node, scope), scope)
    if (scope.isTop) this._emitLine(`context.hide(${quoted(node.target.value)});`)
  }

  compileFromImport(node: nodes.FromImport, scope: Scope): void {
    this.#at(node)
    const module = this._tmpid()
    this._emitLine(`const ${module} = ${this.#module(node, scope)};`)
    for (const { key, value } of node.names.children as nodes.Pair[]) {
      this.#assign(value, `${module}.member(${quoted(String((key as nodes.Symbol).value))})`, scope)
      if (scope.isTop) this._emitLine(`context.hide(${quoted(String((value as nodes.Symbol).value))});`)
    }
  }
}

function quotedJson(value: unknown): string {
  return Array.isArray(value)
    ? `[${value.map((item) => quoted(String(item))).join(', ')}]`
    : typeof value === 'string'
      ? quoted(value)
      : String(value)
}

function collectBlocks(node: Node, blocks: NamedBlock[]): void {
  if (node instanceof NamedBlock) blocks.push(node)
  for (const child of childrenOf(node)) collectBlocks(child, blocks)
}

/** Whether a body, or a file it includes, can ask for a name. Blocks have their own. */
function mentions(node: Node, name: string): boolean {
  if (node instanceof IncludeFile && name === 'loop') return true
  if (node instanceof NamedBlock && !(node.scoped && name === 'loop')) return false
  if (node instanceof nodes.Symbol && node.value === name) return true
  return childrenOf(node).some((child) => mentions(child, name))
}
