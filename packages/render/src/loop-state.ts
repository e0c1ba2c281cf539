import type { Showing } from './member.ts'

/** The `loop` of Jinja2. A class, so that it is no dict. */
export class LoopState implements Showing {
  readonly #items: readonly unknown[]
  readonly #index: number
  readonly #depth: number

  constructor(items: readonly unknown[], index: number, outer: unknown) {
    this.#items = items
    this.#index = index
    this.#depth = outer instanceof LoopState ? outer.#depth + 1 : 1
  }

  member(name: string): unknown {
    const items = this.#items
    const index = this.#index
    switch (name) {
      case 'index':
        return index + 1
      case 'index0':
        return index
      case 'revindex':
        return items.length - index
      case 'revindex0':
        return items.length - index - 1
      case 'first':
        return index === 0
      case 'last':
        return index === items.length - 1
      case 'length':
        return items.length
      case 'previtem':
        return index === 0 ? undefined : items[index - 1]
      case 'nextitem':
        return items[index + 1]
      case 'depth':
        return this.#depth
      case 'depth0':
        return this.#depth - 1
      case 'cycle':
        return (...given: unknown[]) => given[index % given.length]
      default:
        return undefined
    }
  }
}
