import { Callable } from '../values/callable.ts'

/** `super` in a block, `super.super` above it: the block of a parent, to be called. */
export class BlockReference extends Callable {
  override readonly label: string
  readonly #text: (() => string) | undefined
  readonly #above: () => BlockReference

  constructor(name: string, text: (() => string) | undefined, above: () => BlockReference) {
    super()
    this.label = `block ${name}`
    this.#text = text
    this.#above = above
  }

  override call(): unknown {
    if (this.#text === undefined) throw new TypeError(`there is no ${this.label} above this one`)
    return this.#text()
  }

  override member(name: string): unknown {
    return name === 'super' ? this.#above() : undefined
  }
}

/** `self`, whose members are the blocks; and what `import` gives, whose members are what the template has set. */
export class NamedMembers extends Callable {
  override readonly label: string
  readonly #member: (name: string) => unknown

  constructor(label: string, member: (name: string) => unknown) {
    super()
    this.label = label
    this.#member = member
  }

  override call(): unknown {
    throw new TypeError(`${this.label} cannot be called`)
  }

  override member(name: string): unknown {
    return this.#member(name)
  }
}
