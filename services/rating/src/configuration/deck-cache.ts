import type { Database } from '@strowger/database'
import { type CompiledDeck, ConfigurationFault, createDeckBuilder, unpackDeck } from '@strowger/rating'
import type { RatingCalendar, RatingDeck } from '@strowger/schema'
import { readDeckVersion } from '../store/decks.ts'
import type { StoredItem } from '../store/items.ts'
import type { RatingSchema } from '../store/tables.ts'
import { deckSettingsFrom } from './compose.ts'
import type { Items } from './items.ts'

/** Compiled decks, each built once for a version of its rows and a state of its settings. */
export interface DeckCache {
  /** Those of these ids that are among the items, by `<tenant>/<id>`. Without ids: all. */
  load(items: Items, ids?: ReadonlySet<string>): Promise<Map<string, CompiledDeck>>
  /** Knows a deck that was just imported, so that it need not be read back. */
  keep(version: number, settingsOf: object, deck: CompiledDeck): void
}

/** Decks beyond those in use that are kept, for runs of other knowledge instants. */
const spares = 8

export function createDeckCache(database: Database<RatingSchema>): DeckCache {
  /** The one that was asked for last is the last of them. */
  const built = new Map<string, Promise<CompiledDeck>>()

  function remember(key: string, deck: Promise<CompiledDeck>): Promise<CompiledDeck> {
    built.delete(key)
    built.set(key, deck)
    deck.catch(() => {
      if (built.get(key) === deck) built.delete(key)
    })
    return deck
  }

  async function read(item: StoredItem, settings: ReturnType<typeof deckSettings>): Promise<CompiledDeck> {
    const { version } = item.data as unknown as RatingDeck
    const bytes = version === undefined ? undefined : await readDeckVersion(database, [item.tenant], version)
    return builtDeck(item.id, settings, bytes)
  }

  return {
    keep: (version, settings, deck) => void remember(keyOf(version, settings), Promise.resolve(deck)),
    async load(items, ids) {
      const decks = new Map<string, CompiledDeck>()
      let known = 0
      for (const item of items.ofKind('deck')) {
        known += 1
        if (ids !== undefined && !ids.has(item.composed)) continue
        const settings = deckSettings(item, items)
        const key = keyOf((item.data as unknown as RatingDeck).version ?? 0, settings)
        // One after the other: each is twice as large while it is read.
        decks.set(item.composed, await remember(key, built.get(key) ?? read(item, settings)))
      }
      for (const key of [...built.keys()].slice(0, Math.max(0, built.size - known - spares))) built.delete(key)
      return decks
    },
  }
}

/** @throws ConfigurationFault when rows that were imported cannot be by these settings */
function builtDeck(id: string, settings: ReturnType<typeof deckSettings>, bytes: Uint8Array | undefined): CompiledDeck {
  try {
    return bytes === undefined ? createDeckBuilder(settings).build() : unpackDeck(bytes, settings)
  } catch (error) {
    throw new ConfigurationFault('deck', id, error instanceof Error ? error.message : String(error))
  }
}

function keyOf(version: number, settings: object): string {
  return `${version} ${JSON.stringify(settings)}`
}

export function deckSettings(item: StoredItem, items: Items) {
  const data = item.data as unknown as RatingDeck
  const seen = items.from(item.tenant)
  const named = (data.calendars ?? []).flatMap((id) => {
    const found = seen.find('calendar', id)
    return found === undefined ? [] : [{ id, data: found.data as unknown as RatingCalendar }]
  })
  return deckSettingsFrom(item.composed, data, named)
}
