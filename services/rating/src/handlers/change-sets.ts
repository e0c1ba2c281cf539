import type { Bus } from '@strowger/bus'
import { changeSetOperations, type Database, personFrom } from '@strowger/database'
import {
  type RatingItemKind,
  type RatingScope,
  ratingChanges,
  type Tenants,
  tenantsFrom,
  type UsedBy,
} from '@strowger/schema'
import { scopeUsing } from '../items/usage.ts'
import { readItems } from '../store/items.ts'
import { countUsed } from '../store/scope.ts'
import type { RatingSchema } from '../store/tables.ts'

/** What people changed of rates, plans and organisations; an undo tells which calls used it and offers to rate them again. */
export function answerChangeSets(
  bus: Bus,
  parts: { database: Database<RatingSchema>; tenants: Tenants; changed: () => void },
): void {
  const { database, tenants, changed } = parts
  const operations = changeSetOperations({ changeSets: database.changeSets, tenants, publish: async () => {} })
  bus.reply(ratingChanges.list, operations.list)
  bus.reply(ratingChanges.get, operations.get)

  bus.reply(ratingChanges.undo, async (input, call) => {
    const undone = await operations.undo(input, call)
    if (undone.applied) changed()
    const scope = tenantsFrom(tenants, personFrom(call.context).tenantId)
    return { ...undone, usedBy: await usedBy(scope, undone.changes) }
  })

  async function usedBy(
    scope: readonly string[],
    changes: readonly { table: string; key: Record<string, unknown> }[],
  ): Promise<UsedBy> {
    const items = await readItems(database, scope)
    const touched = changes
      .filter(({ table }) => table === 'item')
      .map(({ key }) => ({ kind: key['kind'] as RatingItemKind, id: String(key['id']) }))
    const scopes = touched.flatMap(({ kind, id }) => scopeUsing(kind, id, items) ?? [])
    const joined = joinedScope(scopes)
    return database.inTenants(scope, {}, (tx) => countUsed(tx, joined, scope))
  }
}

/** One scope that holds them all: of one kind they are put together, of several every call is meant. */
function joinedScope(scopes: readonly RatingScope[]): RatingScope | undefined {
  const [first, ...others] = scopes
  if (first === undefined) return undefined
  const [name] = Object.keys(first) as ('nodes' | 'plans' | 'decks' | 'vendors' | 'sources')[]
  const alike = others.every((other) => Object.keys(other).length === 1 && name !== undefined && name in other)
  if (name === undefined || !alike) return others.length === 0 ? first : {}
  return { [name]: [...new Set(scopes.flatMap((scope) => scope[name] ?? []))].slice(0, 1000) }
}
