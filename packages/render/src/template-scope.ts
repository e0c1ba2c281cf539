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
    return value === undefined ? this.parent?.lookup(name) : value
  }

  push(): Frame {
    return new Frame(this)
  }

  pop(): Frame | undefined {
    return this.parent
  }
}

/** What a template is given and sets at its top level, and the blocks of it and its parents. */
export class Context {
  /** Without prototype: every name is only what was put here. */
  readonly #variables: Record<string, unknown>
  readonly blocks = new Map<string, RenderFunction[]>()

  /** Takes the variables over; they must have no prototype. */
  constructor(variables: Record<string, unknown>) {
    this.#variables = variables
  }

  /** As an included template sees it: what that sets stays there. */
  copy(): Context {
    return new Context(Object.assign(Object.create(null), this.#variables))
  }

  lookup(name: string): unknown {
    return this.#variables[name]
  }

  setVariable(name: string, value: unknown): void {
    this.#variables[name] = value
  }

  /** Called by the code of macros; there is no import that could use it. */
  addExport(): void {}

  addBlocks(blocks: ReadonlyMap<string, RenderFunction>): void {
    for (const [name, block] of blocks) this.blocks.set(name, [...(this.blocks.get(name) ?? []), block])
  }
}
