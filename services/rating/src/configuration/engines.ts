import type { Database } from '@strowger/database'
import { type CompiledDeck, createEngine, type Engine, type RatingConfiguration } from '@strowger/rating'
import { type RatingDeck, type Tenants, tenantsAbove } from '@strowger/schema'
import type { Names } from '../import/call-row.ts'
import { readItems, type StoredItem } from '../store/items.ts'
import type { RatingSchema } from '../store/tables.ts'
import { composeConfiguration } from './compose.ts'
import { createDeckCache, type DeckCache } from './deck-cache.ts'

/** One state of everything that the prices of a tenant’s calls depend on. */
export interface Knowledge {
  readonly engine: Engine
  readonly configuration: RatingConfiguration
  readonly items: readonly StoredItem[]
  readonly names: Names
  readonly decks: ReadonlyMap<string, CompiledDeck>
  readonly tenant: string
}

export interface Engines {
  readonly decks: DeckCache
  /** By what is known now. */
  of(tenant: string): Promise<Knowledge>
  /** By what was known at an instant. */
  asOf(tenant: string, knownAt: Date): Promise<Knowledge>
  /** With these items instead of the stored ones: what a change would lead to. @throws ConfigurationFault */
  trial(tenant: string, items: readonly StoredItem[]): Promise<Knowledge>
  /** Something was changed: who asks next is given what holds then. */
  forget(): void
}

/** Engines by tenant, compiled when they are first needed and again after a change; a rating that runs keeps its own. */
export function createEngines(parts: {
  database: Database<RatingSchema>
  tenants: Tenants
  currency: string
  zone: string
}): Engines {
  const { database, tenants, currency, zone } = parts
  const decks = createDeckCache(database)
  let present = new Map<string, Promise<Knowledge>>()
  const above = (tenant: string) => tenantsAbove(tenants, tenant)

  async function knowledgeFrom(tenant: string, items: readonly StoredItem[]): Promise<Knowledge> {
    const compiled = await decks.load(items, above)
    const configuration = composeConfiguration({ items, tenant, above, decks: compiled, currency, zone })
    return {
      engine: createEngine(configuration),
      configuration,
      items,
      names: namesFrom(items, compiled),
      decks: compiled,
      tenant,
    }
  }
  const build = async (tenant: string, knownAt?: Date) =>
    knowledgeFrom(tenant, await readItems(database, above(tenant), knownAt))

  return {
    decks,
    of(tenant) {
      const known = present.get(tenant)
      if (known !== undefined) return known
      const building = build(tenant)
      const held = present
      held.set(tenant, building)
      building.catch(() => held.delete(tenant))
      return building
    },
    asOf: build,
    trial: knowledgeFrom,
    forget() {
      present = new Map()
    },
  }
}

function namesFrom(items: readonly StoredItem[], decks: ReadonlyMap<string, CompiledDeck>): Names {
  const versions = new Map(
    items
      .filter(({ kind }) => kind === 'deck')
      .map(({ tenant, id, data }) => [`${tenant}/${id}`, (data as unknown as RatingDeck).version ?? 0]),
  )

  return {
    plain: (id) => id.slice(id.indexOf('/') + 1),
    deckVersion: (id) => versions.get(id) ?? 0,
    destination(deck, row) {
      if (row < 0) return ''
      return decks.get(deck)?.nameOf(row) ?? ''
    },
  }
}
