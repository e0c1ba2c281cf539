import { type DeckImport, type DeckMapping, type DeckRow, importDeck, packDeck } from '@strowger/rating'

type DeckSettings = Parameters<typeof importDeck>[3]

export interface ImportJob {
  readonly file: string
  readonly bytes: Uint8Array
  readonly mapping: DeckMapping
  readonly settings: DeckSettings
  readonly revision: number
}

/** What came of it, as it crosses threads: the deck packed. */
export interface ImportedDeck extends Pick<DeckImport, 'rows' | 'faults' | 'faultCount' | 'warnings' | 'warningCount'> {
  readonly preview: readonly DeckRow[]
  readonly packed: Uint8Array | undefined
}

export function importJob({ file, bytes, mapping, settings, revision }: ImportJob): ImportedDeck {
  const { deck, ...rest } = importDeck(file, bytes, mapping, settings, revision)
  return { ...rest, packed: deck === undefined ? undefined : packDeck(deck) }
}
