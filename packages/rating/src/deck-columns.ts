import type { Shape } from './shape.ts'
import type { Tariff } from './tariff.ts'

/** A form that rows share: the tariff with its amounts left out (`''`), and what it is compiled to. */
export interface DeckShape {
  readonly template: Tariff
  readonly shape: Shape
}

/** The rows of a deck by columns. */
export interface DeckColumns {
  readonly rows: number
  /** Prefixes one after the other, and where each ends. */
  readonly prefixBytes: Uint8Array
  readonly prefixEnds: Uint32Array
  /** Places in `origins`, `names`, `validities` (two numbers each), `shapes`. */
  readonly origin: Uint32Array
  readonly name: Uint32Array
  readonly validity: Uint32Array
  readonly shape: Uint32Array
  /** Where the amounts of the row begin. */
  readonly base: Uint32Array
  readonly closed: Uint8Array
  readonly revision: Uint32Array
  readonly origins: readonly string[]
  readonly names: readonly string[]
  readonly validities: Float64Array
  readonly shapes: readonly DeckShape[]
  /** Integers at the scale of the deck. */
  readonly amounts: Float64Array
}
