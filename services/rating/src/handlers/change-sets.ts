import type { Bus } from '@strowger/bus'
import { changeSetOperations, type Database, personFrom, type RevertedRow } from '@strowger/database'
import {
  type RatingItemKind,
  type RatingScope,
  ratingChanges,
  type Tenants,
  tenantsFrom,
  type UsedBy,
} from '@strowger/schema'
import type { Engines } from '../configuration/engines.ts'
import { itemsBelow } from '../items/trial.ts'
import { refuseBrokenUndo } from '../items/undone.ts'
import { scopeUsing } from '../items/usage.ts'
import { countUsed } from '../store/scope.ts'
import type { RatingSchema } from '../store/tables.ts'

/** What people changed of rates, plans and organisations; an undo tells which calls used it and offers to rate them again. */
export function answerChangeSets(
  bus: Bus,
  parts: { database: Database<RatingSchema>; tenants: Tenants; engines: Engines; changed: () => void },
): void {
  const { database, tenants, engines, changed } = parts
  const publish = (_: unknown, rows: readonly RevertedRow[]) => refuseBrokenUndo(engines, tenants, rows)
  const operations = changeSetOperations({ changeSets: database.changeSets, tenants, publish })
  bus.reply(ratingChanges.list, operations.list)
  bus.reply(ratingChanges.get, operations.get)

  bus.reply(ratingChanges.undo, async (input, call) => {
    const undone = await operations.undo(input, call)
    if (undone.applied) changed()
    return { ...undone, usedBy: await usedBy(personFrom(call.context).tenantId, undone.changes) }
  })

  async function usedBy(
    tenant: string,
    changes: readonly { table: string; key: Record<string, unknown> }[],
  ): Promise<UsedBy> {
    const items = await itemsBelow(engines, tenants, tenant)
    const touched = changes
      .filter(({ table }) => table === 'item')
      .map(({ key }) => ({ kind: key['kind'] as RatingItemKind, id: String(key['id']) }))
    const scopes = touched.flatMap(({ kind, id }) => scopeUsing(kind, id, items) ?? [])
    const joined = joinedScope(scopes)
    const scope = tenantsFrom(tenants, tenant)
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
