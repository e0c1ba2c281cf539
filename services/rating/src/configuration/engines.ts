import type { Database } from '@strowger/database'
import { type CompiledDeck, createEngine, type Engine } from '@strowger/rating'
import { type RatingDeck, type Tenants, tenantsAbove } from '@strowger/schema'
import type { Names } from '../import/call-row.ts'
import { plainId, readItems, type StoredItem } from '../store/items.ts'
import type { RatingSchema } from '../store/tables.ts'
import { composeTariffs, decksInUse, organisationsOf, type Tariffs } from './compose.ts'
import { createDeckCache, type DeckCache } from './deck-cache.ts'
import { type Items, itemsFrom } from './items.ts'
import { createKnownItems } from './known-items.ts'
import { tenantItemsFrom } from './tenant-items.ts'

/** One state of everything that the prices of a tenant’s calls depend on. */
export interface Knowledge {
  readonly tenant: string
  readonly items: Items
  readonly tariffs: Tariffs
  /** The rows of these decks, read when they are first asked for: most questions need few of them. */
  decksOf(ids: ReadonlySet<string>): Promise<ReadonlyMap<string, CompiledDeck>>
}

/** … compiled: with all organisations, and every deck that a plan or a vendor names. */
export interface CompiledKnowledge extends Knowledge {
  readonly engine: Engine
  readonly names: Names
}

export interface Engines {
  readonly decks: DeckCache
  /** By what is known now. */
  of(tenant: string): Promise<CompiledKnowledge>
  /** What is known now, for whoever needs little of it. */
  known(tenant: string): Promise<Knowledge>
  /** By what was known at an instant. */
  asOf(tenant: string, knownAt: Date): Promise<CompiledKnowledge>
  /** What is known now, and nothing made of it. */
  itemsOf(tenant: string): Promise<Items>
  /** By these items instead of the stored ones: what a change would lead to. @throws ConfigurationFault */
  by(items: Items): Promise<CompiledKnowledge>
  /** An item was written, and is committed: who asks next is given what holds then. */
  put(item: StoredItem): void
  /** An item was deleted: as it was. */
  remove(item: StoredItem): void
  /** Anything may have been changed. */
  forget(): void
}

/** Engines by tenant, compiled when they are first needed and again after a change; a rating that runs keeps its own. */
export function createEngines(parts: {
  database: Database<RatingSchema>
  tenants: Tenants
  currency: string
  zone: string
}): Engines {
  const { database, tenants } = parts
  const decks = createDeckCache(database)
  const known = createKnownItems(database)
  const present = new Map<string, Made>()

  function knowledgeFrom(items: Items): Knowledge {
    return {
      tenant: items.tenant,
      items,
      tariffs: composeTariffs(items, parts),
      decksOf: (ids) => decks.load(items, ids),
    }
  }

  async function compiled(knowledge: Knowledge): Promise<CompiledKnowledge> {
    const { items, tariffs } = knowledge
    const inUse = await knowledge.decksOf(decksInUse(tariffs))
    const engine = createEngine({ ...tariffs, decks: inUse, organisations: organisationsOf(items) })
    return { ...knowledge, engine, names: namesFrom(items, inUse) }
  }

  function presentOf(tenant: string): Made {
    const scope = tenantsAbove(tenants, tenant)
    const made = present.get(tenant)
    // A tenant may have been put below another since.
    if (made !== undefined && isSame(made.scope, scope)) return made
    const making: Made = { scope, knowledge: itemsAlong(scope).then(knowledgeFrom), compiled: undefined }
    present.set(tenant, making)
    forgetFailed(tenant, making, making.knowledge)
    return making
  }

  function forgetFailed(tenant: string, made: Made, making: Promise<Knowledge>): void {
    making.catch(() => {
      if (present.get(tenant) === made) present.delete(tenant)
    })
  }

  async function itemsAlong(scope: readonly string[]): Promise<Items> {
    return itemsFrom(await Promise.all(scope.map(async (one) => [one, await known.of(one)] as const)))
  }

  function outdate(changed: string): void {
    for (const [tenant, { scope }] of present) if (scope.includes(changed)) present.delete(tenant)
  }

  return {
    decks,
    of(tenant) {
      const made = presentOf(tenant)
      if (made.compiled === undefined) {
        made.compiled = made.knowledge.then(compiled)
        forgetFailed(tenant, made, made.compiled)
      }
      return made.compiled
    },
    known: (tenant) => presentOf(tenant).knowledge,
    async asOf(tenant, knownAt) {
      const above = tenantsAbove(tenants, tenant)
      const items = await readItems(database, above, knownAt)
      return compiled(
        knowledgeFrom(
          itemsFrom(above.map((one) => [one, tenantItemsFrom(items.filter((item) => item.tenant === one))] as const)),
        ),
      )
    },
    itemsOf: (tenant) => itemsAlong(tenantsAbove(tenants, tenant)),
    async by(items) {
      // Those that nobody names yet must be right, too.
      await decks.load(items)
      return compiled(knowledgeFrom(items))
    },
    put(item) {
      known.put(item)
      outdate(item.tenant)
    },
    remove(item) {
      known.remove(item)
      outdate(item.tenant)
    },
    forget() {
      known.forget()
      present.clear()
    },
  }
}

/** What was made of the items of a tenant and those above it. */
interface Made {
  readonly scope: readonly string[]
  readonly knowledge: Promise<Knowledge>
  /** Undefined until it is asked for. */
  compiled: Promise<CompiledKnowledge> | undefined
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((tenant, place) => tenant === other[place])
}

function namesFrom(items: Items, decks: ReadonlyMap<string, CompiledDeck>): Names {
  const versions = new Map(
    [...items.ofKind('deck')].map((item) => [item.composed, (item.data as unknown as RatingDeck).version ?? 0]),
  )

  return {
    plain: plainId,
    deckVersion: (id) => versions.get(id) ?? 0,
    destination(deck, row) {
      if (row < 0) return ''
      return decks.get(deck)?.nameOf(row) ?? ''
    },
  }
}
