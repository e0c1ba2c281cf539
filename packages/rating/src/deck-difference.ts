import type { CompiledDeck } from './compiled-deck.ts'

export type DeckChange = 'new' | 'gone' | 'dearer' | 'cheaper' | 'changed' | 'closed' | 'opened'

export interface DeckDifference {
  readonly counts: Readonly<Record<DeckChange | 'same', number>>
  /** The first of them, in order of prefixes. */
  readonly changes: readonly DeckDifferenceLine[]
}

export interface DeckDifferenceLine {
  readonly prefix: string
  readonly origin: string
  readonly change: DeckChange
  /** Cost of a call of one minute (decimal text), before and after; null where there is no row. */
  readonly before: string | null
  readonly after: string | null
}

/** What a new deck changes for calls at an instant. */
export function compareDecks(_live: CompiledDeck, _next: CompiledDeck, _atMs: number, _limit: number): DeckDifference {
  throw new Error('being built')
}
