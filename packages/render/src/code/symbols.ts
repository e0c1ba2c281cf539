import * as nodes from 'nunjucks/src/nodes.js'
import {
  AutoEscape,
  CallBlock,
  childrenOf,
  Definition,
  FilterBlock,
  Loop,
  NamedBlock,
  NamespaceTarget,
  SetText,
  With,
} from '../language/jinja-nodes.ts'

type Node = nodes.Node

/** Where a name's variable gets its first value from. */
type Load = { readonly from: 'parameter' | 'nothing' | 'context' } | { readonly from: 'outside'; readonly name: string }

/**
 * The names of one scope, and the JavaScript variables that hold them. Jinja2 decides when it compiles which scope a
 * name belongs to: a name that is assigned somewhere in a scope is that scope's from its beginning on.
 */
export class Symbols {
  readonly level: number
  readonly parent: Symbols | undefined
  readonly #variables = new Map<string, string>()
  readonly #loads = new Map<string, Load>()
  readonly #stores = new Set<string>()
  readonly #contextName: (name: string) => string

  /** @param contextName the variable that holds what the context has under a name, once for a function */
  constructor(contextName: (name: string) => string, parent?: Symbols, level = parent ? parent.level + 1 : 0) {
    this.#contextName = contextName
    this.parent = parent
    this.level = level
  }

  inner(): Symbols {
    return new Symbols(this.#contextName, this)
  }

  /** The code that gives a name's value. */
  codeOf(name: string): string {
    const variable = this.#variables.get(name)
    if (variable === undefined) return this.parent?.codeOf(name) ?? this.#contextName(name)
    // What is only read needs no variable of its own.
    return this.#loads.get(name)?.from === 'context' && !this.#stores.has(name) ? this.#contextName(name) : variable
  }

  /** What declares the scope's variables at its beginning. */
  declarations(): string {
    const parts: string[] = []
    for (const [name, load] of this.#loads) {
      const variable = this.#variables.get(name)
      if (load.from === 'nothing') parts.push(`${variable}`)
      else if (load.from === 'outside') parts.push(`${variable} = ${this.parent?.codeOf(load.name)}`)
      else if (load.from === 'context' && this.#stores.has(name)) parts.push(`${variable} = ${this.#contextName(name)}`)
    }
    return parts.length === 0 ? '' : `let ${parts.join(', ')};`
  }

  /** A parameter hides what is outside also when it was not given. */
  isParameter(name: string): boolean {
    const load = this.#loads.get(name)
    return load === undefined ? (this.parent?.isParameter(name) ?? false) : load.from === 'parameter'
  }

  /** Names that have been given a value here or outside, for templates that are included. */
  *storedNames(): Iterable<string> {
    const seen = new Set<string>()
    for (let symbols: Symbols | undefined = this; symbols; symbols = symbols.parent) {
      for (const name of symbols.#stores) {
        if (!seen.has(name)) yield name
        seen.add(name)
      }
    }
  }

  /** A name whose variable the code itself declares. */
  declareParameter(name: string): string {
    this.#stores.add(name)
    return this.#define(name, { from: 'parameter' })
  }

  isKnown(name: string): boolean {
    return this.#variables.has(name) || (this.parent?.isKnown(name) ?? false)
  }

  #define(name: string, load: Load): string {
    const variable = `l${this.level}_${name.replace(/[^A-Za-z0-9_]/gu, (each) => `$${each.codePointAt(0)?.toString(16)}$`)}`
    this.#variables.set(name, variable)
    this.#loads.set(name, load)
    return variable
  }

  #load(name: string): void {
    if (!this.isKnown(name)) this.#define(name, { from: 'context' })
  }

  #store(name: string): void {
    this.#stores.add(name)
    if (this.#variables.has(name)) return
    this.#define(name, this.parent?.isKnown(name) ? { from: 'outside', name } : { from: 'nothing' })
  }

  #copy(): Symbols {
    const copy = new Symbols(this.#contextName, this.parent, this.level)
    copy.#take(this)
    return copy
  }

  #take(other: Symbols): void {
    for (const [name, variable] of other.#variables) this.#variables.set(name, variable)
    for (const [name, load] of other.#loads) this.#loads.set(name, load)
    for (const name of other.#stores) this.#stores.add(name)
  }

  /** A name that only some branches assign has its old value in the others. */
  #mergeBranches(branches: readonly Symbols[]): void {
    const partly = [...new Set(branches.flatMap((branch) => [...branch.#stores]))].filter(
      (name) => !this.#stores.has(name) && !branches.every((branch) => branch.#stores.has(name)),
    )
    for (const branch of branches) this.#take(branch)
    for (const name of partly) {
      this.#loads.set(name, this.parent?.isKnown(name) ? { from: 'outside', name } : { from: 'context' })
    }
  }

  /** Takes note of the names in a part of this scope. Scopes inside it take note of their own. */
  visit(node: Node | null): void {
    if (node === null) return
    if (node instanceof nodes.Symbol) this.#load(node.value)
    else if (node instanceof nodes.If) {
      this.visit(node.cond)
      const branches = [node.body, node.else_].map((branch) => {
        const symbols = this.#copy()
        symbols.visit(branch)
        return symbols
      })
      this.#mergeBranches(branches)
    } else if (node instanceof Definition) this.#store(node.name.value)
    else if (node instanceof nodes.Import) {
      this.visit(node.template)
      this.#store(node.target.value)
    } else if (node instanceof nodes.FromImport) {
      this.visit(node.template)
      for (const pair of node.names.children) if (pair instanceof nodes.Pair) this.visitTarget(pair.value)
    } else if (node instanceof nodes.Set) {
      this.visit(node.value)
      this.visitTarget(node.targets)
    } else if (node instanceof SetText) this.visitTarget(node.target)
    else if (node instanceof Loop) this.visit(node.arr)
    else if (node instanceof CallBlock) this.visit(node.call)
    else if (node instanceof FilterBlock) this.visit(node.filter)
    else if (node instanceof With) this.visit(node.values)
    else if (!(node instanceof AutoEscape || node instanceof NamedBlock)) {
      for (const child of childrenOf(node)) this.visit(child)
    }
  }

  visitTarget(node: Node, asParameter = false): void {
    if (node instanceof nodes.Symbol) {
      if (asParameter) this.declareParameter(node.value)
      else this.#store(node.value)
    } else if (node instanceof NamespaceTarget) this.#load(node.name.value)
    else for (const child of childrenOf(node)) this.visitTarget(child, asParameter)
  }
}
