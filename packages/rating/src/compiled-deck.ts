import type { DeckRow, DeckSettings } from './deck.ts'

/** A deck as calls meet it: packed, never changed; about 40 bytes a row and 40 a node of its prefixes. */
export interface CompiledDeck {
  readonly settings: DeckSettings
  readonly rows: number
  /** Memory held, bytes. */
  readonly bytes: number
  /** The row for a call, or -1. `called` and `caller` are digits; `atMs` is the answer instant. */
  find(called: string, caller: string, atMs: number): number
  prefixOf(row: number): string
  isClosed(row: number): boolean
  /** The row as it was given. */
  rowAt(row: number): DeckRow
}

export interface DeckBuilder {
  /** Throws DeckRowFault when the row cannot hold: what is wrong, and with which of its fields. */
  add(row: DeckRow): number
  build(): CompiledDeck
}

export class DeckRowFault extends Error {
  override readonly name = 'DeckRowFault'
  readonly field: string
  constructor(field: string, problem: string) {
    super(problem)
    this.field = field
  }
}

export function createDeckBuilder(_settings: DeckSettings): DeckBuilder {
  throw new Error('being built')
}
