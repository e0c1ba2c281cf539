import * as nodes from 'nunjucks/src/nodes.js'
import { conditions } from '../filters/conditions.ts'
import { filters } from '../filters/filters.ts'
import {
  type CallBlock,
  childrenOf,
  contains,
  type Definition,
  type IncludeFile,
  NamedBlock,
} from '../language/jinja-nodes.ts'
import { parseTemplate } from '../language/parser.ts'
import { TemplateSyntaxError } from '../language/syntax-error.ts'
import { quoted } from './expression-compiler.ts'
import { operations } from './operations.ts'
import { innerScope, type Scope } from './scope.ts'
import { mentions, StatementCompiler } from './statement-compiler.ts'
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
  /** Templates it includes, imports or extends; undefined when it works out a name. */
  readonly references: ReadonlySet<string> | undefined
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
  const { changes: hasChanges, legacyNames, references } = compiler
  return { name, ...made, hasChanges, legacyNames, references }
}

/** The code of a template's functions: itself, its blocks and macros, and what it takes from other templates. */
class TemplateCompiler extends StatementCompiler {
  readonly #name: string
  readonly #blocks = new Map<string, string>()
  #contextNames = new Map<string, string>()
  readonly #references = new Set<string>()
  #worksOutNames = false

  constructor(name: string, throwOnUndefined: boolean) {
    super(name, throwOnUndefined)
    this.#name = name
  }

  get changes(): boolean {
    return this.hasChanges
  }

  get references(): ReadonlySet<string> | undefined {
    return this.#worksOutNames ? undefined : this.#references
  }

  /** The code of the name of another template. */
  #reference(template: Node, scope: Scope): string {
    for (const each of template instanceof nodes.Array ? childrenOf(template) : [template]) {
      if (each instanceof nodes.Literal && typeof each.value === 'string') this.#references.add(each.value)
      else this.#worksOutNames = true
    }
    return this.code(template, scope)
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
    this.parent = 'none'
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
    const inside = this.captured(() => this.counted(() => this.compile(body, scope)))
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
    const inside = this.captured(() =>
      this.counted(() => {
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
    this.assign(node.name, this.#macro(node, scope), scope)
  }

  compileCallBlock(node: CallBlock, scope: Scope): void {
    this.at(node)
    const caller = this._tmpid()
    this._emitLine(`const ${caller} = ${this.#macro(node.caller, scope)};`)
    this.emitText(`O.textOf(${this.callCode(node.call, scope, `["caller", ${caller}]`)}, m)`, scope)
  }

  #locals(scope: Scope): string {
    const { symbols } = scope
    const names = [...symbols.storedNames()].map(
      (name) => `[${quoted(name)}, ${symbols.codeOf(name)}, ${symbols.isParameter(name)}]`,
    )
    return names.length === 0 ? 'undefined' : `[${names.join(', ')}]`
  }

  compileNamedBlock(node: NamedBlock, scope: Scope): void {
    this.at(node)
    const locals = node.scoped ? this.#locals(scope) : 'undefined'
    this.emitHidable(`R.block(context, ${quoted(node.name.value)}, ${locals}, ${node.required})`, scope)
  }

  compileExtends(node: nodes.Extends, scope: Scope): void {
    if (!scope.isTop) throw new TemplateSyntaxError('extends stands at the top of a template', node.lineno)
    this.at(node)
    this._emitLine(`parent = R.extend(context, ${this.#reference(node.template, scope)}, parent);`)
    if (scope.isRoot) this.parent = 'sure'
    else if (this.parent === 'none') this.parent = 'maybe'
  }

  compileIncludeFile(node: IncludeFile, scope: Scope): void {
    this.at(node)
    const name = this.#reference(node.template, scope)
    const given = node.withContext ? `context, ${this.#locals(scope)}` : 'undefined, undefined'
    this.emitText(`R.include(${name}, ${node.ignoreMissing}, ${given})`, scope)
  }

  #module(node: nodes.Import | nodes.FromImport, scope: Scope): string {
    const given = node.withContext ? `context, ${this.#locals(scope)}` : 'undefined, undefined'
    return `R.importModule(${this.#reference(node.template, scope)}, ${given})`
  }

  compileImport(node: nodes.Import, scope: Scope): void {
    this.at(node)
    this.assign(node.target, this.#module(node, scope), scope)
    if (scope.isTop) this._emitLine(`context.hide(${quoted(node.target.value)});`)
  }

  compileFromImport(node: nodes.FromImport, scope: Scope): void {
    this.at(node)
    const module = this._tmpid()
    this._emitLine(`const ${module} = ${this.#module(node, scope)};`)
    for (const { key, value } of node.names.children as nodes.Pair[]) {
      this.assign(value, `${module}.member(${quoted(String((key as nodes.Symbol).value))})`, scope)
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
