import type { RenderFunction } from './template-compiler.ts'

/** Names of loops, macros and assignments, each level over the one outside it. nunjucks' code calls these methods. */
export class Frame {
  readonly variables = new Map<string, unknown>()
  readonly parent: Frame | undefined
  topLevel = false

  constructor(parent?: Frame) {
    this.parent = parent
  }

  set(name: string, value: unknown): void {
    this.variables.set(name, value)
  }

  lookup(name: string): unknown {
    const value = this.variables.get(name)
    if (value !== undefined || this.variables.has(name)) return value
    return this.parent?.lookup(name)
  }

  push(): Frame {
    return new Frame(this)
  }

  pop(): Frame | undefined {
    return this.parent
  }
}

/** What a template is given, what it sets at its top level, and the blocks of it and its parents. */
export class Context {
  readonly given: Readonly<Record<string, unknown>>
  readonly own: Map<string, unknown>
  readonly blocks = new Map<string, RenderFunction[]>()

  constructor(given: Readonly<Record<string, unknown>>, own: Iterable<readonly [string, unknown]> = []) {
    this.given = given
    this.own = new Map(own)
  }

  lookup(name: string): unknown {
    if (this.own.has(name)) return this.own.get(name)
    return Object.hasOwn(this.given, name) ? this.given[name] : undefined
  }

  setVariable(name: string, value: unknown): void {
    this.own.set(name, value)
  }

  /** Called by the code of macros; there is no import that could use it. */
  addExport(): void {}

  addBlocks(blocks: ReadonlyMap<string, RenderFunction>): void {
    for (const [name, block] of blocks) this.blocks.set(name, [...(this.blocks.get(name) ?? []), block])
  }
}
