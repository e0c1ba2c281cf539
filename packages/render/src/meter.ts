/** How much one rendering may do. Work is counted, not timed: a template ends at the same place on every machine. */
export interface RenderLimits {
  /** Loop turns, macro calls, includes, and the length of what filters work on. */
  readonly maxSteps: number
  /** Characters of output, and of any text a template puts together. */
  readonly maxCharacters: number
  /** Includes, blocks and macros inside each other. */
  readonly maxDepth: number
  /** Items of one `range()`. */
  readonly maxRange: number
}

export const defaultRenderLimits: RenderLimits = {
  maxSteps: 200_000,
  maxCharacters: 2_000_000,
  maxDepth: 24,
  maxRange: 100_000,
}

export interface Meter {
  /** One more step, which writes so many characters of fixed text. */
  step(characters?: number): void
  spend(steps: number): void
  wrote(characters: number): void
  /** Refuses a text before it is made. */
  allow(characters: number): void
  allowRange(items: number): void
  enter(): void
  leave(): void
}

/** What a template did too much of. */
class WorkExceeded extends Error {
  override readonly name = 'WorkExceeded'
}

export function createMeter(limits: RenderLimits = defaultRenderLimits): Meter {
  let steps = 0
  let written = 0
  let depth = 0
  const refuse = (what: string, limit: number) => {
    throw new WorkExceeded(`the template ${what}, more than ${limit}`)
  }
  const meter: Meter = {
    step(characters = 0) {
      meter.spend(1)
      if (characters > 0) meter.wrote(characters)
    },
    spend(count) {
      steps += count
      if (steps > limits.maxSteps) refuse('takes too many steps', limits.maxSteps)
    },
    wrote(characters) {
      written += characters
      if (written > limits.maxCharacters) refuse('writes too many characters', limits.maxCharacters)
    },
    allow(characters) {
      if (characters > limits.maxCharacters) refuse('makes too long a text', limits.maxCharacters)
    },
    allowRange(items) {
      if (items > limits.maxRange) refuse('asks for too long a range', limits.maxRange)
    },
    enter() {
      if (++depth > limits.maxDepth) refuse('goes too deep', limits.maxDepth)
    },
    leave() {
      depth--
    },
  }
  return meter
}
