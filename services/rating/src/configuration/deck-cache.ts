import type { Database } from '@strowger/database'
import { type CompiledDeck, createDeckBuilder, unpackDeck } from '@strowger/rating'
import type { RatingCalendar, RatingDeck } from '@strowger/schema'
import { readDeckVersion } from '../store/decks.ts'
import type { StoredItem } from '../store/items.ts'
import type { RatingSchema } from '../store/tables.ts'
import { deckSettingsFrom } from './compose.ts'

/** Compiled decks, each built once for a version of its rows and a state of its settings. */
export interface DeckCache {
  /** Of every deck among these items, by `<tenant>/<id>`. */
  load(items: readonly StoredItem[], above: (tenant: string) => readonly string[]): Promise<Map<string, CompiledDeck>>
  /** Knows a deck that was just imported, so that it need not be read back. */
  keep(version: number, settingsOf: object, deck: CompiledDeck): void
}

/** Decks beyond those in use that are kept, for runs of other knowledge instants. */
const spares = 8

export function createDeckCache(database: Database<RatingSchema>): DeckCache {
  const built = new Map<string, CompiledDeck>()

  function remember(key: string, deck: CompiledDeck): CompiledDeck {
    built.delete(key)
    built.set(key, deck)
    return deck
  }

  return {
    keep: (version, settings, deck) => void remember(keyOf(version, settings), deck),
    async load(items, above) {
      const calendars = items.filter(({ kind }) => kind === 'calendar')
      const decks = new Map<string, CompiledDeck>()
      for (const item of items.filter(({ kind }) => kind === 'deck')) {
        const data = item.data as unknown as RatingDeck
        const id = `${item.tenant}/${item.id}`
        const settings = deckSettings(item, calendars, above)
        const key = keyOf(data.version ?? 0, settings)
        const known = built.get(key)
        if (known !== undefined) {
          decks.set(id, remember(key, known))
          continue
        }
        const bytes =
          data.version === undefined ? undefined : await readDeckVersion(database, above(item.tenant), data.version)
        const deck = bytes === undefined ? createDeckBuilder(settings).build() : unpackDeck(bytes, settings)
        decks.set(id, remember(key, deck))
      }
      for (const key of [...built.keys()].slice(0, Math.max(0, built.size - decks.size - spares))) built.delete(key)
      return decks
    },
  }
}

function keyOf(version: number, settings: object): string {
  return `${version} ${JSON.stringify(settings)}`
}

export function deckSettings(
  item: Pick<StoredItem, 'tenant' | 'id' | 'data'>,
  calendars: readonly StoredItem[],
  above: (tenant: string) => readonly string[],
) {
  const data = item.data as unknown as RatingDeck
  const scope = above(item.tenant)
  const named = (data.calendars ?? []).flatMap((id) => {
    const found = scope.map((tenant) => calendars.find((one) => one.tenant === tenant && one.id === id)).find(Boolean)
    return found === undefined ? [] : [{ id, data: found.data as unknown as RatingCalendar }]
  })
  return deckSettingsFrom(`${item.tenant}/${item.id}`, data, named)
}
