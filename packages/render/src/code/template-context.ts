import type { Work } from '../values/callable.ts'

/** A template or a block of it: gives its text. What it runs on is known to the code that is made, and to who calls it. */
export type BlockFunction = (context: TemplateContext, runtime: Work) => string

/** Where a name has its value from when no template has assigned it. */
export interface Variables {
  resolve(name: string): unknown
}

/** A name of the template that includes: whether it hides an outer one even without a value. */
export type LocalName = readonly [name: string, value: unknown, hides: boolean]

/** What a template is given and sets at its top level, and the blocks of it and its parents. */
export class TemplateContext implements Variables {
  readonly blocks = new Map<string, BlockFunction[]>()
  readonly #outside: Variables
  readonly #own: Map<string, unknown>
  readonly #exported = new Set<string>()

  constructor(outside: Variables, own: readonly LocalName[] = []) {
    this.#outside = outside
    this.#own = new Map()
    for (const [name, value, hides] of own) if (hides || value !== undefined) this.#own.set(name, value)
  }

  resolve(name: string): unknown {
    const value = this.#own.get(name)
    return value !== undefined || this.#own.has(name) ? value : this.#outside.resolve(name)
  }

  assign(name: string, value: unknown): void {
    this.#own.set(name, value)
    if (!name.startsWith('_')) this.#exported.add(name)
  }

  /** An imported name is not offered again. */
  hide(name: string): void {
    this.#exported.delete(name)
  }

  /** What importers see. */
  exports(): Map<string, unknown> {
    return new Map([...this.#exported].map((name) => [name, this.#own.get(name)]))
  }

  /** The same blocks, with more names: for a scoped block. */
  derived(names: readonly LocalName[]): TemplateContext {
    const context = new TemplateContext(this, names)
    for (const [name, blocks] of this.blocks) context.blocks.set(name, blocks)
    return context
  }

  addBlocks(blocks: ReadonlyMap<string, BlockFunction>): void {
    for (const [name, block] of blocks) this.blocks.set(name, [...(this.blocks.get(name) ?? []), block])
  }
}
