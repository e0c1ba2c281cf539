import { BoundFunction, Callable, type Given, type Work } from './callable.ts'
import { areEqual } from './python-order.ts'

/** The `loop` of Jinja2: one for each loop, that goes along with it. */
export class LoopState extends Callable {
  override readonly label = 'loop'
  readonly #items: readonly unknown[]
  readonly #depth: number
  readonly #again: ((items: unknown, depth: number) => unknown) | undefined
  #index = 0
  #seen: readonly unknown[] | undefined

  constructor(items: readonly unknown[], depth: number, again?: (items: unknown, depth: number) => unknown) {
    super()
    this.#items = items
    this.#depth = depth
    this.#again = again
  }

  at(index: number): void {
    this.#index = index
  }

  /** `loop(children)` in a recursive loop. */
  override call({ positions }: Given): unknown {
    if (this.#again === undefined) throw new TypeError('this loop is not recursive')
    return this.#again(positions[0], this.#depth + 1)
  }

  override member(name: string): unknown {
    const { length } = this.#items
    const index = this.#index
    switch (name) {
      case 'index':
        return index + 1
      case 'index0':
        return index
      case 'revindex':
        return length - index
      case 'revindex0':
        return length - index - 1
      case 'first':
        return index === 0
      case 'last':
        return index === length - 1
      case 'length':
        return length
      case 'previtem':
        return index === 0 ? undefined : this.#items[index - 1]
      case 'nextitem':
        return this.#items[index + 1]
      case 'depth':
        return this.#depth
      case 'depth0':
        return this.#depth - 1
      case 'cycle':
        return new BoundFunction('method cycle', ({ positions }) => {
          if (positions.length === 0) throw new TypeError('there is nothing to cycle through')
          return positions[index % positions.length]
        })
      case 'changed':
        return new BoundFunction('method changed', (given, work) => this.#changed(given, work))
      default:
        return undefined
    }
  }

  #changed({ positions }: Given, { meter }: Work): boolean {
    const same = this.#seen !== undefined && areEqual([...this.#seen], [...positions], meter)
    this.#seen = positions
    return !same
  }
}
