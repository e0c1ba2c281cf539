import type { Bus, Call, Handler } from '@strowger/bus'
import { type Database, personFrom, type TenantTransaction } from '@strowger/database'
import {
  Fault,
  type RatingItemKind,
  type RequestDefinition,
  ratingItems,
  type Tenants,
  tenantsFrom,
  type UsedBy,
} from '@strowger/schema'
import { newId } from '@strowger/service'
import type { Engines } from '../configuration/engines.ts'
import { itemsBelow, tryRemoving, tryWriting } from '../items/trial.ts'
import { scopeUsing } from '../items/usage.ts'
import {
  changeItems,
  deleteItem,
  insertItem,
  listItems,
  readItem,
  type StoredItem,
  updateItem,
} from '../store/items.ts'
import { countUsed, countUsedLately } from '../store/scope.ts'
import type { RatingSchema } from '../store/tables.ts'

interface Parts {
  readonly database: Database<RatingSchema>
  readonly tenants: Tenants
  readonly engines: Engines
  /** Something that ratings depend on has changed. */
  readonly changed: (tenant: string, kind: RatingItemKind) => void
  /** What only some kinds are asked about: a source’s format and settings. */
  readonly check: (kind: RatingItemKind, data: Readonly<Record<string, unknown>>) => void
}

/** Fields that the service sets by itself and a person’s PUT leaves as they are. */
const keptFields: Partial<Record<RatingItemKind, readonly string[]>> = { deck: ['version', 'rows'] }

/** The five operations on each kind of item. What is written must compile with everything else. */
export function answerItems(bus: Bus, parts: Parts): void {
  for (const kind of Object.keys(ratingItems) as RatingItemKind[]) answerKind(bus, kind, parts)
}

type AnyRequest = RequestDefinition<never, never>

function answerKind(bus: Bus, kind: RatingItemKind, parts: Parts): void {
  const { database, tenants, engines, changed, check } = parts
  const requests = ratingItems[kind] as unknown as Record<'list' | 'get' | 'create' | 'put' | 'remove', AnyRequest>
  const answer = <Input>(definition: AnyRequest, handler: Handler<Input, object>) =>
    bus.reply(definition as unknown as RequestDefinition<Input, object>, handler)

  answer<ListInput>(requests.list, async (input, { context }) => {
    const { order = 'id', direction = 'asc', limit = 100, offset = 0, recurse = false, search } = input
    const tenant = personFrom(context).tenantId
    const scope = recurse ? tenantsFrom(tenants, tenant) : [tenant]
    const { rows, total } = await listItems(database, scope, { kind, search, order, direction, limit, offset })
    return { items: rows.map(viewOf), total }
  })

  answer<{ id: string }>(requests.get, async ({ id }, { context }) => {
    const scope = tenantsFrom(tenants, personFrom(context).tenantId)
    const found = await database.inTenants(scope, {}, (tx) => readItem(tx, scope, kind, id))
    if (found === undefined) throw new Fault('not-found', { detail: `There is no ${kind} ${id}` })
    return viewOf(found)
  })

  async function write(
    { context }: Pick<Call, 'context'>,
    { id, item, dryRun, isNew = false }: { id: string; item: Data | undefined; dryRun: boolean; isNew?: boolean },
    work: (tx: TenantTransaction<RatingSchema>, tenant: string) => Promise<StoredItem>,
  ): Promise<{ written: StoredItem; applied: boolean; usedBy: UsedBy }> {
    const writer = personFrom(context)
    const below = tenantsFrom(tenants, writer.tenantId)
    // One that is there is written where it is, which may be below the asking tenant.
    const before = isNew ? undefined : await database.inTenants(below, {}, (tx) => readItem(tx, below, kind, id))
    if (!isNew && before === undefined) throw new Fault('not-found', { detail: `There is no ${kind} ${id}` })
    const tenant = before?.tenant ?? writer.tenantId
    if (item !== undefined) {
      check(kind, item)
      await tryWriting(engines, { tenant, kind, id, data: keeping(item, before?.data), before })
    } else if (before !== undefined) await tryRemoving(engines, tenants, before)
    // What is new has no part in any price yet, but for what holds for all calls.
    const isUsed = !isNew || kind === 'currency' || kind === 'portability'
    const scope = isUsed ? scopeUsing(kind, id, await itemsBelow(engines, tenants, writer.tenantId)) : undefined
    const outcome = await changeItems(database, { tenants: below, writer, dryRun }, async (tx) => ({
      written: await work(tx, tenant),
      usedBy: await (dryRun ? countUsed : countUsedLately)(tx, scope, below),
    }))
    if (!dryRun) {
      if (item === undefined) engines.remove(outcome.written)
      else engines.put(outcome.written)
      changed(tenant, kind)
    }
    return { ...outcome, applied: !dryRun }
  }

  const keeping = (data: Data, before: Data = {}): Data => {
    const kept = keptFields[kind] ?? []
    const rest = Object.fromEntries(Object.entries(data).filter(([name]) => !kept.includes(name)))
    return { ...rest, ...Object.fromEntries(kept.flatMap((name) => (name in before ? [[name, before[name]]] : []))) }
  }

  answer<{ item: Data & { id?: string }; dryRun?: boolean }>(
    requests.create,
    async ({ item, dryRun = false }, call) => {
      const { id = newId(), ...given } = item
      const { written, ...rest } = await write(call, { id, item: given, dryRun, isNew: true }, (tx, tenant) =>
        insertItem(tx, { tenant, kind, id, data: keeping(given) }),
      )
      return { item: viewOf(written), ...rest }
    },
  )

  answer<{ id: string; item: Data; ifRevision?: number; dryRun?: boolean }>(requests.put, async (input, call) => {
    const { id, item, ifRevision, dryRun = false } = input
    const { written, ...rest } = await write(call, { id, item, dryRun }, (tx, tenant) =>
      updateItem(tx, { tenant, kind, id, ifRevision }, (before) => keeping(item, before.data)),
    )
    return { item: viewOf(written), ...rest }
  })

  answer<{ id: string; ifRevision?: number; dryRun?: boolean }>(requests.remove, async (input, call) => {
    const { id, ifRevision, dryRun = false } = input
    const { applied, usedBy } = await write(call, { id, item: undefined, dryRun }, (tx, tenant) =>
      deleteItem(tx, { tenant, kind, id, ifRevision }),
    )
    return { applied, usedBy }
  })
}

type Data = Readonly<Record<string, unknown>>

interface ListInput {
  order?: 'id' | 'name' | 'updatedAt'
  direction?: 'asc' | 'desc'
  limit?: number
  offset?: number
  recurse?: boolean
  search?: string
}

function viewOf({ tenant, id, revision, data, updatedAt }: StoredItem): object {
  return { ...data, id, tenant, revision, updatedAt: updatedAt.toISOString() }
}
