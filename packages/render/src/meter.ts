/** How much one rendering may do. Work is counted, not timed: a template ends at the same place on every machine. */
export interface RenderLimits {
  /** Operations: each part of an expression, each loop turn, each item and each 16 characters a filter works on. */
  readonly maxSteps: number
  /** Characters of output, and of any text a template puts together. */
  readonly maxCharacters: number
  /** Includes, blocks, parents and macros inside each other. */
  readonly maxDepth: number
  /** Items of one `range()`, as Jinja2's own sandbox allows. */
  readonly maxRange: number
}

export const defaultRenderLimits: RenderLimits = {
  maxSteps: 300_000,
  maxCharacters: 2_000_000,
  maxDepth: 24,
  maxRange: 100_000,
}

/** A width, an indentation or a precision beyond this is no layout of a configuration file. */
const maxPadding = 4096

/** What a template did too much of. */
class WorkExceeded extends Error {
  override readonly name = 'WorkExceeded'
}

/** Counts the work of one rendering. The code of templates takes from `left` itself and calls `over` below zero. */
export class Meter {
  readonly limits: RenderLimits
  left: number
  #depth = 0

  constructor(limits: RenderLimits = defaultRenderLimits) {
    this.limits = limits
    this.left = limits.maxSteps
  }

  over(): never {
    // What is caught on the way out must not go on for long.
    this.left = 0
    throw new WorkExceeded(`the template takes too many steps, more than ${this.limits.maxSteps}`)
  }

  spend(steps: number): void {
    this.left -= steps
    if (!(this.left >= 0)) this.over()
  }

  /** Before so many items are put in order. */
  sort(items: number): void {
    this.spend(Math.ceil(items * Math.log2(items + 1)))
  }

  /** Before work on so many characters: 16 are one step. */
  scan(characters: number): void {
    this.spend(characters >> 4)
  }

  /** Before an operation looks through a text. Short ones are part of its own step. */
  look(text: string): void {
    if (text.length > 255) this.scan(text.length)
  }

  /** Before a text of so many characters is made. */
  allow(characters: number): void {
    if (!(characters <= this.limits.maxCharacters)) {
      throw new WorkExceeded(`the template makes too long a text, more than ${this.limits.maxCharacters} characters`)
    }
    this.spend(characters >> 4)
  }

  /** A text that was put together of others: V8 keeps its parts, so it costs little until somebody looks into it. */
  joined(text: string): string {
    if (text.length > 255) {
      if (text.length > this.limits.maxCharacters) this.allow(text.length)
      this.spend(text.length >> 8)
    }
    return text
  }

  /** With the length of what has been written so far. */
  wrote(characters: number): void {
    if (characters > this.limits.maxCharacters) {
      throw new WorkExceeded(`the template writes too many characters, more than ${this.limits.maxCharacters}`)
    }
  }

  allowRange(items: number): void {
    if (!(items <= this.limits.maxRange)) {
      throw new WorkExceeded(`the template asks for too long a range, more than ${this.limits.maxRange}`)
    }
    this.spend(items >> 2)
  }

  enter(): void {
    if (++this.#depth > this.limits.maxDepth) {
      throw new WorkExceeded(`the template goes too deep, more than ${this.limits.maxDepth}`)
    }
    this.spend(4)
  }

  leave(): void {
    this.#depth--
  }

  /** A width or a precision as a whole number from 0. */
  width(width: unknown): number {
    const count = Number(width)
    if (!(count <= maxPadding)) throw new RangeError(`a width of ${count} is too large`)
    return Math.max(0, Math.trunc(count))
  }
}
